package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;

import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import dev.verbatim.chat.storage.ReadBlock;
import dev.verbatim.chat.storage.mongo.ReadWrites.Reading;
import dev.verbatim.chat.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** Writes of readings for which there is no room in the messages. Confined to the writer. */
final class BlockWrites {
  private final Collections collections;

  BlockWrites(Collections collections) {
    this.collections = collections;
  }

  /** Writes readings; returns those that are new. */
  List<Reading> read(List<Reading> readings, Attempts attempts) throws StoreException {
    Map<String, List<Reading>> byBlock = new LinkedHashMap<>();
    for (Reading reading : readings) {
      long number = ReadBlock.number(reading.seq());
      String id = ReadDocuments.blockId(reading.groupId(), number, reading.userId());
      byBlock.computeIfAbsent(id, _ -> new ArrayList<>()).add(reading);
    }
    List<Reading> done = new ArrayList<>();
    for (Map.Entry<String, List<Reading>> each : byBlock.entrySet()) {
      done.addAll(read(each.getKey(), each.getValue(), attempts));
    }
    return done;
  }

  /** Writes readings of one block, again when another process has changed it meanwhile. */
  private List<Reading> read(String id, List<Reading> readings, Attempts attempts)
      throws StoreException {
    Instant readAt = readings.getFirst().readAt();
    boolean hasLostAnswer = false;
    while (true) {
      Document before =
          attempts.repeat(() -> collections.readBlocks().find(eq(Fields.ID, id)).first());
      ReadBlock block = before == null ? ReadBlock.unread() : ReadDocuments.bits(before);
      // What the attempt whose answer was lost has written is told as new all the same.
      boolean isOurs =
          hasLostAnswer && before != null && ReadDocuments.readAt(before).equals(readAt);
      List<Reading> done = new ArrayList<>();
      for (Reading reading : readings) {
        if (!block.contains(reading.seq())) {
          block.add(reading.seq());
          done.add(reading);
        } else if (isOurs) {
          done.add(reading);
        }
      }
      if (!block.hasChanged()) {
        return done;
      }
      try {
        if (write(id, before, block, readAt)) {
          attempts.succeeded();
          return done;
        }
        attempts.unseen("A block of what was read is changed by others");
      } catch (MongoException e) {
        hasLostAnswer = true;
        attempts.failed(e);
      }
    }
  }

  /** Writes a block; returns false if it is not there any more as it was. */
  private boolean write(String id, @Nullable Document before, ReadBlock block, Instant readAt) {
    Document content = ReadDocuments.block(block, readAt);
    if (before == null) {
      Document document = new Document(Fields.ID, id);
      document.putAll(content);
      return insert(document);
    }
    Bson same = new Document(Fields.ID, id).append(Fields.BITS, before.get(Fields.BITS));
    return collections.readBlocks().updateOne(same, new Document("$set", content)).getMatchedCount()
        == 1;
  }

  private boolean insert(Document document) {
    try {
      var _ = collections.readBlocks().insertOne(document);
      return true;
    } catch (MongoWriteException e) {
      if (Failures.isDuplicateKey(e)) {
        return false;
      }
      throw e;
    }
  }
}
