package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoSocketReadTimeoutException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteException;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.storage.mongo.OldMessages.Old;
import java.time.Duration;
import java.util.Date;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the groups' old messages. For any thread; guarded by its monitor, but for what
 * the database is asked. All methods throw a {@link com.mongodb.MongoException} if it cannot
 * answer, and do no harm if they are called again.
 *
 * <p>A group is numbered from its first touch on: the first process that appends to it or finds
 * messages without seqs in it says for good how many of these there are and which is the newest,
 * and new messages have seqs above. A message without a seq that comes later is a late one, and
 * gets the next seq when it is found.
 *
 * <p>A group that has too many old messages to count them while somebody waits is refused until the
 * numbering has counted them: nothing else is.
 */
final class Numbering {
  /** Of a group in which all seqs are written. */
  private static final State ALL_WRITTEN = new State(0, null);

  private final Collections collections;
  private final OldMessages oldMessages;
  private final OldMessages oldMessagesUnhurried;
  private final LateMessages lateMessages;
  private final Offers offers;
  private final Limits limits;
  private final Map<ObjectId, State> states;

  /** Groups whose old messages are to be counted, in the order in which they were asked for. */
  private final Set<ObjectId> uncounted;

  /** Groups in which seqs are to be written, in the order in which that was found. */
  private final Set<ObjectId> unwritten;

  /**
   * What was found of a group.
   *
   * @param count how many old messages it has, whether their seqs are written or not
   * @param pending the old messages, null if their seqs are written
   */
  private record State(long count, @Nullable Old pending) {}

