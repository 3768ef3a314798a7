package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.ne;
import static com.mongodb.client.model.Projections.include;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.OtherWriters;
import dev.verbatim.chat.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * What others put into the database. New messages are found by their ids, which begin with the time
 * at which they were made: it is asked for those since the last time, and some before it again, for
 * clocks differ and a message takes a while from its making to a majority of the members. Confined
 * to one thread at a time.
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

  /** Messages that were found before and will be found again, by when they were made. */
  private final Map<ObjectId, Instant> seen = new LinkedHashMap<>();

  private @Nullable Instant lastAsked;
  private @Nullable Instant lastKept;

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
    Instant from = (last == null ? now : last).minus(limits.tailOverlap());
    Map<ObjectId, Instant> found = new LinkedHashMap<>();
    Map<ObjectId, Long> lowest = Questions.ask(() -> look(from, last == null, found));
    remember(found, from);
    lastAsked = now;
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

  private Map<ObjectId, Long> look(Instant from, boolean isFirst, Map<ObjectId, Instant> found) {
    Map<ObjectId, Long> lowest = new HashMap<>();
    for (Document each : madeSince(from)) {
      ObjectId id = Values.ownId(each);
      if (!seen.containsKey(id)) {
        long seq = numbering.seq(each);
        if (seq > 0 && !isFirst) {
          lowest.merge(MessageDocuments.groupId(each), seq, Math::min);
        }
      }
      found.put(id, Values.madeAt(id));
    }
    return lowest;
  }

  private void remember(Map<ObjectId, Instant> found, Instant from) {
    seen.putAll(found);
    seen.values().removeIf(madeAt -> madeAt.isBefore(from));
    var oldest = seen.keySet().iterator();
    for (int surplus = seen.size() - limits.tailMax(); surplus > 0; surplus--) {
      oldest.next();
      oldest.remove();
    }
  }

  private Iterable<Document> madeSince(Instant from) {
    Bson filter = and(gte(Fields.ID, Tail.firstId(from)), ne(Fields.WRITER, writers.opening()));
    return collections
        .messages()
        .find(filter)
        .projection(include(Fields.GROUP_ID, Fields.SENDER_ID, Fields.SEQ, Fields.CREATED_AT));
  }
}
