package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Updates.max;
import static com.mongodb.client.model.Updates.push;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.UpdateManyModel;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers.Reader;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.MarkRead;
import dev.verbatim.chat.store.Write.MarkedRead;
import dev.verbatim.chat.store.Write.Rejected;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * Writes of who read what. Confined to the writer.
 *
 * <p>The first readers of a message stand in the message, as other services read it; a bound keeps
 * it from growing for ever, and whoever reads it then stands in a block.
 */
final class ReadWrites {
  private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
  private static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);
  private static final Bson READ_FIELDS =
      include(Fields.GROUP_ID, Fields.SENDER_ID, Fields.SEQ, Fields.CREATED_AT, Fields.READ_BY);

  /** Messages asked for at once, each with up to a hundred readers. */
  private static final int PIECE = 1_000;

  /** Messages changed at once: the answer takes a fraction of the time there is for it. */
  private static final int UPDATED_MAX = 500;

  private final Collections collections;
  private final BlockWrites blocks;
  private final Numbering numbering;
  private final Limits limits;

  ReadWrites(Collections collections, BlockWrites blocks, Numbering numbering, Limits limits) {
    this.collections = collections;
    this.blocks = blocks;
    this.numbering = numbering;
    this.limits = limits;
  }

  /** A member's reading of a message. */
  record Reading(ObjectId groupId, ObjectId messageId, ObjectId userId, long seq, Instant readAt) {
    private Key key() {
      return new Key(messageId, userId);
    }
  }

  private record Key(ObjectId messageId, ObjectId userId) {}

  private record State(ObjectId groupId, ObjectId userId) {}

  /** Own messages count as read, also those of which it is not sure that this was kept. */
  void sent(List<Message> messages, Attempts attempts) throws StoreException {
    Map<State, Long> seqs = new LinkedHashMap<>();
    for (Message message : messages) {
      seqs.merge(new State(message.groupId(), message.senderId()), message.seq(), Math::max);
    }
    raise(seqs, attempts);
  }

  /**
   * Marks messages as read.
   *
   * @return a {@link MarkedRead} of each, or {@link Rejected}
   */
  List<Object> markRead(List<MarkRead> writes, Attempts attempts) throws StoreException {
    Map<ObjectId, Document> messages = messages(writes, attempts);
    // Of all that is named: an attempt that failed may have kept the readings and not how far.
    Map<State, Long> highest = new LinkedHashMap<>();
    List<Wanted> wanted = new ArrayList<>(writes.size());
    Set<Key> seen = new LinkedHashSet<>();
    List<Reading> all = new ArrayList<>();
    for (MarkRead write : writes) {
      Wanted each = wanted(write, messages, attempts);
      wanted.add(each);
      if (each instanceof Wanted.Some some) {
        if (some.highest() > 0) {
          highest.merge(new State(write.groupId(), write.userId()), some.highest(), Math::max);
        }
        some.readings().removeIf(reading -> !seen.add(reading.key()));
        all.addAll(some.readings());
      }
    }
    Set<Key> done = read(all, messages, attempts);
    List<Object> marked = new ArrayList<>(writes.size());
    for (Wanted each : wanted) {
      marked.add(
          switch (each) {
            case Wanted.Some some -> some.marked(done);
            case Wanted.None(RejectedException cause) -> new Rejected(cause);
          });
    }
    raise(highest, attempts);
    return marked;
  }

  /** What of a write is to be written. */
  private sealed interface Wanted {
    /**
     * Readings that may be new.
     *
     * @param highest the highest seq of all that is named, 0 for none
     */
    record Some(List<Reading> readings, long highest) implements Wanted {
      MarkedRead marked(Set<Key> done) {
        return new MarkedRead(
            readings.stream()
                .filter(reading -> done.contains(reading.key()))
                .map(Reading::messageId)
                .toList());
      }
    }

    /** Nothing, for the group's messages have no seqs for now. */
    record None(RejectedException cause) implements Wanted {}
  }

  private Wanted wanted(MarkRead write, Map<ObjectId, Document> messages, Attempts attempts)
      throws StoreException {
    List<Reading> readings = new ArrayList<>();
    long highest = 0;
    try {
      for (ObjectId id : write.messageIds()) {
        Document message = messages.get(id);
        Reading reading = readingOrNull(write, message, attempts);
        highest = Math.max(highest, reading != null ? reading.seq() : seqOrNone(write, message));
        if (reading != null) {
          readings.add(reading);
        }
      }
    } catch (RejectedException e) {
      return new Wanted.None(e);
    }
    return new Wanted.Some(readings, highest);
  }

  private Map<ObjectId, Document> messages(List<MarkRead> writes, Attempts attempts)
      throws StoreException {
    Set<ObjectId> ids = new LinkedHashSet<>();
    writes.forEach(write -> ids.addAll(write.messageIds()));
    return messages(ids, attempts);
  }

  private Map<ObjectId, Document> messages(Set<ObjectId> ids, Attempts attempts)
      throws StoreException {
    List<org.bson.types.ObjectId> all = ids.stream().map(Values::bson).toList();
    Map<ObjectId, Document> messages = HashMap.newHashMap(all.size());
    for (int from = 0; from < all.size(); from += PIECE) {
      Bson some = in(Fields.ID, all.subList(from, Math.min(all.size(), from + PIECE)));
      List<Document> found =
          attempts.repeat(
              () ->
                  collections
                      .messages()
                      .find(some)
                      .projection(READ_FIELDS)
                      .into(new ArrayList<>()));
      for (Document each : found) {
        messages.put(Values.ownId(each), each);
      }
    }
    return messages;
  }

  /** The reading of a message that may be new: of this group, not one's own, not in its array. */
  private @Nullable Reading readingOrNull(
      MarkRead write, @Nullable Document message, Attempts attempts) throws StoreException {
    if (message == null
        || !MessageDocuments.groupId(message).equals(write.groupId())
        || MessageDocuments.senderId(message).equals(write.userId())
        || readAtOrNull(message, write.userId()) != null) {
      return null;
    }
    return new Reading(
        write.groupId(),
        Values.ownId(message),
        write.userId(),
        attempts.repeat(() -> numbering.seq(message)),
        Values.kept(write.readAt()));
  }

  /** The seq of a message of this group that was read before, 0 where none is written. */
  private static long seqOrNone(MarkRead write, @Nullable Document message) {
    return message == null || !MessageDocuments.groupId(message).equals(write.groupId())
        ? 0
        : MessageDocuments.seq(message);
  }

  private static @Nullable Instant readAtOrNull(Document message, ObjectId userId) {
    for (Reader reader : MessageDocuments.readers(message)) {
      if (reader.userId().equals(userId)) {
        return reader.readAt();
      }
    }
    return null;
  }

  /** Writes readings; returns those that are new. */
  private Set<Key> read(List<Reading> readings, Map<ObjectId, Document> messages, Attempts attempts)
      throws StoreException {
    Map<ObjectId, Integer> counts = new HashMap<>();
    List<Reading> pushed = new ArrayList<>();
    List<Reading> beyond = new ArrayList<>();
    for (Reading reading : readings) {
      Document message = messages.get(reading.messageId());
      int count = message == null ? 0 : MessageDocuments.readByCount(message);
      int place = counts.merge(reading.messageId(), count + 1, (before, _) -> before + 1);
      (place > limits.readByMax() ? beyond : pushed).add(reading);
    }
    Set<Key> done = new LinkedHashSet<>();
    if (!pushed.isEmpty() && pushed(pushed, attempts) == pushed.size()) {
      pushed.forEach(reading -> done.add(reading.key()));
    } else if (!pushed.isEmpty()) {
      beyond.addAll(doubtful(pushed, done, attempts));
    }
    for (Reading reading : blocks.read(beyond, attempts)) {
      done.add(reading.key());
    }
    return done;
  }

  /** Puts readings into the messages' arrays; returns how many of them, if that is known. */
  private int pushed(List<Reading> readings, Attempts attempts) throws StoreException {
    int written = 0;
    for (int from = 0; from < readings.size(); from += UPDATED_MAX) {
      List<Reading> some = readings.subList(from, Math.min(readings.size(), from + UPDATED_MAX));
      List<WriteModel<Document>> updates = updates(some);
      written += attempts.repeat(() -> modified(updates));
    }
    return written;
  }

  /** Makes updates, and passes over messages that are broken: their readers stand in blocks. */
  private int modified(List<WriteModel<Document>> updates) {
    try {
      return collections.messages().bulkWrite(updates, UNORDERED).getModifiedCount();
    } catch (MongoBulkWriteException e) {
      if (!Failures.isOfSomeDocuments(e)) {
        throw e;
      }
      return e.getWriteResult().getModifiedCount();
    }
  }

  /** One update for all that a member reads at once. */
  private List<WriteModel<Document>> updates(List<Reading> readings) {
    Map<Reader, List<Object>> idsByReader = new LinkedHashMap<>();
    for (Reading reading : readings) {
      idsByReader
          .computeIfAbsent(new Reader(reading.userId(), reading.readAt()), _ -> new ArrayList<>())
          .add(Values.bson(reading.messageId()));
    }
    List<WriteModel<Document>> updates = new ArrayList<>(idsByReader.size());
    idsByReader.forEach(
        (reader, ids) ->
            updates.add(
                new UpdateManyModel<>(
                    unread(ids, reader.userId()),
                    push(Fields.READ_BY, MessageDocuments.element(reader)))));
    return updates;
  }

  /** Those of these messages which a user has not read and which have room for it. */
  private Bson unread(List<Object> ids, ObjectId userId) {
    return new Document(Fields.ID, new Document("$in", ids))
        .append(Fields.READ_BY_USER_ID, new Document("$nin", Values.eitherShape(userId)))
        .append(Fields.READ_BY + "." + (limits.readByMax() - 1), new Document("$exists", false));
  }

  /**
   * Looks which of these readings are there, for others read too or an answer was lost; returns
   * those for which there is no room.
   */
  private List<Reading> doubtful(List<Reading> readings, Set<Key> done, Attempts attempts)
      throws StoreException {
    Set<ObjectId> ids = new LinkedHashSet<>();
    readings.forEach(reading -> ids.add(reading.messageId()));
    Map<ObjectId, Document> messages = messages(ids, attempts);
    List<Reading> beyond = new ArrayList<>();
    for (Reading reading : readings) {
      Document message = messages.get(reading.messageId());
      if (message == null) {
        continue;
      }
      Instant readAt = readAtOrNull(message, reading.userId());
      if (readAt == null) {
        beyond.add(reading);
      } else if (readAt.equals(reading.readAt())) {
        done.add(reading.key());
      }
    }
    return beyond;
  }

  /** Keeps the highest seqs that were read or sent, where they are higher than what is there. */
  private void raise(Map<State, Long> seqs, Attempts attempts) throws StoreException {
    if (seqs.isEmpty()) {
      return;
    }
    List<WriteModel<Document>> updates = new ArrayList<>(seqs.size());
    seqs.forEach(
        (state, seq) ->
            updates.add(
                new UpdateOneModel<>(
                    eq(Fields.ID, ReadDocuments.stateId(state.groupId(), state.userId())),
                    max(Fields.LAST_READ, seq),
                    UPSERT)));
    while (!attempts.repeat(() -> raised(updates))) {
      attempts.unseen("The same is written by others");
    }
  }

  /** False if two upserts of one id have met: the other is there now. */
  private boolean raised(List<WriteModel<Document>> updates) {
    try {
      var _ = collections.reads().bulkWrite(updates, UNORDERED);
      return true;
    } catch (MongoBulkWriteException e) {
      if (Failures.isMomentary(e) || !Failures.isDuplicateKey(e)) {
        throw e;
      }
      return false;
    }
  }
}
