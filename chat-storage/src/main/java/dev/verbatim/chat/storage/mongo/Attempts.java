package dev.verbatim.chat.storage.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.ReadConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.bson.BsonMaximumSizeExceededException;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * How long one commit goes on, also with what a database that fails for a moment did not do, or not
 * visibly. Confined to the committing thread.
 */
final class Attempts {
  /** How often others may be first before it is tried again only after a pause. */
  private static final int OUTRUN_AT_ONCE_MAX = 3;

  private final Limits limits;
  private final long deadlineNanos;
  private final boolean isAwaited;
  private @Nullable Duration pause;
  private int outrun;
  private boolean isFailing;
  private boolean isOver;

  private Attempts(Limits limits, long deadlineNanos, boolean isAwaited) {
    this.limits = limits;
    this.deadlineNanos = deadlineNanos;
    this.isAwaited = isAwaited;
  }

  /**
   * Starts the time of a commit.
   *
   * @param isAwaited whether somebody waits for it; otherwise it may take as long as the database
   *     goes on answering
   */
  static Attempts start(Limits limits, boolean isAwaited) {
    return new Attempts(limits, System.nanoTime() + limits.commitWait().toNanos(), isAwaited);
  }

  /** Whether a failure lasted until there was no time left: the database is away. */
  boolean isOver() {
    return isOver;
  }

  /**
   * Does something until the database has answered.
   *
   * @param operation what does no harm if it is done twice
   * @throws StoreException if the database refuses or is away, or there was no time left to begin
   */
  <T extends @Nullable Object> T repeat(Supplier<T> operation) throws StoreException {
    check();
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
   * @param like what finds it, and all that our own unique indexes take for the same
   * @return false if a unique index refuses it, for it or one like it is there
   * @throws RejectedException if a unique index refuses it that is not ours, or it is too large
   */
  boolean insert(MongoCollection<Document> collection, Document document, Bson like)
      throws StoreException {
    check();
    boolean hasLostAnswer = false;
    boolean isUnexplained = false;
    while (true) {
      try {
        var _ = collection.insertOne(document);
        succeeded();
        return true;
      } catch (MongoException e) {
        if (!Failures.isDuplicateKey(e)) {
          hasLostAnswer = true;
          failed(e);
          continue;
        }
        succeeded();
        if (hasLostAnswer && isThere(collection, document)) {
          return true;
        }
        if (isTaken(collection, like)) {
          return false;
        }
        if (isUnexplained) {
          throw Failures.rejected(e);
        }
        // Once it may be that what was in the way has gone meanwhile.
        isUnexplained = true;
      } catch (BsonMaximumSizeExceededException e) {
        throw new RejectedException("A document is larger than the database takes", e);
      }
    }
  }

  /** Whether the index knows of one, even if a majority does not yet. */
  private boolean isTaken(MongoCollection<Document> collection, Bson like) throws StoreException {
    return repeat(
            () ->
                collection
                    .withReadConcern(ReadConcern.LOCAL)
                    .find(like)
                    .projection(Projections.include(Fields.ID))
                    .first())
        != null;
  }

  private boolean isThere(MongoCollection<Document> collection, Document document)
      throws StoreException {
    Bson same = Filters.eq(Fields.ID, document.get(Fields.ID));
    return repeat(() -> collection.find(same).first()) != null;
  }

  /**
   * Returns if there is time left. A database that answers everything, but slowly, would otherwise
   * hold up a commit for as long as there is anything to write.
   *
   * @throws StoreException if there is none: nothing more is begun
   */
  void check() throws StoreException {
    if (isAwaited && System.nanoTime() - deadlineNanos > 0) {
      isOver |= isFailing;
      throw new StoreException("The database takes longer than " + limits.commitWait());
    }
  }

  /** The database has answered: the next failure is a first one. */
  void succeeded() {
    pause = null;
    isFailing = false;
  }

  /**
   * Pauses before another attempt at what has failed.
   *
   * @throws RejectedException if another would fail too, and what is not about the same document
   *     would not
   * @throws StoreException if another would fail too, or there is no time left
   */
  void failed(MongoException e) throws StoreException {
    if (e instanceof MongoInterruptedException) {
      Thread.currentThread().interrupt();
      throw new StoreException("Interrupted while writing to the database", e);
    }
    if (Failures.isOfOneDocument(e)) {
      throw Failures.rejected(e);
    }
    if (!Failures.isMomentary(e)) {
      throw Failures.failed("The database refuses", e);
    }
    isFailing = true;
    if (!pause()) {
      isOver = true;
      throw Failures.failed("The database is away", e);
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

  /**
   * Others were first with what was to be written. Pauses before another attempt if that was so
   * several times, for as long as chance has it: so that two who meet do not meet again each time.
   *
   * @throws StoreException if there is no time left
   */
  void outrun(String what) throws StoreException {
    outrun++;
    int pauses = outrun - OUTRUN_AT_ONCE_MAX;
    if (pauses > 0) {
      long longest = Math.min(limits.pauseMin().toNanos() * pauses, limits.pauseMax().toNanos());
      if (!pause(Duration.ofNanos(ThreadLocalRandom.current().nextLong(longest)))) {
        throw new StoreException(what + " for " + limits.commitWait());
      }
    }
  }

  /** Pauses, longer each time; returns false at once if that would last for too long. */
  private boolean pause() throws StoreException {
    Duration next = pause == null ? limits.pauseMin() : pause.multipliedBy(2);
    pause = next.compareTo(limits.pauseMax()) < 0 ? next : limits.pauseMax();
    return pause(pause);
  }

  private boolean pause(Duration wait) throws StoreException {
    if (System.nanoTime() + wait.toNanos() - deadlineNanos > 0) {
      return false;
    }
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("Interrupted while the database is away", e);
    }
    return true;
  }
}
