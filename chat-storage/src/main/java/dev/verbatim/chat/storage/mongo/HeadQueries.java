package dev.verbatim.chat.storage.mongo;

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
        attempts.repeat(() -> MessageQueries.highest(collections.messages(), groupId));
    return Math.max(
        newest == null ? 0 : MessageDocuments.seq(newest),
        attempts.repeat(() -> numbering.oldCount(groupId)));
  }
}
