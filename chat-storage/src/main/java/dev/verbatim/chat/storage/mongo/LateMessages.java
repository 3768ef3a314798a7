package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.ReadConcern;
import com.mongodb.client.MongoCollection;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.StoreException;
import java.util.List;
import org.bson.Document;

/**
 * Messages that others put without seqs into a group that has some. Each gets the next seq of its
 * group when it is found, for good; the unique index lets one of those have it who want it at the
 * same time. For any thread.
 */
final class LateMessages {
  private final MongoCollection<Document> messages;
  private final MongoCollection<Document> unsettled;
  private final ReadStates readStates;
  private final Indexes indexes;
  private final Limits limits;

  LateMessages(Collections collections, Indexes indexes, Limits limits) {
    this.indexes = indexes;
    this.messages = collections.messages();
    // A seq that somebody has taken is taken, even if a majority does not know of it yet.
    this.unsettled = messages.withReadConcern(ReadConcern.LOCAL);
    this.readStates = new ReadStates(collections.reads());
    this.limits = limits;
  }

  /** The same for somebody who reaches the database by other connections. */
  LateMessages on(Collections others) {
    return new LateMessages(others, indexes, limits);
  }

  /**
   * The seq of a message, which is written.
   *
   * @param oldCount the group's seqs up to this one are others'
   * @return 0 if there is no such message any more
   * @throws MongoException if the database does not answer, others take every seq, or nothing keeps
   *     two messages from having the same yet
   */
  long seq(ObjectId groupId, long oldCount, Document message) {
    org.bson.types.ObjectId id = Values.bson(Values.ownId(message));
    try {
      indexes.check();
    } catch (StoreException e) {
      throw new MongoException(e.getMessage(), e);
    }
    for (int i = 0; i < limits.changeAttemptsMax(); i++) {
      long seq = Math.max(oldCount, newestSeq(groupId)) + 1;
      if (write(id, groupId, seq)) {
        Document numbered = messages.find(eq(Fields.ID, id)).first();
        if (numbered == null) {
          return 0;
        }
        seq = MessageDocuments.seq(numbered);
        if (seq != 0) {
          readStates.raise(groupId, List.of(new Placed(seq, numbered)));
          return seq;
        }
      }
    }
    throw new MongoException("others take every seq of group " + groupId);
  }

  private long newestSeq(ObjectId groupId) {
    Document newest = MessageQueries.highest(unsettled, groupId);
    return newest == null ? 0 : MessageDocuments.seq(newest);
  }

  /** Writes a seq unless there is one; returns false if another message has it. */
  private boolean write(org.bson.types.ObjectId id, ObjectId groupId, long seq) {
    try {
      var _ =
          messages.updateOne(
              Numberer.withoutSeq(id),
              combine(set(Fields.SEQ, seq), set(Fields.SEQ_KEY, MessageKeys.seqKey(groupId, seq))));
      return true;
    } catch (MongoWriteException e) {
      if (Failures.isDuplicateKey(e)) {
        return false;
      }
      throw e;
    }
  }
}
