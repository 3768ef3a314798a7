package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Sorts.descending;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.WriteModel;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.storage.mongo.OldMessages.Old;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * Writes the seqs of old messages, and finds late ones that nobody has found: a piece at each step.
 * For any thread, one step at a time.
 *
 * <p>It may stop anywhere and be done again, here or by several processes at once: seqs are written
 * from the lowest on, each only into a message that has none, and what was read in a piece is kept
 * before its seqs are. So the highest seq that is written says how far it has come, and all would
 * write the same behind it. Should they not, because another service put a message between older
 * ones meanwhile, the unique index lets one have each seq, and what is left over becomes late.
 */
final class Numberer {
  /** What is asked of a message that is to be numbered. */
  static final Bson FIELDS =
      include(Fields.GROUP_ID, Fields.SENDER_ID, Fields.SEQ, Fields.CREATED_AT, Fields.READ_BY);

  /** Groups that are looked at in one step. */
  private static final int GROUPS = 100;

  /** How often in a row a group fails for a moment before it is told of. */
  private static final int FAILURES_TOLD = 3;

  /** Groups that are told of: whoever has as many does not need a longer list. */
  private static final int TOLD_MAX = 100;

  private final Collections collections;
  private final MongoCollection<Document> messages;
  private final OldMessages oldMessages;
  private final ReadStates readStates;
  private final Numbering numbering;
  private final Tail tail;
  private final Limits limits;
  private final InstantSource clock;
  private final StoreListener listener;

  /** How often groups failed in a row. */
  private final Map<ObjectId, Integer> failures = new HashMap<>();

  private final Set<ObjectId> told = new HashSet<>();
  private boolean hasFailed;
  private Stage stage = Stage.LATE;
  private @Nullable Object lateBehind;
  private @Nullable Object begunBehind;
  private Instant nextSweep;
  private Instant sweptUntil;
  private org.bson.types.ObjectId sweptBehind;
  private @Nullable Object groupBehind;

  /** What it looks for while no group is known in which seqs are to be written. */
  private enum Stage {
    /** Messages without seqs since anybody of us looked for them last. */
    LATE,
    /** Groups of which it was said that seqs are to be written. */
    BEGUN,
    /** All groups, of which nobody may have asked yet. */
    GROUPS,
    /** Nothing, until it is time to look at the last hours again. */
    NOTHING,
    /** Messages of the last hours without seqs, which came too late for whoever looked for them. */
    SWEEP
  }

