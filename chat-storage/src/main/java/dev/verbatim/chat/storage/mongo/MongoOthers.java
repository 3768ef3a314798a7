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
import dev.verbatim.chat.store.NotYetException;
import dev.verbatim.chat.store.OtherWriters;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
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
  private final Queries queries;
  private final Numbering numbering;
  private final Tail tail;
  private final Writers writers;
  private final Listening listening;
  private final Offers offers;
  private final Limits limits;
  private final InstantSource clock;

  /** Messages that were found before and will be found again until then. */
  private final Map<ObjectId, Instant> seen = new LinkedHashMap<>();

  /** The newest seqs of others' with which groups were named as grown. */
  private final Map<ObjectId, Long> namedSeqs;

  /** The groups of messages that were found and are not told yet. */
  private final Set<ObjectId> untold = new HashSet<>();

  private Instant lastAsked;

  /** Up to when all was seen, null before anybody has looked. */
  private @Nullable Instant seenUntil;

  private @Nullable Instant lastKept;
  private @Nullable Instant lastLookedForLate;

  MongoOthers(
      Collections collections,
      Queries queries,
      Numbering numbering,
      Tail tail,
      Writers writers,
      Listening listening,
      Offers offers,
      Limits limits,
      InstantSource clock) {
    this.collections = collections;
    this.queries = queries;
    this.numbering = numbering;
    this.tail = tail;
    this.writers = writers;
    this.listening = listening;
    this.offers = offers;
    this.limits = limits;
    this.clock = clock;
    this.namedSeqs =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<ObjectId, Long> eldest) {
            return size() > limits.headsMax();
          }
        };
    this.lastAsked = clock.instant();
  }

  @Override
  public Map<ObjectId, Group> groups(Collection<ObjectId> ids) throws StoreException {
    return queries.groups().byIds(ids);
  }

  @Override
  public Map<ObjectId, Instant> changedAt(Collection<ObjectId> groupIds) throws StoreException {
    return queries.groups().changedAt(groupIds);
  }

  @Override
  public Set<ObjectId> groupIdsOf(Collection<ObjectId> userIds) throws StoreException {
    return new HashSet<>(queries.groups().idsOf(userIds));
  }

  @Override
  public void listen(Collection<ObjectId> groupIds) throws StoreException {
    for (ObjectId groupId : groupIds) {
      try {
        listening.begin(groupId, queries.messages().newestSeq(groupId));
      } catch (NotYetException _) {
        // Nobody can read anything of the group yet behind which there could be a gap.
      }
    }
  }

  @Override
  public Set<ObjectId> newMessages() throws StoreException {
    Instant now = clock.instant();
    keep(now);
    Questions.ask(
        () -> {
          look(now);
          lookForLate(now);
          return now;
        });
    lastAsked = now;
    seenUntil = now;
    forget(now);
    // Only now that the database answers: whoever asks next could not tell them.
    untold.addAll(offers.take());
    Set<ObjectId> found = Set.copyOf(untold);
    untold.clear();
    return found;
  }

  @Override
  public Set<ObjectId> grown(Collection<ObjectId> groupIds) throws StoreException {
    Set<ObjectId> grown = new HashSet<>();
    for (ObjectId groupId : groupIds) {
      Document newest =
          Questions.ask(() -> MessageQueries.highest(collections.messages(), groupId));
      // Before a message of ours all others were told.
      if (newest != null && !writers.isOpening(newest.getString(Fields.WRITER))) {
        long seq = MessageDocuments.seq(newest);
        Long named = namedSeqs.put(groupId, seq);
        if (named == null || named < seq) {
          grown.add(groupId);
        }
      }
    }
    return grown;
  }

  /** Keeps now and then up to when all was seen, before anything is found that could be lost. */
  private void keep(Instant now) throws StoreException {
    Instant seen = seenUntil;
    Instant kept = lastKept;
    if (seen != null && (kept == null || !now.isBefore(kept.plus(limits.tailKept())))) {
      Questions.ask(
          () -> {
            tail.seenUntil(seen);
            return seen;
          });
      lastKept = now;
    }
  }

  /** Looks through what was made since the last time, and remembers how far it came. */
  private void look(Instant now) {
    Instant start = lastAsked.minus(limits.tailOverlap());
    Instant end = start.plus(limits.tailSlice());
    while (end.isBefore(now)) {
      look(and(ofOthers(), lt(Fields.ID, Tail.firstId(end))), start);
      reached(end);
      start = end;
      end = start.plus(limits.tailSlice());
    }
    look(ofOthers(), start);
  }

  private Bson ofOthers() {
    return ne(Fields.WRITER, writers.opening());
  }

  /** Looks now and then for those that came later than what is looked through. */
  private void lookForLate(Instant now) {
    Instant looked = lastLookedForLate;
    if (looked == null || !now.isBefore(looked.plus(limits.tailLateEvery()))) {
      look(exists(Fields.SEQ, false), now.minus(limits.tailLateOverlap()));
      lastLookedForLate = now;
    }
  }

  /** Looks through pages of messages that were made since then. */
  private void look(Bson filter, Instant start) {
    Bson since = gte(Fields.ID, Tail.firstId(start));
    List<Document> page;
    do {
      page = page(and(since, filter));
      page.forEach(this::see);
      if (!page.isEmpty()) {
        Object behind = page.getLast().get(Fields.ID);
        since = gt(Fields.ID, behind);
        reached(Values.madeAt(Values.ownId(page.getLast())));
      }
    } while (page.size() == limits.tailPiece());
  }

  /** If the rest fails the next look begins here, and not where this one did. */
  private void reached(Instant madeAt) {
    if (madeAt.isAfter(lastAsked) && madeAt.isBefore(clock.instant())) {
      lastAsked = madeAt;
    }
  }

  private void see(Document message) {
    ObjectId id = Values.ownId(message);
    if (!seen.containsKey(id)) {
      try {
        if (numbering.seq(message) > 0) {
          untold.add(MessageDocuments.groupId(message));
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
