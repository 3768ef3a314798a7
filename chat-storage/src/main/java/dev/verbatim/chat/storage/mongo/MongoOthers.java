package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.ne;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;

import com.mongodb.MongoException;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.OtherWriters;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * What others put into the database. New messages are found by their ids, which begin with the time
 * at which they were made: it is asked for those since the last time, and some before it again, for
 * clocks differ and a message takes a while from its making to a majority of the members. Those
 * that take longer still are found by their lack of a seq, here or by the {@link Numberer}.
 * Confined to one thread at a time.
 */
final class MongoOthers implements OtherWriters {
  private final Collections collections;
  private final GroupQueries groups;
  private final Numbering numbering;
  private final Tail tail;
  private final Writers writers;
  private final Offers offers;
  private final Limits limits;
  private final InstantSource clock;

  /** Messages that were found before and will be found again until then. */
  private final Map<ObjectId, Instant> seen = new LinkedHashMap<>();

  /** The lowest seqs that were found and are not told yet, by their groups. */
  private final Map<ObjectId, Long> untold = new HashMap<>();

  private @Nullable Instant lastAsked;
  private @Nullable Instant lastKept;
  private @Nullable Instant lastLookedForLate;

  MongoOthers(
      Collections collections,
      GroupQueries groups,
      Numbering numbering,
      Tail tail,
      Writers writers,
      Offers offers,
      Limits limits,
      InstantSource clock) {
    this.collections = collections;
    this.groups = groups;
    this.numbering = numbering;
    this.tail = tail;
    this.writers = writers;
    this.offers = offers;
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  public Map<ObjectId, Group> groups(Collection<ObjectId> ids) throws StoreException {
    return groups.byIds(ids);
  }

  @Override
  public Set<ObjectId> groupIdsOf(Collection<ObjectId> userIds) throws StoreException {
    return new HashSet<>(groups.idsOf(userIds));
  }

  @Override
  public Map<ObjectId, Long> newMessages() throws StoreException {
    Instant now = clock.instant();
    Instant last = lastAsked;
    keep(last, now);
    Questions.ask(
        () -> {
          look(last, now);
          lookForLate(now);
          return now;
        });
    lastAsked = now;
    forget(now);
    Map<ObjectId, Long> lates = numbering.takeLates();
    if (last == null) {
      untold.clear();
    } else {
      lates.forEach((groupId, seq) -> untold.merge(groupId, seq, Math::min));
    }
    Map<ObjectId, Long> lowest = new HashMap<>(untold);
    untold.clear();
    // Only now that the database answers: whoever asks next could not tell them.
    offers.take().forEach((groupId, seq) -> lowest.merge(groupId, seq, Math::min));
    return lowest;
  }

  /** Keeps now and then up to when all was seen, before anything is found that could be lost. */
  private void keep(@Nullable Instant last, Instant now) throws StoreException {
    Instant kept = lastKept;
    if (last != null && (kept == null || !now.isBefore(kept.plus(limits.tailKept())))) {
      Questions.ask(
          () -> {
            tail.seenUntil(last);
            return last;
          });
      lastKept = now;
    }
  }

  /** Looks through what was made since the last time, and remembers how far it came. */
  private void look(@Nullable Instant last, Instant now) {
    Instant start = (last == null ? now : last).minus(limits.tailOverlap());
    Instant end = start.plus(limits.tailSlice());
    while (end.isBefore(now)) {
      look(and(ofOthers(), lt(Fields.ID, Tail.firstId(end))), start, last);
      reached(end, last);
      start = end;
      end = start.plus(limits.tailSlice());
    }
    look(ofOthers(), start, last);
  }

  private Bson ofOthers() {
    return ne(Fields.WRITER, writers.opening());
  }

  /** Looks now and then for those that came later than what is looked through. */
  private void lookForLate(Instant now) {
    Instant looked = lastLookedForLate;
    if (looked == null || !now.isBefore(looked.plus(limits.tailLateEvery()))) {
      look(exists(Fields.SEQ, false), now.minus(limits.tailLateOverlap()), null);
      lastLookedForLate = now;
    }
  }

  /** Looks through pages of messages that were made since then. */
  private void look(Bson filter, Instant start, @Nullable Instant last) {
    Bson since = gte(Fields.ID, Tail.firstId(start));
    List<Document> page;
    do {
      page = page(and(since, filter));
      page.forEach(this::see);
      if (!page.isEmpty()) {
        Object behind = page.getLast().get(Fields.ID);
        since = gt(Fields.ID, behind);
        reached(Values.madeAt(Values.ownId(page.getLast())), last);
      }
    } while (page.size() == limits.tailPiece());
  }

  /** If the rest fails the next look begins here, and not where this one did. */
  private void reached(Instant madeAt, @Nullable Instant last) {
    Instant asked = lastAsked;
    if (last != null
        && asked != null
        && madeAt.isAfter(asked)
        && madeAt.isBefore(clock.instant())) {
      lastAsked = madeAt;
    }
  }

  private void see(Document message) {
    ObjectId id = Values.ownId(message);
    if (!seen.containsKey(id)) {
      try {
        long seq = numbering.seq(message);
        if (seq > 0) {
          untold.merge(MessageDocuments.groupId(message), seq, Math::min);
        }
      } catch (MongoException e) {
        if (Failures.isMomentary(e)) {
          throw e;
        }
        return; // Its group is refused: the next look may find it better.
      }
    }
    Duration overlap =
        MessageDocuments.seq(message) == 0 ? limits.tailLateOverlap() : limits.tailOverlap();
    seen.put(id, Values.madeAt(id).plus(overlap));
  }

  private void forget(Instant now) {
    // Ids tell whole seconds.
    seen.values().removeIf(until -> until.plusSeconds(1).isBefore(now));
    var oldest = seen.keySet().iterator();
    for (int surplus = seen.size() - limits.tailMax(); surplus > 0; surplus--) {
      oldest.next();
      oldest.remove();
    }
  }

  private List<Document> page(Bson filter) {
    return collections
        .messages()
        .find(filter)
        .projection(include(Fields.GROUP_ID, Fields.SENDER_ID, Fields.SEQ, Fields.CREATED_AT))
        .sort(ascending(Fields.ID))
        .limit(limits.tailPiece())
        .into(new ArrayList<>());
  }
}