  /**
   * Has done nothing yet.
   *
   * @param collections whose answers may take long
   */
  Numberer(
      Collections collections,
      Numbering numbering,
      Tail tail,
      Limits limits,
      InstantSource clock,
      StoreListener listener) {
    this.clock = clock;
    this.listener = listener;
    this.nextSweep = clock.instant().plus(limits.sweepEvery());
    this.sweptUntil = clock.instant();
    this.sweptBehind = Tail.firstId(sweptUntil);
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
   * @throws MongoException if the database does not do it; the next step does it again, or goes on
   *     with another group first
   */
  synchronized boolean step() {
    // A group that fails again and again keeps nobody from looking for others.
    boolean isStageNext = hasFailed && stage != Stage.NOTHING;
    hasFailed = false;
    if (!isStageNext && workOnGroup()) {
      return true;
    }
    switch (stage) {
      case LATE -> findLate();
      case BEGUN -> findBegun();
      case GROUPS -> findGroups();
      case NOTHING -> {
        return beginSweep();
      }
      case SWEEP -> sweep();
    }
    return true;
  }

  private boolean workOnGroup() {
    ObjectId uncounted = numbering.nextUncounted();
    if (uncounted != null) {
      attempt(uncounted, () -> numbering.count(uncounted));
      return true;
    }
    ObjectId groupId = numbering.nextUnwritten();
    if (groupId != null) {
      attempt(groupId, () -> write(groupId));
      return true;
    }
    return false;
  }

  /** Does a piece of a group's work; if it fails, all other groups come before the next attempt. */
  private void attempt(ObjectId groupId, Runnable piece) {
    try {
      piece.run();
      failures.remove(groupId);
    } catch (MongoInterruptedException e) {
      throw e;
    } catch (RuntimeException e) {
      hasFailed = true;
      numbering.postpone(groupId);
      int times = failures.merge(groupId, 1, Integer::sum);
      // Of a client that is closed under this thread there is nothing to tell.
      if (!(e instanceof IllegalStateException) && (!isMomentary(e) || times >= FAILURES_TOLD)) {
        tell(groupId, e);
      }
      throw e;
    }
  }

  private static boolean isMomentary(RuntimeException e) {
    return e instanceof MongoException failure && Failures.isMomentary(failure);
  }

  private void tell(ObjectId groupId, RuntimeException e) {
    if (told.size() < TOLD_MAX && told.add(groupId)) {
      if (e instanceof MongoException failure) {
        listener.onWarning(
            "Messages of group %s cannot be numbered, which is tried again: %s"
                .formatted(groupId, Failures.reason(failure)));
      } else {
        listener.onFault("numbering messages of group " + groupId, e);
      }
    }
  }

  /** Does what others need not wait for; a failure that lasts is told and passed over. */
  private void attemptOnce(ObjectId groupId, Runnable piece) {
    try {
      piece.run();
    } catch (MongoInterruptedException e) {
      throw e;
    } catch (RuntimeException e) {
      if (isMomentary(e)) {
        throw e;
      }
      tell(groupId, e);
    }
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

  private void late(Document message) {
    var _ = numbering.seq(message);
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
      attemptOnce(MessageDocuments.groupId(each), () -> late(each));
      lateBehind = each.get(Fields.ID);
    }
    if (found.size() < limits.numberingPiece()) {
      stage = Stage.BEGUN;
    }
  }

  private boolean beginSweep() {
    Instant now = clock.instant();
    if (now.isBefore(nextSweep)) {
      return false;
    }
    nextSweep = now.plus(limits.sweepEvery());
    sweptUntil = now.minus(limits.sweepSpan());
    sweptBehind = Tail.firstId(sweptUntil);
    stage = Stage.SWEEP;
    return true;
  }

  private void sweep() {
    Instant end = sweptUntil.plus(limits.tailSlice());
    List<Document> found =
        messages
            .find(
                and(
                    gt(Fields.ID, sweptBehind),
                    lt(Fields.ID, Tail.firstId(end)),
                    exists(Fields.SEQ, false)))
            .projection(FIELDS)
            .sort(ascending(Fields.ID))
            .limit(limits.numberingPiece())
            .into(new ArrayList<>());
    for (Document each : found) {
      attemptOnce(MessageDocuments.groupId(each), () -> late(each));
      sweptBehind = Values.bson(Values.ownId(each));
    }
    if (found.size() < limits.numberingPiece()) {
      sweptUntil = end;
      sweptBehind = Tail.firstId(end);
      if (!end.isBefore(clock.instant())) {
        stage = Stage.NOTHING;
      }
    }
  }

  private void findBegun() {
    Bson begun = eq(Fields.DONE, false);
    List<Document> found =
        collections
            .numbering()
            .find(begunBehind == null ? begun : and(begun, gt(Fields.ID, begunBehind)))
            .sort(ascending(Fields.ID))
            .limit(GROUPS)
            .into(new ArrayList<>());
    for (Document each : found) {
      ObjectId groupId = Values.ownId(each);
      attemptOnce(
          groupId,
          () -> {
            var _ = numbering.refreshed(groupId);
          });
      begunBehind = each.get(Fields.ID);
    }
    if (found.size() < GROUPS) {
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
        ObjectId groupId = Values.ownId(each);
        attemptOnce(groupId, () -> numbering.count(groupId));
      }
      groupBehind = each.get(Fields.ID);
    }
    if (found.size() < GROUPS) {
      tail.groupsLookedAt();
      stage = Stage.NOTHING;
    }
  }
}
