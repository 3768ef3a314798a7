package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.max;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.UpdateOptions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * How far anybody of us has looked through what others put into the database, in a document beside
 * those of the groups: what they put there while none of us was running is found from there on. For
 * any thread. All methods throw a {@link com.mongodb.MongoException} if the database does not
 * answer.
 */
final class Tail {
  /** No group has this id. */
  private static final Bson THIS = eq(Fields.ID, "tail");

  private static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);

  private final MongoCollection<Document> numbering;
  private final Limits limits;
  private final Instant openedAt;

  Tail(Collections collections, Limits limits, InstantSource clock) {
    this.numbering = collections.numbering();
    this.limits = limits;
    this.openedAt = clock.instant();
  }

  /** The least id of a message that nobody of us may have seen. */
  org.bson.types.ObjectId startId() {
    Document found = numbering.find(THIS).first();
    Instant since = found == null ? openedAt : Values.instant(found, Fields.AT, openedAt);
    return firstId((since.isBefore(openedAt) ? since : openedAt).minus(limits.tailLateOverlap()));
  }

  /** The least id of those that are made at this time. */
  static org.bson.types.ObjectId firstId(Instant at) {
    return new org.bson.types.ObjectId(Date.from(at), 0);
  }

  /** All that others put there before this time was seen. */
  void seenUntil(Instant at) {
    var _ = numbering.updateOne(THIS, max(Fields.AT, Values.bson(at)), UPSERT);
  }

  /** Whether all groups were looked at once. */
  boolean areGroupsLookedAt() {
    Document found = numbering.find(THIS).first();
    return found != null && Values.flag(found, Fields.GROUPS, false);
  }

  void groupsLookedAt() {
    var _ = numbering.updateOne(THIS, set(Fields.GROUPS, true), UPSERT);
  }
}
