package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.unset;

import com.mongodb.MongoException;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.UserChanged;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** Writes of users. Confined to the writer. */
final class UserWrites {
  private static final Bson STATE = include(Fields.IS_ACTIVE, Fields.IS_BANNED, Fields.IS_DELETED);

  private final Collections collections;
  private final Limits limits;

  UserWrites(Collections collections, Limits limits) {
    this.collections = collections;
    this.limits = limits;
  }

  /**
   * A user who is there now.
   *
   * @param isNew whether it was not before
   */
  record Put(User user, boolean isNew) {}

  /** Adds a user; one with this clerkId stays as it is. */
  Put put(User user, Attempts attempts) throws StoreException {
    Document known = byClerkIdOrNull(user.clerkId(), attempts);
    if (known != null) {
      return new Put(UserDocuments.user(known), false);
    }
    boolean isNew =
        attempts.insert(
            collections.users(),
            UserDocuments.document(user),
            UserDocuments.like(user.id(), user.clerkId()));
    while (true) {
      Document stored = byClerkIdOrNull(user.clerkId(), attempts);
      if (stored != null) {
        return new Put(UserDocuments.user(stored), isNew);
      }
      Optional<User> same = byId(user.id(), attempts);
      if (same.isPresent() && !same.get().clerkId().equals(user.clerkId())) {
        throw new StoreException("The id is another user's: " + user.id());
      }
      // Another process has put it there, and a majority may not have it yet.
      attempts.unseen("User " + user.id() + " is not to be seen");
    }
  }

  /** Of several with one clerkId, which the service before may have left, the oldest counts. */
  private @Nullable Document byClerkIdOrNull(String clerkId, Attempts attempts)
      throws StoreException {
    return attempts.repeat(
        () ->
            collections
                .users()
                .find(eq(Fields.CLERK_ID, clerkId))
                .sort(ascending(Fields.ID))
                .first());
  }

  Optional<User> byId(ObjectId id, Attempts attempts) throws StoreException {
    return Optional.ofNullable(
            attempts.repeat(() -> collections.users().find(eq(Fields.ID, Values.bson(id))).first()))
        .map(UserDocuments::user);
  }

  Map<ObjectId, User> byIds(Collection<ObjectId> ids, Attempts attempts) throws StoreException {
    if (ids.isEmpty()) {
      return Map.of();
    }
    Bson all = in(Fields.ID, ids.stream().map(Values::bson).toList());
    List<Document> documents =
        attempts.repeat(() -> collections.users().find(all).into(new ArrayList<>()));
    Map<ObjectId, User> users = HashMap.newHashMap(documents.size());
    for (Document document : documents) {
      User user = UserDocuments.user(document);
      users.put(user.id(), user);
    }
    return users;
  }

  /** Whether there is such a user, and nothing bars it. */
  boolean isActive(ObjectId id, Attempts attempts) throws StoreException {
    Document user =
        attempts.repeat(
            () ->
                collections.users().find(eq(Fields.ID, Values.bson(id))).projection(STATE).first());
    return user != null && UserDocuments.isActive(user);
  }

  UserChanged change(UserChange change, Attempts attempts) throws StoreException {
    boolean isNew = false;
    boolean hasLostAnswer = false;
    for (int i = 0; i < limits.changeAttemptsMax(); i++) {
      Document user = byClerkIdOrNull(change.user().clerkId(), attempts);
      if (hasLostAnswer && user != null && isDone(change, user)) {
        return new UserChanged.Done(UserDocuments.user(user), isNew);
      }
      UserChanged obstacle = change.obstacle(user == null ? null : UserDocuments.known(user));
      if (obstacle != null) {
        return obstacle;
      }
      if (user == null) {
        isNew |= put(change.user(), attempts).isNew();
        continue;
      }
      try {
        long matched = collections.users().updateOne(same(user), update(change)).getMatchedCount();
        attempts.succeeded();
        if (matched == 1) {
          return new UserChanged.Done(byId(Values.ownId(user), attempts).orElseThrow(), isNew);
        }
      } catch (MongoException e) {
        hasLostAnswer = true;
        attempts.failed(e);
      }
    }
    throw new RejectedException("Others change user " + change.user().id() + " all the time");
  }

  /** That what was told of the user is what was read. */
  private static Bson same(Document user) {
    Object toldAt = user.get(Fields.IDENTITY_AT);
    return new Document(Fields.ID, user.get(Fields.ID))
        .append(Fields.IS_DELETED, new Document("$ne", true))
        .append(Fields.IDENTITY_AT, toldAt == null ? new Document("$exists", false) : toldAt);
  }

  private static Bson update(UserChange change) {
    User user = change.user();
    Bson updatedAt = set(Fields.UPDATED_AT, Values.bson(user.updatedAt()));
    return switch (change) {
      case UserChange.Tell tell ->
          combine(
              set(Fields.EMAIL, user.email()),
              set(Fields.FIRST_NAME, user.firstName()),
              set(Fields.LAST_NAME, user.lastName()),
              setOrUnset(Fields.USERNAME, user.username()),
              setOrUnset(Fields.PROFILE_IMAGE_URL, user.profileImageUrl()),
              set(Fields.IS_BANNED, tell.isBanned()),
              set(Fields.IDENTITY_AT, Values.bson(tell.toldAt())),
              updatedAt);
      case UserChange.Delete _ ->
          combine(set(Fields.IS_DELETED, true), set(Fields.IS_ACTIVE, false), updatedAt);
    };
  }

  private static Bson setOrUnset(String field, @Nullable String text) {
    return text == null ? unset(field) : set(field, text);
  }

  /** Whether a change whose answer was lost is there. */
  private static boolean isDone(UserChange change, Document user) {
    UserChange.Known known = UserDocuments.known(user);
    return switch (change) {
      case UserChange.Tell tell -> Values.kept(tell.toldAt()).equals(known.toldAt());
      case UserChange.Delete _ -> known.isDeleted();
    };
  }
}
