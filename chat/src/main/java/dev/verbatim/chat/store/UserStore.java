package dev.verbatim.chat.store;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** What the store tells of users. */
public interface UserStore {
  /** The user with this id. */
  Optional<User> user(ObjectId id) throws StoreException;

  /** Those of these users that exist, by id. */
  Map<ObjectId, User> users(Collection<ObjectId> ids) throws StoreException;

  /** The user whom the identity provider knows by this id. */
  Optional<User> userByClerkId(String clerkId) throws StoreException;
}
