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
import java.util.Date;
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
  private final Offers offers;
  private final Writers writers;
  private final Limits limits;
  private final InstantSource clock;

  /** Messages that were found before and will be found again, by when they were made. */
  private final Map<ObjectId, Instant> seen = new LinkedHashMap<>();

  private @Nullable Instant lastAsked;

  MongoOthers(
      Collections collections,
      GroupQueries groups,
      Numbering numbering,
      Offers offers,
      Writers writers,
      Limits limits,
      InstantSource clock) {
    this.collections = collections;
    this.groups = groups;
    this.numbering = numbering;
    this.offers = offers;
    this.writers = writers;
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
    Instant from = (lastAsked == null ? now : lastAsked).minus(limits.tailOverlap());
    boolean isFirst = lastAsked == null;
    Map<ObjectId, Long> lowest = new HashMap<>();
    Map<ObjectId, Instant> found = new LinkedHashMap<>();
    Questions.ask(
        () -> {
          for (Document each : madeSince(from)) {
            ObjectId id = Values.ownId(each);
            found.put(id, Values.madeAt(id));
            if (!isFirst && !seen.containsKey(id)) {
              long seq = numbering.seq(each);
              lowest.merge(MessageDocuments.groupId(each), seq, Math::min);
            }
          }
          return found;
        });
    seen.putAll(found);
    seen.values().removeIf(madeAt -> madeAt.isBefore(from));
    var oldest = seen.keySet().iterator();
    for (int surplus = seen.size() - limits.tailMax(); surplus > 0; surplus--) {
      oldest.next();
      oldest.remove();
    }
    lastAsked = now;
    lowest.keySet().forEach(offers::offered);
    return lowest;
  }

  private Iterable<Document> madeSince(Instant from) {
    Bson filter =
        and(
            gte(Fields.ID, new org.bson.types.ObjectId(Date.from(from), 0)),
            ne(Fields.WRITER, writers.opening()));
    return collections
        .messages()
        .find(filter)
        .projection(include(Fields.GROUP_ID, Fields.SENDER_ID, Fields.SEQ, Fields.CREATED_AT));
  }
}
