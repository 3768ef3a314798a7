package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Updates.max;

import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.store.Copied;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.Done;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.Document;

/** Writes of what is copied from another store. Confined to the writer. */
final class CopyWrites {
  private final Collections collections;
  private final Heads heads;
  private final Writers writers;

  CopyWrites(Collections collections, Heads heads, Writers writers) {
    this.collections = collections;
    this.heads = heads;
    this.writers = writers;
  }

  Done put(Copied piece, Attempts attempts) throws StoreException {
    switch (piece) {
      case Copied.Account account -> {
        boolean _ =
            attempts.insert(
                collections.users(),
                UserDocuments.document(account),
                UserDocuments.like(account.user().id(), account.user().clerkId()));
      }
      case Copied.Messages messages -> put(messages, attempts);
      case Copied.LastReads lastReads -> put(lastReads, attempts);
    }
    return Done.DONE;
  }

  private void put(Copied.Messages messages, Attempts attempts) throws StoreException {
    List<Message> pieces = messages.messages();
    if (pieces.isEmpty()) {
      return;
    }
    Done _ =
        attempts.repeat(
            () -> {
              insertMissing(pieces);
              return Done.DONE;
            });
    heads.of(messages.groupId()).forgetNewest();
  }

  private void insertMissing(List<Message> messages) {
    Set<Object> there = new HashSet<>();
    collections
        .messages()
        .find(in(Fields.ID, messages.stream().map(each -> Values.bson(each.id())).toList()))
        .projection(include(Fields.ID))
        .forEach(document -> there.add(document.get(Fields.ID)));
    List<Document> missing = new ArrayList<>();
    for (Message message : messages) {
      if (!there.contains(Values.bson(message.id()))) {
        missing.add(MessageDocuments.document(message, writers.opening()));
      }
    }
    if (!missing.isEmpty()) {
      var _ = collections.messages().insertMany(missing);
    }
  }

  private void put(Copied.LastReads lastReads, Attempts attempts) throws StoreException {
    List<WriteModel<Document>> updates = new ArrayList<>();
    lastReads
        .seqs()
        .forEach(
            (userId, seq) ->
                updates.add(
                    new UpdateOneModel<>(
                        eq(Fields.ID, ReadDocuments.stateId(lastReads.groupId(), userId)),
                        max(Fields.LAST_READ, seq),
                        new UpdateOptions().upsert(true))));
    if (!updates.isEmpty()) {
      var _ =
          attempts.repeat(
              () -> collections.reads().bulkWrite(updates, new BulkWriteOptions().ordered(false)));
    }
  }
}
