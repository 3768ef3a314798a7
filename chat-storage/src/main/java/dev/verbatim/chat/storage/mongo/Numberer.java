package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Sorts.descending;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.WriteModel;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.storage.mongo.OldMessages.Old;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * Writes the seqs of old messages, and finds late ones that nobody has found: a piece at each step.
 * Confined to one thread at a time.
 *
 * <p>It may stop anywhere and be done again, here or by several processes at once: seqs are written
 * from the lowest on, each only into a message that has none, and what was read in a piece is kept
 * before its seqs are. So the highest seq that is written says how far it has come, and all would
 * write the same behind it. Should they not, because another service put a message between older
 * ones meanwhile, the unique index lets one have each seq, and what is left over becomes late.
 */
final class Numberer {
  private static final Bson FIELDS =
      include(Fields.GROUP_ID, Fields.SENDER_ID, Fields.SEQ, Fields.CREATED_AT, Fields.READ_BY);

  /** Groups that are looked at in one step. */
  private static final int GROUPS = 100;

  private final Collections collections;
  private final MongoCollection<Document> messages;
  private final OldMessages oldMessages;
  private final ReadStates readStates;
  private final Numbering numbering;
  private final Tail tail;
  private final Limits limits;

  private Stage stage = Stage.LATE;
  private @Nullable Object lateBehind;
  private @Nullable Object groupBehind;

  /** What it looks for while no group is known in which seqs are to be written. */
  private enum Stage {
    /** Messages without seqs since anybody of us looked for them last. */
    LATE,
    /** Groups of which it was said that seqs are to be written. */
    BEGUN,
    /** All groups, of which nobody may have asked yet. */
    GROUPS,
    /** Nothing more. */
    NOTHING
  }

  Numberer(Collections collections, Numbering numbering, Tail tail, Limits limits) {
    this.collections = collections;
    this.messages = collections.messages();
    this.oldMessages = new OldMessages(messages);
    this.readStates = new ReadStates(collections.reads());
    this.numbering = numbering;
    this.tail = tail;
    this.limits = limits;
  }

  /**
   * Does a piece of the work.
   *
   * @return false if there is nothing left to do
   * @throws com.mongodb.MongoException if the database does not do it; the next step does it again
   */
  boolean step() {
    ObjectId groupId = numbering.nextUnwritten();
    if (groupId != null) {
      write(groupId);
      return true;
    }
    switch (stage) {
      case LATE -> findLate();
      case BEGUN -> findBegun();
      case GROUPS -> findGroups();
      case NOTHING -> {
        return false;
      }
    }
    return true;
  }

  private void write(ObjectId groupId) {
    Old old = numbering.refreshed(groupId);
    if (old == null) {
      return;
    }
    Document last =
        messages
            .find(MessageQueries.between(groupId, 1, old.count()))
            .projection(FIELDS)
            .sort(descending(Fields.SEQ_KEY))
            .first();
    long seq = last == null ? 0 : MessageDocuments.seq(last);
    int count = (int) Math.min(limits.numberingPiece(), old.count() - seq);
    List<Document> found = count > 0 ? oldMessages.behind(old, last, count, FIELDS) : List.of();
    List<Placed> piece = new ArrayList<>(found.size());
    for (Document each : found) {
      // Another process may have come this far meanwhile: its seqs count too.
      long written = MessageDocuments.seq(each);
      seq = written != 0 ? written : seq + 1;
      if (written == 0) {
        piece.add(new Placed(seq, each));
      }
    }
    if (!piece.isEmpty()) {
      readStates.raise(groupId, piece);
      write(groupId, piece);
    } else if (found.isEmpty() && !writeLeftOver(groupId, old)) {
      numbering.written(groupId, old);
    }
  }

  private void write(ObjectId groupId, List<Placed> piece) {
    List<WriteModel<Document>> updates = new ArrayList<>(piece.size());
    for (Placed each : piece) {
      updates.add(
          new UpdateOneModel<>(
              withoutSeq(Values.bson(Values.ownId(each.document()))),
              combine(
                  set(Fields.SEQ, each.seq()),
                  set(Fields.SEQ_KEY, MessageKeys.seqKey(groupId, each.seq())))));
    }
    try {
      var _ = messages.bulkWrite(updates, new BulkWriteOptions().ordered(true));
    } catch (MongoBulkWriteException e) {
      // Another message has the seq: the next step goes on behind it.
      if (e.getWriteErrors().isEmpty() || !isDuplicateKey(e)) {
        throw e;
      }
    }
  }

  /** What finds a message only if it has no seq. */
  static Bson withoutSeq(org.bson.types.ObjectId id) {
    // Not in an $and, within which not every database looks for the id by its index.
    return new Document(Fields.ID, id).append(Fields.SEQ, new Document("$exists", false));
  }

  private static boolean isDuplicateKey(MongoBulkWriteException e) {
    return e.getWriteErrors().getFirst().getCode() == Failures.DUPLICATE_KEY;
  }

  /** Gives new seqs to old messages for which none is left; returns false if there are none. */
  private boolean writeLeftOver(ObjectId groupId, Old old) {
    int limit = limits.numberingPiece();
    List<Document> left = new ArrayList<>(oldMessages.unwritten(old, limit, FIELDS));
    left.addAll(oldMessages.undated(groupId, limit, FIELDS));
    for (Document each : left) {
      var _ = numbering.lateSeq(groupId, old.count(), each);
    }
    return !left.isEmpty();
  }

  private void findLate() {
    Bson since = gte(Fields.ID, tail.startId());
    Bson filter =
        and(lateBehind == null ? since : gt(Fields.ID, lateBehind), exists(Fields.SEQ, false));
    List<Document> found =
        messages
            .find(filter)
            .projection(FIELDS)
            .sort(ascending(Fields.ID))
            .limit(limits.numberingPiece())
            .into(new ArrayList<>());
    for (Document each : found) {
      var _ = numbering.seq(each);
      lateBehind = each.get(Fields.ID);
    }
    if (found.size() < limits.numberingPiece()) {
      stage = Stage.BEGUN;
    }
  }

  private void findBegun() {
    List<Document> found =
        collections.numbering().find(eq(Fields.DONE, false)).limit(GROUPS).into(new ArrayList<>());
    boolean isAnyLeft = false;
    for (Document each : found) {
      isAnyLeft |= numbering.refreshed(Values.ownId(each)) != null;
    }
    if (!isAnyLeft) {
      stage = tail.areGroupsLookedAt() ? Stage.NOTHING : Stage.GROUPS;
    }
  }

  private void findGroups() {
    Bson filter = groupBehind == null ? new Document() : gt(Fields.ID, groupBehind);
    List<Document> found =
        collections
            .groups()
            .find(filter)
            .projection(include(Fields.ID))
            .sort(ascending(Fields.ID))
            .limit(GROUPS)
            .into(new ArrayList<>());
    for (Document each : found) {
      if (Values.hasId(each)) {
        var _ = numbering.pending(Values.ownId(each));
      }
      groupBehind = each.get(Fields.ID);
    }
    if (found.size() < GROUPS) {
      tail.groupsLookedAt();
      stage = Stage.NOTHING;
    }
  }
}
