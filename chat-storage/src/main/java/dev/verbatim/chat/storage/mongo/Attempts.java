package dev.verbatim.chat.storage.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.function.Supplier;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * How long one commit goes on with what a database that fails for a moment did not do, or not
 * visibly. Confined to the committing thread.
 */
final class Attempts {
  private final Limits limits;
  private final long deadlineNanos;
  private @Nullable Duration pause;
  private boolean isOver;

  private Attempts(Limits limits, long deadlineNanos) {
    this.limits = limits;
    this.deadlineNanos = deadlineNanos;
  }

  static Attempts start(Limits limits) {
    return new Attempts(limits, System.nanoTime() + limits.commitWait().toNanos());
  }

  /** Whether a failure lasted until there was no time left: the database is away. */
  boolean isOver() {
    return isOver;
  }

  /**
   * Does something until the database has answered.
   *
   * @param operation what does no harm if it is done twice
   */
  <T extends @Nullable Object> T repeat(Supplier<T> operation) throws StoreException {
    while (true) {
      try {
        T answer = operation.get();
        succeeded();
        return answer;
      } catch (MongoException e) {
        failed(e);
      }
    }
  }

  /**
   * Inserts a document of an id that nobody else gives.
   *
   * @return false if a unique index refuses it, for it or one like it is there
   */
  boolean insert(MongoCollection<Document> collection, Document document) throws StoreException {
    boolean hasLostAnswer = false;
    while (true) {
      try {
        var _ = collection.insertOne(document);
        succeeded();
        return true;
      } catch (MongoException e) {
        if (Failures.isDuplicateKey(e)) {
          succeeded();
          return hasLostAnswer && isThere(collection, document);
        }
        hasLostAnswer = true;
        failed(e);
      }
    }
  }

  private boolean isThere(MongoCollection<Document> collection, Document document)
      throws StoreException {
    Bson same = Filters.eq(Fields.ID, document.get(Fields.ID));
    return repeat(() -> collection.find(same).first()) != null;
  }

  /** The database has answered: the next failure is a first one. */
  void succeeded() {
    pause = null;
  }

  /**
   * Pauses before another attempt at what has failed.
   *
   * @throws StoreException if another would fail too, or there is no time left
   */
  void failed(MongoException e) throws StoreException {
    if (e instanceof MongoInterruptedException) {
      Thread.currentThread().interrupt();
      throw new StoreException("Interrupted while writing to the database", e);
    }
    if (!Failures.isMomentary(e)) {
      throw new StoreException("The database refuses: " + Failures.reason(e), e);
    }
    if (!pause()) {
      isOver = true;
      throw new StoreException("The database is away: " + Failures.reason(e), e);
    }
  }

  /**
   * Pauses before another look at what is not to be seen yet.
   *
   * @throws StoreException if there is no time left
   */
  void unseen(String what) throws StoreException {
    if (!pause()) {
      throw new StoreException(what + " for " + limits.commitWait());
    }
  }

  /** Pauses, longer each time; returns false at once if that would last for too long. */
  private boolean pause() throws StoreException {
    Duration next = pause == null ? limits.pauseMin() : pause.multipliedBy(2);
    pause = next.compareTo(limits.pauseMax()) < 0 ? next : limits.pauseMax();
    if (System.nanoTime() + pause.toNanos() - deadlineNanos > 0) {
      return false;
    }
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("Interrupted while the database is away", e);
    }
    return true;
  }
}
