package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Sorts.ascending;

import com.mongodb.client.MongoCollection;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.Copied;
import dev.verbatim.chat.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** What whoever copies the store asks. For any thread. */
final class CopyQueries {
  private final Collections collections;

  CopyQueries(Collections collections) {
    this.collections = collections;
  }

  List<Copied.Account> accounts(@Nullable ObjectId after, int limit) throws StoreException {
    return page(collections.users(), after, limit).stream().map(UserDocuments::account).toList();
  }

  List<Group> groups(@Nullable ObjectId after, int limit) throws StoreException {
    return page(collections.groups(), after, limit).stream().map(GroupDocuments::group).toList();
  }

  /** Some documents, lowest id first; those of others that have no id of ours are passed over. */
  private static List<Document> page(
      MongoCollection<Document> collection, @Nullable ObjectId after, int limit)
      throws StoreException {
    Bson filter =
        after == null ? Values.HAS_ID : and(Values.HAS_ID, gt(Fields.ID, Values.bson(after)));
    return Questions.ask(
        () ->
            collection
                .find(filter)
                .sort(ascending(Fields.ID))
                .limit(limit)
                .into(new ArrayList<>()));
  }

  Map<ObjectId, Long> lastReads(ObjectId groupId) throws StoreException {
    Bson ofGroup =
        and(
            gte(Fields.ID, ReadDocuments.groupStart(groupId)),
            lt(Fields.ID, ReadDocuments.groupEnd(groupId)));
    return Questions.ask(
        () -> {
          Map<ObjectId, Long> seqs = new HashMap<>();
          for (Document state : collections.reads().find(ofGroup)) {
            seqs.put(
                ReadDocuments.userId(String.valueOf(state.get(Fields.ID))),
                ReadDocuments.lastRead(state));
          }
          return seqs;
        });
  }
}
