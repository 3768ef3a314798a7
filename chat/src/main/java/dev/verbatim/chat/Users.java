package dev.verbatim.chat;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who the users are. Stateless; for any thread that may block. */
public final class Users {
  private final ChatStore store;
  private final Writer writer;
  private final Directory directory;
  private final InstantSource clock;

  Users(ChatStore store, Writer writer, Directory directory, InstantSource clock) {
    this.store = store;
    this.writer = writer;
    this.directory = directory;
    this.clock = clock;
  }

  /** A user as the identity provider tells of it at first sight. */
  public record NewUser(
      String clerkId,
      String email,
      String firstName,
      String lastName,
      @Nullable String username,
      @Nullable String profileImageUrl) {}

  /**
   * A user that exists for certain.
   *
   * @param isNew whether it was made just now
   */
  public record Ensured(User user, boolean isNew) {}

  /** The user with this id. */
  public Optional<User> byId(ObjectId userId) throws StoreException {
    User resident = directory.user(userId);
    return resident != null ? Optional.of(resident) : store.user(userId);
  }

  /** The user whom the identity provider knows by this id. */
  public Optional<User> byClerkId(String clerkId) throws StoreException {
    return store.userByClerkId(clerkId);
  }

  /**
   * The user with this clerkId, made if there is none. Of several calls at the same time one makes
   * it, and all get the same. One that exists stays as it is.
   */
  public Ensured ensure(NewUser wanted) throws StoreException {
    Optional<User> known = store.userByClerkId(wanted.clerkId());
    if (known.isPresent()) {
      return new Ensured(known.get(), false);
    }
    Write.UserPut put = writer.commit(new Write.PutUser(made(wanted)));
    return new Ensured(put.user(), put.isNew());
  }

  /** A user that is to be stored. */
  User made(NewUser wanted) {
    Instant now = clock.instant();
    return new User(
        ObjectId.next(now),
        wanted.clerkId(),
        wanted.email(),
        wanted.firstName(),
        wanted.lastName(),
        wanted.username(),
        wanted.profileImageUrl(),
        /* isActive= */ true,
        /* lastSeen= */ null,
        now,
        now);
  }

  /** Those of these users that exist, by id. */
  public Map<ObjectId, User> summaries(Collection<ObjectId> userIds) throws StoreException {
    Map<ObjectId, User> found = new HashMap<>();
    List<ObjectId> elsewhere = new ArrayList<>();
    for (ObjectId userId : userIds) {
      User resident = directory.user(userId);
      if (resident != null) {
        found.put(userId, resident);
      } else {
        elsewhere.add(userId);
      }
    }
    if (!elsewhere.isEmpty()) {
      found.putAll(store.users(elsewhere));
    }
    return found;
  }
}
