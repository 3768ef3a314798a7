package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Sorts.descending;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.storage.mongo.OldMessages.Old;
import dev.verbatim.chat.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * Questions about messages. For any thread.
 *
 * <p>In a group whose old messages have no seqs yet the pages are put together: up to the last of
 * these by their ranks, above by the seqs that are written.
 */
final class MessageQueries {
  private static final Bson NEWEST = include(Fields.SEQ, Fields.CREATED_AT);

  private final Collections collections;
  private final Numbering numbering;
  private final OldMessages oldMessages;

  MessageQueries(Collections collections, Numbering numbering) {
    this.collections = collections;
    this.numbering = numbering;
    this.oldMessages = new OldMessages(collections.messages());
  }

  Optional<Message> byId(ObjectId id) throws StoreException {
    return Questions.ask(
        () -> {
          Document found = collections.messages().find(eq(Fields.ID, Values.bson(id))).first();
          return found == null
              ? Optional.empty()
              : Optional.of(MessageDocuments.message(found, numbering.seq(found)));
        });
  }

  /** The groups of those of these messages that exist, by the messages' ids. */
  Map<ObjectId, ObjectId> groupIds(Collection<ObjectId> ids) throws StoreException {
    if (ids.isEmpty()) {
      return Map.of();
    }
    return Questions.ask(
        () -> {
          Map<ObjectId, ObjectId> groupIds = HashMap.newHashMap(ids.size());
          for (Document each :
              collections
                  .messages()
                  .find(in(Fields.ID, Values.bson(ids)))
                  .projection(include(Fields.GROUP_ID))) {
            groupIds.put(Values.ownId(each), MessageDocuments.groupId(each));
          }
          return groupIds;
        });
  }

  List<Message> upward(ObjectId groupId, long first, long last, int limit) throws StoreException {
    return Questions.ask(
        () ->
            placedUpward(groupId, first, last, limit, null).stream().map(Placed::message).toList());
  }

  List<Message> downward(ObjectId groupId, long last, int limit) throws StoreException {
    return Questions.ask(
        () -> placedDownward(groupId, last, limit, null).stream().map(Placed::message).toList());
  }

  /** The newest seq, 0 for none. */
  long newestSeq(ObjectId groupId) throws StoreException {
    return newest(groupId).map(Newest::seq).orElse(0L);
  }

  Optional<Newest> newest(ObjectId groupId) throws StoreException {
    return Questions.ask(
        () ->
            placedDownward(groupId, Long.MAX_VALUE, 1, NEWEST).stream()
                .map(each -> new Newest(each.seq(), MessageDocuments.createdAt(each.document())))
                .findFirst());
  }

  /** The newest message that is not deleted, looked for among so many seqs. */
  Optional<Placed> newestShown(ObjectId groupId, int seqsMax) throws StoreException {
    return Questions.ask(
        () -> {
          // Most groups' newest message is not deleted.
          for (int limit : new int[] {Math.min(1, seqsMax), seqsMax}) {
            for (Placed each : placedDownward(groupId, Long.MAX_VALUE, limit, null)) {
              if (!each.message().isDeleted()) {
                return Optional.of(each);
              }
            }
          }
          return Optional.empty();
        });
  }

  /**
   * The messages from one seq to another, at most so many, lowest seq first.
   *
   * @param fields of them, which are all if it is null
   * @throws com.mongodb.MongoException if the database cannot answer
   */
  List<Placed> placedUpward(
      ObjectId groupId, long first, long last, int limit, @Nullable Bson fields) {
    long from = Math.max(1, first);
    if (limit <= 0 || last < from) {
      return List.of();
    }
    Old old = numbering.pending(groupId);
    List<Placed> page = new ArrayList<>();
    if (old != null && from <= old.count()) {
      page.addAll(oldMessages.upward(old, from, last, limit, fields));
      from = old.count() + 1;
    }
    if (page.size() < limit && from <= last) {
      for (Document each :
          range(groupId, from, last, limit - page.size(), fields).sort(ascending(Fields.SEQ_KEY))) {
        page.add(Placed.of(each));
      }
    }
    return page;
  }

  private List<Placed> placedDownward(
      ObjectId groupId, long last, int limit, @Nullable Bson fields) {
    if (limit <= 0 || last < 1) {
      return List.of();
    }
    Old old = numbering.pending(groupId);
    long first = old == null ? 1 : old.count() + 1;
    List<Placed> page = new ArrayList<>();
    if (first <= last) {
      for (Document each :
          range(groupId, first, last, limit, fields).sort(descending(Fields.SEQ_KEY))) {
        page.add(Placed.of(each));
      }
    }
    if (old != null && page.size() < limit) {
      page.addAll(oldMessages.downward(old, last, limit - page.size(), fields));
    }
    return page;
  }

  private FindIterable<Document> range(
      ObjectId groupId, long first, long last, int limit, @Nullable Bson fields) {
    return collections
        .messages()
        .find(between(groupId, first, last))
        .projection(fields)
        .limit(limit);
  }

  /** The message with the highest seq that is written in a group, with its seq and its writer. */
  static @Nullable Document highest(MongoCollection<Document> messages, ObjectId groupId) {
    return messages
        .find(between(groupId, 0, Long.MAX_VALUE))
        .projection(include(Fields.SEQ, Fields.WRITER))
        .sort(descending(Fields.SEQ_KEY))
        .first();
  }

  /** What finds the messages of a group from one seq to another. */
  static Document between(ObjectId groupId, long first, long last) {
    // Not an $and of two: more servers than MongoDB find this one by the index.
    return new Document(
        Fields.SEQ_KEY,
        new Document("$gte", MessageKeys.seqKey(groupId, first))
            .append("$lte", MessageKeys.seqKey(groupId, last)));
  }

  /** Where a group's newest message stands, and since when. */
  record Newest(long seq, Instant createdAt) {}
}
