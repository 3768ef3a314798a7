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
 * <p>What has no time of a date's type is no message of these, and becomes a late one.
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
    /** Those that were made up to one of them, and that one. */
    private Bson upTo(Instant createdAt, org.bson.types.ObjectId id) {
      // Our own may be older by our clock than an old one by another's.
      Date at = Values.bson(createdAt);
      return and(
          eq(Fields.GROUP_ID, Values.bson(groupId)),
          lte(Fields.CREATED_AT, at),
          nor(and(eq(Fields.CREATED_AT, at), gt(Fields.ID, id)), gt(Fields.SEQ, count)));
    }

    private Bson all() {
      return upTo(until, untilId);
    }

    /** Whether a message is not behind the newest of these. */
    private boolean reaches(Instant createdAt, org.bson.types.ObjectId id) {
      int order = createdAt.compareTo(until);
      return order < 0 || (order == 0 && id.compareTo(untilId) <= 0);
    }
  }

  /** The old messages of a group in which nobody has given a seq yet; null if it has none. */
  @Nullable Old find(ObjectId groupId) {
    Document newest =
        messages
            .find(
                and(
                    eq(Fields.GROUP_ID, Values.bson(groupId)),
                    exists(Fields.SEQ, false),
                    type(Fields.CREATED_AT, BsonType.DATE_TIME)))
            .sort(DOWNWARD)
            .first();
    if (newest == null || !(newest.get(Fields.CREATED_AT) instanceof Date until)) {
      return null;
    }
    Old all = new Old(groupId, Long.MAX_VALUE, until.toInstant(), newest.getObjectId(Fields.ID));
    return new Old(groupId, messages.countDocuments(all.all()), all.until(), all.untilId());
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
    long rank = messages.countDocuments(old.upTo(at, id));
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
