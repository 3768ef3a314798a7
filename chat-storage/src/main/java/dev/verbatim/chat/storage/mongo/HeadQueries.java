package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.descending;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.StoreException;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** Asks how far groups have grown. Confined to the writer. */
final class HeadQueries {
  private final Collections collections;
  private final Numbering numbering;
  private final Heads heads;

  HeadQueries(Collections collections, Numbering numbering, Heads heads) {
    this.collections = collections;
    this.numbering = numbering;
    this.heads = heads;
  }

  /** Has a group's head know everything. */
  void load(ObjectId groupId, Attempts attempts) throws StoreException {
    Heads.Head head = heads.of(groupId);
    if (!head.isNewestKnown()) {
      head.newestIs(newestSeq(groupId, attempts));
    }
    if (!head.isToldKnown()) {
      // Whoever has begun to listen before the newest was read has said so by now.
      heads.takeListening();
    }
    if (!head.isToldKnown()) {
      head.nobodyIsOwed(head.newest());
    }
  }

  private long newestSeq(ObjectId groupId, Attempts attempts) throws StoreException {
    @Nullable Document newest =
        attempts.repeat(
            () ->
                collections
                    .messages()
                    .find(MessageQueries.between(groupId, 0, Long.MAX_VALUE))
                    .projection(include(Fields.SEQ))
                    .sort(descending(Fields.SEQ_KEY))
                    .first());
    return Math.max(
        newest == null ? 0 : MessageDocuments.seq(newest),
        attempts.repeat(() -> numbering.oldCount(groupId)));
  }
}
