package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Sorts.ascending;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;

/** Questions about users. For any thread. */
final class UserQueries {
  private final Collections collections;

  UserQueries(Collections collections) {
    this.collections = collections;
  }

  Optional<User> byId(ObjectId id) throws StoreException {
    return Questions.ask(
        () ->
            Optional.ofNullable(collections.users().find(eq(Fields.ID, Values.bson(id))).first())
                .map(UserDocuments::user));
  }

  Map<ObjectId, User> byIds(Collection<ObjectId> ids) throws StoreException {
    if (ids.isEmpty()) {
      return Map.of();
    }
    return Questions.ask(
        () -> {
          Map<ObjectId, User> users = HashMap.newHashMap(ids.size());
          for (Document each : collections.users().find(in(Fields.ID, Values.bson(ids)))) {
            User user = UserDocuments.user(each);
            users.put(user.id(), user);
          }
          return users;
        });
  }

  /** The user whom the provider knows by this id; the oldest, if others have made several. */
  Optional<User> byClerkId(String clerkId) throws StoreException {
    return Questions.ask(
        () ->
            Optional.ofNullable(
                    collections
                        .users()
                        .find(eq(Fields.CLERK_ID, clerkId))
                        .sort(ascending(Fields.ID))
                        .first())
                .map(UserDocuments::user));
  }
}
