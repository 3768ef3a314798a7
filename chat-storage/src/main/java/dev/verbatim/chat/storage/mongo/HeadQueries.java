package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.descending;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Asks how far groups have grown. Confined to the writer.
 *
 * <p>What is owed of a group of which nothing is known yet: somebody here may have come after this
 * opening of the store and before the first message that is put there, and have been told nothing
 * of what others wrote in between. It is what others wrote lately, since the opening: what is older
 * was found and told by itself.
 */
final class HeadQueries {
  /** By how much the clocks of two processes may differ. */
  private static final Duration CLOCKS_APART = Duration.ofSeconds(2);

  private final Collections collections;
  private final Numbering numbering;
  private final Heads heads;
  private final Writers writers;
  private final Limits limits;
  private final InstantSource clock;
  private final Instant openedAt;

  HeadQueries(
      Collections collections,
      Numbering numbering,
      Heads heads,
      Writers writers,
      Limits limits,
      InstantSource clock) {
    this.collections = collections;
    this.numbering = numbering;
    this.heads = heads;
    this.writers = writers;
    this.limits = limits;
    this.clock = clock;
    this.openedAt = clock.instant();
  }

  /** Has a group's head know everything. */
  void load(ObjectId groupId, Attempts attempts) throws StoreException {
    Heads.Head head = heads.of(groupId);
    if (head.isNewestKnown() && head.told() != null) {
      return;
    }
    List<Document> newest = newest(groupId, 1, attempts);
    long seq = newest.isEmpty() ? 0 : MessageDocuments.seq(newest.getFirst());
    head.newestIs(Math.max(seq, attempts.repeat(() -> numbering.oldCount(groupId))));
    if (head.told() == null) {
      boolean isOwed = !newest.isEmpty() && isLate(newest.getFirst());
      head.foundTold(
          Heads.Told.nothingAbove(isOwed ? lastNotOwed(groupId, attempts) : head.newest()));
    }
  }

  private long lastNotOwed(ObjectId groupId, Attempts attempts) throws StoreException {
    long lowest = Long.MAX_VALUE;
    for (Document document : newest(groupId, limits.othersMax(), attempts)) {
      String writer = document.getString(Fields.WRITER);
      if (!isLate(document) || writers.isOpening(writer)) {
        break;
      }
      if (!writers.isProcess(writer)) {
        lowest = MessageDocuments.seq(document);
      }
    }
    return lowest == Long.MAX_VALUE ? heads.of(groupId).newest() : lowest - 1;
  }

  private boolean isLate(Document document) {
    Instant at = MessageDocuments.createdAt(document);
    return !at.isBefore(openedAt.minus(CLOCKS_APART))
        && !at.isBefore(clock.instant().minus(limits.owedFor()));
  }

  private List<Document> newest(ObjectId groupId, int limit, Attempts attempts)
      throws StoreException {
    Bson all = MessageQueries.between(groupId, 0, Long.MAX_VALUE);
    return attempts.repeat(
        () ->
            collections
                .messages()
                .find(all)
                .projection(include(Fields.SEQ, Fields.WRITER, Fields.CREATED_AT))
                .sort(descending(Fields.SEQ_KEY))
                .limit(limit)
                .into(new ArrayList<>()));
  }
}
