package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.store.BusyException;
import dev.verbatim.chat.store.StoreException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections that answer questions, each lent to one thread at a time. Guarded by its monitor;
 * nothing blocks while holding it. Connections are opened when first needed and thrown away when
 * they fail.
 */
final class Readers implements AutoCloseable {
  private final Database database;
  private final Limits limits;
  private final Semaphore permits;
  private final ArrayDeque<Queries> idle = new ArrayDeque<>();
  private boolean isClosed;

  Readers(Database database, Limits limits) {
    this.database = database;
    this.limits = limits;
    this.permits = new Semaphore(limits.readersMax(), true);
  }

  /**
   * The answer to a question, all of it from one moment.
   *
   * @throws BusyException if no connection comes free in time
   * @throws StoreException if the store fails or is closed
   */
  <T> T ask(Question<T> question) throws StoreException {
    try {
      if (!permits.tryAcquire(limits.readerWait().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new BusyException(
            "All %d readers of the store were busy for %s"
                .formatted(limits.readersMax(), limits.readerWait()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("Interrupted while waiting for a reader of the store", e);
    }
    try {
      return askPermitted(question);
    } finally {
      permits.release();
    }
  }

  private <T> T askPermitted(Question<T> question) throws StoreException {
    Queries lent = null;
    boolean isSound = false;
    try {
      lent = borrow();
      lent.statements().get("BEGIN").update();
      T answer = question.ask(lent);
      lent.statements().get("COMMIT").update();
      isSound = true;
      return answer;
    } catch (SQLException e) {
      throw new StoreException("The store cannot answer: " + e.getMessage(), e);
    } finally {
      giveBack(lent, isSound);
    }
  }

  private Queries borrow() throws SQLException, StoreException {
    synchronized (this) {
      if (isClosed) {
        throw new StoreException("The store is closed");
      }
      Queries lent = idle.pollFirst();
      if (lent != null) {
        return lent;
      }
    }
    return Queries.on(database.connectReader());
  }

  private void giveBack(@Nullable Queries lent, boolean isSound) {
    if (lent == null) {
      return;
    }
    synchronized (this) {
      if (isSound && !isClosed) {
        idle.addFirst(lent);
        return;
      }
    }
    closeQuietly(lent);
  }

  /** Closes what is idle now, and the rest as it is given back. */
  @Override
  public void close() {
    ArrayDeque<Queries> closing;
    synchronized (this) {
      isClosed = true;
      closing = new ArrayDeque<>(idle);
      idle.clear();
    }
    closing.forEach(Readers::closeQuietly);
  }

  private static void closeQuietly(Queries queries) {
    try {
      queries.close();
    } catch (SQLException _) {
      // It only read, and nobody uses it any more: there is nothing to lose or to tell.
    }
  }

  /** A question to one connection. */
  interface Question<T> {
    T ask(Queries queries) throws SQLException;
  }
}
