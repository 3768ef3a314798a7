package dev.verbatim.chat;

import dev.verbatim.chat.Users.NewUser;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.IdentityStore.Revocation;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.UserChanged;
import dev.verbatim.chat.store.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what the identity provider tells of users and sessions. Stateless; for any thread that
 * may block. What is told is durable when a method returns, and {@link ChatListener#onUserChanged}
 * was called for a user who is another now; of one who is not here it is called for whatever
 * counts.
 *
 * <p>Everything takes the name of the event by which it was told, if it has one: of several with
 * the same name, at the same time or later, one counts.
 */
public final class Identities {
  private final ChatStore store;
  private final Writer writer;
  private final Directory directory;
  private final Users users;
  private final Consumer<User> changed;
  private final InstantSource clock;

  /**
   * @param changed is told of a user who is another now, on the writer's thread
   */
  Identities(
      ChatStore store,
      Writer writer,
      Directory directory,
      Users users,
      Consumer<User> changed,
      InstantSource clock) {
    this.store = store;
    this.writer = writer;
    this.directory = directory;
    this.users = users;
    this.changed = changed;
    this.clock = clock;
  }

  /**
   * A user is so: it is made if there is none with its clerkId.
   *
   * @param isBanned whether the provider bars it
   * @param toldAt as of when, by the provider's clock
   */
  public UserChanged tell(
      NewUser profile, boolean isBanned, Instant toldAt, @Nullable String eventId)
      throws StoreException {
    return commit(new UserChange.Tell(users.made(profile), isBanned, toldAt), eventId);
  }

  /** A user is deleted, for good. */
  public UserChanged delete(String clerkId, @Nullable String eventId) throws StoreException {
    User nobody = users.made(new NewUser(clerkId, "", "", "", null, null));
    return commit(new UserChange.Delete(nobody), eventId);
  }

  private UserChanged commit(UserChange change, @Nullable String eventId) throws StoreException {
    if (eventId == null) {
      return writer.commit(change, _ -> onTold(change));
    }
    Optional<UserChanged> outcome =
        writer.commit(new Write.Once<>(eventId, clock.instant(), change), _ -> onTold(change));
    return outcome.orElseGet(UserChanged.Outdated::new);
  }

  private void onTold(UserChange change) {
    User user = directory.changedUser(change);
    if (user != null) {
      changed.accept(user);
    }
  }

  /** A session counts no more, whatever its tokens say. */
  public void revoke(String sessionId, @Nullable String eventId) throws StoreException {
    Instant now = clock.instant();
    Write.RevokeSession revocation = new Write.RevokeSession(sessionId, now);
    if (eventId == null) {
      Write.Done _ = writer.commit(revocation);
    } else {
      Optional<Write.Done> _ = writer.commit(new Write.Once<>(eventId, now, revocation));
    }
  }

  /** The sessions that were revoked at this time or later, here or by another process. */
  public List<Revocation> revocations(Instant since) throws StoreException {
    return store.revocations(since);
  }

  /** Forgets the names of events and the revoked sessions from before these times. */
  public void forget(Instant events, Instant revocations) throws StoreException {
    Write.Done _ = writer.commit(new Write.Forget(events, revocations));
  }
}
