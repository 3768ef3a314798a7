package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;

import com.mongodb.client.MongoCursor;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.Readers.Reader;
import dev.verbatim.chat.storage.ReadBlock;
import dev.verbatim.chat.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.bson.Document;
import org.bson.conversions.Bson;

/** Questions about who read what. For any thread. */
final class ReadQueries {
  private static final Bson READ_FIELDS =
      include(Fields.GROUP_ID, Fields.SENDER_ID, Fields.SEQ, Fields.CREATED_AT, Fields.READ_BY);

  private final Collections collections;
  private final MessageQueries messages;
  private final Limits limits;

  ReadQueries(Collections collections, MessageQueries messages, Limits limits) {
    this.collections = collections;
    this.messages = messages;
    this.limits = limits;
  }

  /** At most {@code limit} readers of each message from first to last. */
  Readers readers(ObjectId groupId, long first, long last, int limit) throws StoreException {
    if (limit <= 0) {
      return Readers.NOBODY;
    }
    return Questions.ask(
        () ->
            readers(
                groupId,
                messages.placedUpward(groupId, first, last, Integer.MAX_VALUE, READ_FIELDS),
                limit));
  }

  /** At most {@code limit} readers of a message whose document is at hand. */
  List<Reader> readers(ObjectId groupId, Placed message, int limit) throws StoreException {
    return limit <= 0
        ? List.of()
        : Questions.ask(() -> readers(groupId, List.of(message), limit)).of(message.message());
  }

  private Readers readers(ObjectId groupId, List<Placed> messages, int limit)
      throws StoreException {
    Map<Long, List<Reader>> readers = HashMap.newHashMap(messages.size());
    NavigableMap<Long, Wanting> wanting = new TreeMap<>();
    for (Placed each : messages) {
      List<Reader> inMessage = MessageDocuments.readers(each.document());
      List<Reader> told = new ArrayList<>(inMessage.subList(0, Math.min(limit, inMessage.size())));
      readers.put(each.seq(), told);
      boolean isFull = MessageDocuments.readByCount(each.document()) >= limits.readByMax();
      if (isFull && told.size() < limit) {
        wanting.put(each.seq(), new Wanting(MessageDocuments.senderId(each.document()), told));
      }
    }
    while (!wanting.isEmpty()) {
      long block = ReadBlock.number(wanting.firstKey());
      NavigableMap<Long, Wanting> inBlock =
          wanting.headMap(ReadBlock.first(block + 1), /* inclusive= */ false);
      look(groupId, block, inBlock, limit);
      inBlock.clear();
    }
    return new Readers(readers);
  }

  /** Looks at the readers of one block until each message has enough of them. */
  private void look(ObjectId groupId, long block, NavigableMap<Long, Wanting> wanting, int limit)
      throws StoreException {
    try (MongoCursor<Document> blocks =
        collections
            .readBlocks()
            .find(
                and(
                    gte(Fields.ID, ReadDocuments.blockStart(groupId, block)),
                    lt(Fields.ID, ReadDocuments.blockEnd(groupId, block))))
            .sort(ascending(Fields.ID))
            .iterator()) {
      while (!wanting.isEmpty() && blocks.hasNext()) {
        Document document = blocks.next();
        ReadBlock bits = ReadDocuments.bits(document);
        Reader reader =
            new Reader(
                ReadDocuments.userId(Values.text(document, Fields.ID)),
                ReadDocuments.readAt(document));
        wanting.forEach(
            (seq, each) -> {
              if (bits.contains(seq)) {
                each.add(reader);
              }
            });
        wanting.values().removeIf(each -> each.told().size() >= limit);
      }
    }
  }

  /** The highest seqs that a user read or sent, by the groups; a group without any is left out. */
  Map<ObjectId, Long> lastReads(ObjectId userId, Collection<ObjectId> groupIds)
      throws StoreException {
    if (groupIds.isEmpty()) {
      return Map.of();
    }
    List<String> ids =
        groupIds.stream().map(groupId -> ReadDocuments.stateId(groupId, userId)).toList();
    return Questions.ask(
        () -> {
          Map<ObjectId, Long> seqs = HashMap.newHashMap(ids.size());
          for (Document each : collections.reads().find(in(Fields.ID, ids))) {
            seqs.put(
                ReadDocuments.groupId(Values.text(each, Fields.ID)), ReadDocuments.lastRead(each));
          }
          return seqs;
        });
  }

  /** A message of which more readers are told, if there are more. */
  private record Wanting(ObjectId senderId, List<Reader> told) {
    void add(Reader reader) {
      // Two processes may have put one reader into both places.
      if (!reader.userId().equals(senderId)
          && told.stream().noneMatch(each -> each.userId().equals(reader.userId()))) {
        told.add(reader);
      }
    }
  }
}
