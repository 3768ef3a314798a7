package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.max;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/**
 * Up to where members have read, as it follows from messages that others wrote: a sender has read
 * what it sent, and so has whoever stands in the messages' arrays. For any thread.
 */
final class ReadStates {
  private static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);
  private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);

  /** Two upserts of one id may meet, and one of them fail; at the next both are updates. */
  private static final int ATTEMPTS_MAX = 3;

  private final MongoCollection<Document> reads;

  ReadStates(MongoCollection<Document> reads) {
    this.reads = reads;
  }

  /**
   * Keeps the highest of these messages that each member of a group read or sent.
   *
   * @throws com.mongodb.MongoException if the database does not do it
   */
  void raise(ObjectId groupId, List<Placed> messages) {
    Map<ObjectId, Long> seqs = new HashMap<>();
    for (Placed each : messages) {
      seqs.merge(MessageDocuments.senderId(each.document()), each.seq(), Math::max);
      for (Reader reader : MessageDocuments.readers(each.document())) {
        seqs.merge(reader.userId(), each.seq(), Math::max);
      }
    }
    seqs.remove(Values.NOBODY);
    if (seqs.isEmpty()) {
      return;
    }
    List<WriteModel<Document>> updates = new ArrayList<>(seqs.size());
    seqs.forEach(
        (userId, seq) ->
            updates.add(
                new UpdateOneModel<>(
                    eq(Fields.ID, ReadDocuments.stateId(groupId, userId)),
                    max(Fields.LAST_READ, seq),
                    UPSERT)));
    for (int i = 1; ; i++) {
      try {
        var _ = reads.bulkWrite(updates, UNORDERED);
        return;
      } catch (MongoBulkWriteException e) {
        if (i == ATTEMPTS_MAX || !Failures.isDuplicateKey(e)) {
          throw e;
        }
      }
    }
  }
}
