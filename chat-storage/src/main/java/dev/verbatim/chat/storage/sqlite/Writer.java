package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Commits batches, one at a time, on the thread that brings them. When one fails, whatever the
 * cause, the connection and all that was known by heart are thrown away, and the next commit starts
 * from what the file says.
 */
final class Writer implements AutoCloseable {
  private final Database database;
  private final Limits limits;
  private final ReentrantLock owner = new ReentrantLock();
  private @Nullable Transactions open;
  private boolean isClosed;

  Writer(Database database, Limits limits) {
    this.database = database;
    this.limits = limits;
  }

  /** Opens the connection, which the first commit would do otherwise. */
  void open() throws StoreException {
    owner.lock();
    try {
      transactions();
    } catch (SQLException e) {
      throw new StoreException("Cannot open the store: " + e.getMessage(), e);
    } finally {
      owner.unlock();
    }
  }

  List<Object> commit(List<? extends Write<?>> writes) throws StoreException {
    if (!owner.tryLock()) {
      throw new IllegalStateException("Two threads commit to one store");
    }
    boolean isCommitted = false;
    try {
      if (isClosed) {
        throw new StoreException("The store is closed");
      }
      List<Object> outcomes = writes.isEmpty() ? List.of() : transactions().commit(writes);
      isCommitted = true;
      return outcomes;
    } catch (SQLException e) {
      throw new StoreException("The store took none of the writes: " + e.getMessage(), e);
    } finally {
      if (!isCommitted) {
        discard();
      }
      owner.unlock();
    }
  }

  private Transactions transactions() throws SQLException {
    Transactions transactions = open;
    if (transactions == null) {
      Statements statements = database.connectWriter();
      try {
        transactions = new Transactions(statements, limits);
      } catch (SQLException e) {
        statements.close();
        throw e;
      }
      open = transactions;
    }
    return transactions;
  }

  private void discard() {
    Transactions discarded = open;
    open = null;
    try {
      if (discarded != null) {
        discarded.close();
      }
    } catch (SQLException _) {
      // What made it fail is told already, and the file holds nothing of an unfinished transaction.
    }
  }

  /** Waits for a commit under way; then the log is copied into the file. */
  @Override
  public void close() throws StoreException {
    owner.lock();
    try {
      isClosed = true;
      Transactions closing = open;
      open = null;
      if (closing != null) {
        closing.close();
      }
    } catch (SQLException e) {
      throw new StoreException("Cannot close the store: " + e.getMessage(), e);
    } finally {
      owner.unlock();
    }
  }
}
