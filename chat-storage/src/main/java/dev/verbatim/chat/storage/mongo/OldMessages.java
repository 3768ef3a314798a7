package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Filters.nor;
import static com.mongodb.client.model.Filters.not;
import static com.mongodb.client.model.Filters.type;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Sorts.descending;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.CountOptions;
import dev.verbatim.chat.model.ObjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bson.BsonType;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * Questions about the messages that others put into a group before this service came to it. Their
 * seqs are their ranks in the order of the times at which they were made, whether these are written
 * already or not. For any thread.
 *
 * <p>What has no time of a date's type is no message of these, and becomes a late one; what has no
 * id of an ObjectId's type is passed over.
 */
final class OldMessages {
  private static final Bson UPWARD = ascending(Fields.CREATED_AT, Fields.ID);
  private static final Bson DOWNWARD = descending(Fields.CREATED_AT, Fields.ID);

  private final MongoCollection<Document> messages;

  OldMessages(MongoCollection<Document> messages) {
    this.messages = messages;
  }

  /**
   * The old messages of a group.
   *
   * @param count how many there are
   * @param until when the newest of them was made
   * @param untilId and its id, for several may have been made at once
   */
  record Old(ObjectId groupId, long count, Instant until, org.bson.types.ObjectId untilId) {
    Old counted(long messages) {
      return new Old(groupId, messages, until, untilId);
    }

    /**
     * All that were made up to one of them, and that one; ours too, which may be older by our clock
     * than an old one by another's. The history's index alone answers how many these are.
     */
    private Bson upToWithOurs(Instant createdAt, org.bson.types.ObjectId id) {
      Date at = Values.bson(createdAt);
      return and(
          eq(Fields.GROUP_ID, Values.bson(groupId)),
          lte(Fields.CREATED_AT, at),
          Values.HAS_ID,
          nor(and(eq(Fields.CREATED_AT, at), gt(Fields.ID, id))));
    }

    /** Those of ours among them. */
    private Bson oursUpTo(Instant createdAt, org.bson.types.ObjectId id) {
      Date at = Values.bson(createdAt);
      return MessageQueries.between(groupId, count + 1, Long.MAX_VALUE)
          .append(Fields.CREATED_AT, new Document("$lte", at))
          .append(
              "$nor",
              List.of(
                  new Document(Fields.CREATED_AT, at).append(Fields.ID, new Document("$gt", id))));
    }

    private Bson all() {
      return and(upToWithOurs(until, untilId), nor(gt(Fields.SEQ, count)));
    }

    /** Whether a message is not behind the newest of these. */
    private boolean reaches(Instant createdAt, org.bson.types.ObjectId id) {
      int order = createdAt.compareTo(until);
      return order < 0 || (order == 0 && id.compareTo(untilId) <= 0);
    }
  }

  /**
   * The old messages of a group in which nobody has given a seq yet, not counted; null if it has
   * none.
   */
  @Nullable Old find(ObjectId groupId) {
    Document newest =
        messages
            .find(
                and(
                    eq(Fields.GROUP_ID, Values.bson(groupId)),
                    Values.HAS_ID,
                    exists(Fields.SEQ, false),
                    type(Fields.CREATED_AT, BsonType.DATE_TIME)))
            .sort(DOWNWARD)
            .first();
    if (newest == null || !(newest.get(Fields.CREATED_AT) instanceof Date until)) {
      return null;
    }
    return new Old(groupId, 0, until.toInstant(), newest.getObjectId(Fields.ID));
  }

  /**
   * How many old messages there are in a group in which nobody has given a seq yet.
   *
   * @param max where it stops to count, 0 for nowhere
   */
  long count(Old old, int max) {
    return messages.countDocuments(
        old.upToWithOurs(old.until(), old.untilId()), new CountOptions().limit(max));
  }

  /** The seq of a message, 0 if it is none of these. */
  long rank(Old old, Document message) {
    if (!(message.get(Fields.CREATED_AT) instanceof Date createdAt)) {
      return 0;
    }
    org.bson.types.ObjectId id = message.getObjectId(Fields.ID);
    Instant at = createdAt.toInstant();
    if (!old.reaches(at, id)) {
      return 0;
    }
    long all = messages.countDocuments(old.upToWithOurs(at, id));
    long rank = all - messages.countDocuments(old.oursUpTo(at, id));
    return rank <= old.count() ? rank : 0;
  }

  /** The messages from one seq to another, at most so many, lowest seq first. */
  List<Placed> upward(Old old, long first, long last, int limit, @Nullable Bson fields) {
    long to = Math.min(old.count(), last);
    long count = Math.min(limit, to - first + 1);
    return count <= 0 ? List.of() : range(old, first, (int) count, fields);
  }

  /** The messages up to a seq, at most so many, highest seq first. */
  List<Placed> downward(Old old, long last, int limit, @Nullable Bson fields) {
    long to = Math.min(old.count(), last);
    long first = Math.max(1, to - limit + 1);
    return limit <= 0 || to < 1
        ? List.of()
        : range(old, first, (int) (to - first + 1), fields).reversed();
  }

  /**
   * The messages behind one of them, lowest first, whether their seqs are written or not.
   *
   * @param last null for the first of all
   */
  List<Document> behind(Old old, @Nullable Document last, int limit, Bson fields) {
    return find(last == null ? old.all() : and(old.all(), behind(last)), limit, fields);
  }

  /** Some of the messages whose seqs are not written, lowest first. */
  List<Document> unwritten(Old old, int limit, Bson fields) {
    return find(and(old.all(), exists(Fields.SEQ, false)), limit, fields);
  }

  private List<Document> find(Bson filter, int limit, Bson fields) {
    return messages
        .find(filter)
        .projection(fields)
        .sort(UPWARD)
        .limit(limit)
        .into(new ArrayList<>());
  }

  /** Messages of a group that have no seq and no time by which one could be found. */
  List<Document> undated(ObjectId groupId, int limit, Bson fields) {
    return messages
        .find(
            and(
                eq(Fields.GROUP_ID, Values.bson(groupId)),
                Values.HAS_ID,
                exists(Fields.SEQ, false),
                not(type(Fields.CREATED_AT, BsonType.DATE_TIME))))
        .projection(fields)
        .limit(limit)
        .into(new ArrayList<>());
  }

  private static Bson behind(Document last) {
    Object at = last.get(Fields.CREATED_AT);
    return and(
        gte(Fields.CREATED_AT, at),
        nor(and(eq(Fields.CREATED_AT, at), lte(Fields.ID, last.get(Fields.ID)))));
  }

  /** So many messages from a seq on, looked for from the end that is nearer. */
  private List<Placed> range(Old old, long first, int count, @Nullable Bson fields) {
    long behind = old.count() - (first + count - 1);
    boolean isUpward = first - 1 <= behind;
    List<Placed> placed = new ArrayList<>(count);
    long seq = isUpward ? first : first + count - 1;
    for (Document each :
        query(old, isUpward)
            .projection(fields)
            .skip(Math.toIntExact(isUpward ? first - 1 : behind))
            .limit(count)) {
      placed.add(new Placed(seq, each));
      seq += isUpward ? 1 : -1;
    }
    return isUpward ? placed : placed.reversed();
  }

  /** All old messages in their order, or against it. */
  FindIterable<Document> query(Old old, boolean isUpward) {
    return messages.find(old.all()).sort(isUpward ? UPWARD : DOWNWARD);
  }
}