  /**
   * Knows nothing yet.
   *
   * @param collections as questions use them: somebody waits for the answer
   * @param unhurried the same, for what may take long
   * @param offers gets the groups of late messages
   */
  Numbering(
      Collections collections,
      Collections unhurried,
      Indexes indexes,
      Offers offers,
      Limits limits) {
    this.collections = collections;
    this.oldMessages = new OldMessages(collections.messages());
    this.oldMessagesUnhurried = new OldMessages(unhurried.messages());
    this.lateMessages = new LateMessages(collections, indexes, limits);
    this.offers = offers;
    this.limits = limits;
    this.uncounted = new LinkedHashSet<>();
    this.unwritten = new LinkedHashSet<>();
    this.states =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<ObjectId, State> eldest) {
            return size() > limits.headsMax();
          }
        };
  }

  private Numbering(Numbering same, Collections collections) {
    this.collections = collections;
    this.oldMessages = new OldMessages(collections.messages());
    this.oldMessagesUnhurried = same.oldMessagesUnhurried;
    this.lateMessages = same.lateMessages.on(collections);
    this.limits = same.limits;
    this.states = same.states;
    this.offers = same.offers;
    this.uncounted = same.uncounted;
    this.unwritten = same.unwritten;
  }

  /** The same knowledge for somebody who asks the database by other connections. */
  Numbering on(Collections others) {
    return new Numbering(this, others);
  }

  /** How many old messages a group has to which something is about to be appended. */
  long oldCount(ObjectId groupId) {
    State state = find(groupId);
    if (state == null) {
      state = put(groupId, null);
    }
    return state.count();
  }

  /** The old messages of a group whose seqs may not be written yet, null if it has none. */
  @Nullable Old pending(ObjectId groupId) {
    State state = find(groupId);
    return state == null ? null : state.pending();
  }

  /**
   * The seq of a message, which is written if it is a late one.
   *
   * @param message with its id, group, seq and time
   * @return 0 for a message of no group
   */
  long seq(Document message) {
    long seq = MessageDocuments.seq(message);
    ObjectId groupId = MessageDocuments.groupId(message);
    if (seq != 0 || groupId.equals(Values.NOBODY)) {
      return seq;
    }
    // A group of which nothing was known when the message came is known from here on.
    var _ = oldCount(groupId);
    Old old = pending(groupId);
    long rank = old == null ? 0 : oldMessages.rank(old, message);
    if (rank != 0) {
      return rank;
    }
    long late = lateMessages.seq(groupId, oldCount(groupId), message);
    if (late != 0) {
      offers.add(groupId);
    }
    return late;
  }

  /** The seq of a message for which none of the old ones is left; it is written. */
  long lateSeq(ObjectId groupId, long oldCount, Document message) {
    return lateMessages.seq(groupId, oldCount, message);
  }

  /** What there is to know of a group, null if nobody has touched it and it has no messages. */
  private @Nullable State find(ObjectId groupId) {
    synchronized (states) {
      State known = states.get(groupId);
      if (known != null) {
        return known;
      }
    }
    // In this order: whoever gives a seq has said before how many there are without.
    boolean hasSeqs = hasSeqs(groupId);
    Document document = collections.numbering().find(eq(Fields.ID, Values.bson(groupId))).first();
    if (document != null) {
      return keep(groupId, state(groupId, document));
    }
    if (hasSeqs) {
      return keep(groupId, ALL_WRITTEN);
    }
    Old old = oldMessages.find(groupId);
    return old == null ? null : put(groupId, old.counted(count(old)));
  }

  private long count(Old old) {
    synchronized (states) {
      if (uncounted.contains(old.groupId())) {
        // Whoever asks meanwhile would have all others wait for an answer that is known.
        throw new UncountedException(old.groupId());
      }
    }
    long count;
    try {
      count = oldMessages.count(old, limits.countedMax() + 1);
    } catch (MongoTimeoutException
        | MongoExecutionTimeoutException
        | MongoSocketReadTimeoutException _) {
      // It answered to others, so it is this group that takes long.
      count = Long.MAX_VALUE;
    }
    if (count > limits.countedMax()) {
      synchronized (states) {
        if (uncounted.size() < limits.headsMax() && uncounted.add(old.groupId())) {
          states.notifyAll();
        }
      }
      throw new UncountedException(old.groupId());
    }
    return count;
  }

  /** Counts a group's old messages, however long it takes, unless somebody has. */
  void count(ObjectId groupId) {
    boolean hasSeqs = hasSeqs(groupId);
    boolean isKnown =
        collections.numbering().find(eq(Fields.ID, Values.bson(groupId))).first() != null;
    Old old = hasSeqs || isKnown ? null : oldMessagesUnhurried.find(groupId);
    if (old != null) {
      var _ = put(groupId, old.counted(oldMessagesUnhurried.count(old, 0)));
    } else {
      var _ = pending(groupId);
    }
    synchronized (states) {
      uncounted.remove(groupId);
    }
  }

  /** A group whose old messages are to be counted, null if none is known. */
  @Nullable ObjectId nextUncounted() {
    synchronized (states) {
      return first(uncounted);
    }
  }

  /** Has a group wait behind all others of its kind. */
  void postpone(ObjectId groupId) {
    synchronized (states) {
      if (uncounted.remove(groupId)) {
        uncounted.add(groupId);
      } else {
        unwritten.remove(groupId);
        unwritten.add(groupId);
      }
    }
  }

  private boolean hasSeqs(ObjectId groupId) {
    return MessageQueries.highest(collections.messages(), groupId) != null;
  }

  /** Says for good what old messages a group has, if nobody has said it yet. */
  private State put(ObjectId groupId, @Nullable Old old) {
    Document document =
        new Document(Fields.ID, Values.bson(groupId))
            .append(Fields.OLD, old == null ? 0L : old.count());
    if (old != null) {
      document.append(
          Fields.UNTIL,
          new Document(Fields.CREATED_AT, Values.bson(old.until()))
              .append(Fields.ID, old.untilId()));
    }
    document.append(Fields.DONE, old == null);
    try {
      var _ = collections.numbering().insertOne(document);
      return keep(groupId, state(groupId, document));
    } catch (MongoWriteException e) {
      if (!Failures.isDuplicateKey(e)) {
        throw e;
      }
      Document first = collections.numbering().find(eq(Fields.ID, Values.bson(groupId))).first();
      if (first == null) {
        throw e;
      }
      return keep(groupId, state(groupId, first));
    }
  }

  private State keep(ObjectId groupId, State state) {
    synchronized (states) {
      states.put(groupId, state);
      if (state.pending() == null) {
        unwritten.remove(groupId);
      } else if (unwritten.size() < limits.headsMax() && unwritten.add(groupId)) {
        states.notifyAll();
      }
    }
    return state;
  }

  /** A group in which seqs are to be written, null if none is known. */
  @Nullable ObjectId nextUnwritten() {
    synchronized (states) {
      return first(unwritten);
    }
  }

  private static @Nullable ObjectId first(Set<ObjectId> groupIds) {
    Iterator<ObjectId> each = groupIds.iterator();
    return each.hasNext() ? each.next() : null;
  }

  /** Waits until there is a group in which something is to be done, or for so long. */
  void awaitUnwritten(Duration wait) throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    synchronized (states) {
      long left = wait.toMillis();
      while (unwritten.isEmpty() && uncounted.isEmpty() && left > 0) {
        states.wait(left);
        left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      }
    }
  }

  /** Reads again what is known of a group; the old messages whose seqs may not be written yet. */
  @Nullable Old refreshed(ObjectId groupId) {
    synchronized (states) {
      states.remove(groupId);
      unwritten.remove(groupId);
    }
    return pending(groupId);
  }

  /** All seqs of a group's old messages are written. */
  void written(ObjectId groupId, Old old) {
    var _ =
        collections
            .numbering()
            .updateOne(eq(Fields.ID, Values.bson(groupId)), set(Fields.DONE, true));
    var _ = keep(groupId, new State(old.count(), null));
  }

  private static State state(ObjectId groupId, Document document) {
    long count = Values.number(document, Fields.OLD);
    if (Values.flag(document, Fields.DONE, false)
        || !(document.get(Fields.UNTIL) instanceof Document until)
        || !(until.get(Fields.CREATED_AT) instanceof Date createdAt)
        || !(until.get(Fields.ID) instanceof org.bson.types.ObjectId id)) {
      return new State(count, null);
    }
    return new State(count, new Old(groupId, count, createdAt.toInstant(), id));
  }
}
