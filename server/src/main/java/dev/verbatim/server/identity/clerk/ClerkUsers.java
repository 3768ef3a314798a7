package dev.verbatim.server.identity.clerk;

import dev.verbatim.chat.Identities;
import dev.verbatim.chat.Users;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.identity.Claims;
import dev.verbatim.server.identity.Newcomers;
import dev.verbatim.server.identity.Profile;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users that Clerk knows: made when their first token is seen, as the Backend API tells of
 * them, and kept in step with it. Guarded by its own lock, under which nothing waits; for any
 * thread that may block.
 *
 * <p>While the Backend API does not answer, a user is made of what the token tells, and completed
 * as soon as it answers. Those who wait for that are asked for one after another. A user who is not
 * among them any more, because too many were or the service was started anew, has no email, and is
 * asked for when next seen. Without a webhook everybody is, at most once in {@link
 * ClerkLimits#REFRESH_INTERVAL}.
 */
public final class ClerkUsers implements Newcomers, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClerkUsers.class);

  private final Users users;
  private final Identities identities;
  private final @Nullable BackendApi api;
  private final boolean hasWebhook;
  private final InstantSource clock;
  private final Background background;

  /** Who is being made at first sight; as many as wait for it, which the callers bound. */
  private final ConcurrentHashMap<String, CompletableFuture<Optional<User>>> firsts =
      new ConcurrentHashMap<>();

  private volatile boolean isClosed;

  // Guarded by this.
  private final LinkedHashSet<String> waiting = new LinkedHashSet<>();
  private final LinkedHashMap<String, Instant> refreshedAt = new LinkedHashMap<>();
  private Duration delay = ClerkLimits.REFRESH_DELAY;
  private boolean isRefreshing;

  /**
   * @param api null where there is no secret key: a user is then what the token tells
   * @param hasWebhook whether changes of users are told by webhook
   */
  public ClerkUsers(
      Users users,
      Identities identities,
      @Nullable BackendApi api,
      boolean hasWebhook,
      InstantSource clock,
      Background background) {
    this.users = users;
    this.identities = identities;
    this.api = api;
    this.hasWebhook = hasWebhook;
    this.clock = clock;
    this.background = background;
  }

  /** Several sockets of one who is new ask together, and get the same. */
  @Override
  public Optional<User> welcome(Claims claims) throws StoreException {
    if (api == null) {
      return Optional.of(ofToken(claims));
    }
    CompletableFuture<Optional<User>> own = new CompletableFuture<>();
    CompletableFuture<Optional<User>> other = firsts.putIfAbsent(claims.subject(), own);
    if (other != null) {
      return await(other);
    }
    try {
      // Somebody else may have made it since it was looked for.
      Optional<User> known = users.byClerkId(claims.subject());
      Optional<User> user = known.isPresent() ? known : atFirstSight(api, claims);
      boolean _ = own.complete(user);
      return user;
    } catch (StoreException | RuntimeException | Error e) {
      boolean _ = own.completeExceptionally(e);
      throw e;
    } finally {
      var _ = firsts.remove(claims.subject());
    }
  }

  private static Optional<User> await(CompletableFuture<Optional<User>> other)
      throws StoreException {
    try {
      return other.join();
    } catch (CompletionException e) {
      throw new StoreException("A new user could not be stored", e);
    }
  }

  private Optional<User> atFirstSight(BackendApi api, Claims claims) throws StoreException {
    String userId = claims.subject();
    return switch (api.userAtFirstSight(userId)) {
      case BackendApi.Found<ClerkUser>(ClerkUser user) -> {
        tell(user);
        remember(userId);
        yield users.byClerkId(userId);
      }
      case BackendApi.NotFound<ClerkUser> _ -> Optional.empty();
      case BackendApi.Unavailable<ClerkUser> _ -> {
        User user = ofToken(claims);
        refreshLater(userId);
        yield Optional.of(user);
      }
    };
  }

  private User ofToken(Claims claims) throws StoreException {
    Profile profile = claims.profile();
    return users
        .ensure(
            new Users.NewUser(
                claims.subject(),
                profile.email(),
                profile.firstName(),
                profile.lastName(),
                nullIfEmpty(profile.username()),
                nullIfEmpty(profile.imageUrl())))
        .user();
  }

  private static @Nullable String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }

  /** What Clerk tells of a user counts from now on; durable when this returns. */
  private void tell(ClerkUser user) throws StoreException {
    var _ = identities.tell(user.profile(), user.isBanned(), user.updatedAt(), null);
  }

  /** The user was asked for just now. */
  private synchronized void remember(String userId) {
    var _ = refreshedAt.remove(userId);
    refreshedAt.put(userId, clock.instant());
    if (refreshedAt.size() > ClerkLimits.REFRESHED_MAX) {
      var _ = refreshedAt.pollFirstEntry();
    }
  }

  @Override
  public void onKnown(User user) {
    if (api != null && (!hasWebhook || user.email().isEmpty()) && isDue(user.clerkId())) {
      refreshLater(user.clerkId());
    }
  }

  private synchronized boolean isDue(String userId) {
    Instant at = refreshedAt.get(userId);
    return at == null
        || Duration.between(at, clock.instant()).abs().compareTo(ClerkLimits.REFRESH_INTERVAL) >= 0;
  }

  private synchronized void refreshLater(String userId) {
    if (waiting.size() < ClerkLimits.REFRESHES_WAITING_MAX && waiting.add(userId)) {
      begin();
    }
  }

  private synchronized void begin() {
    if (!isRefreshing && !isClosed) {
      isRefreshing = true;
      var _ = background.run(this::refresh);
    }
  }

  /** Asks for those who wait, one after another, until nobody does or there is no answer. */
  private void refresh() {
    String userId;
    while (!isClosed && (userId = next()) != null) {
      if (!refresh(userId)) {
        onUnanswered(userId);
        return;
      }
      onRefreshed(userId);
    }
  }

  /** The one who waits longest; null ends the work. */
  private synchronized @Nullable String next() {
    isRefreshing = !waiting.isEmpty();
    return isRefreshing ? waiting.getFirst() : null;
  }

  private boolean refresh(String userId) {
    try {
      return switch (api == null ? new BackendApi.NotFound<ClerkUser>() : api.user(userId)) {
        case BackendApi.Found<ClerkUser>(ClerkUser user) -> {
          tell(user);
          yield true;
        }
        case BackendApi.NotFound<ClerkUser> _ -> {
          // Not deleted for good by this: a wrong key would do so to everybody. The user's sessions
          // have ended, and no token comes any more.
          log.warn("Clerk does not know the user {}", userId);
          yield true;
        }
        case BackendApi.Unavailable<ClerkUser> _ -> false;
      };
    } catch (StoreException e) {
      log.warn("What Clerk tells of a user is not stored: {}", e.getMessage());
      return false;
    } catch (RuntimeException | Error e) {
      var _ = Faults.record(Faults.Owner.BACKGROUND, "asking for a user", e);
      return true;
    }
  }

  private synchronized void onRefreshed(String userId) {
    boolean _ = waiting.remove(userId);
    remember(userId);
    delay = ClerkLimits.REFRESH_DELAY;
  }

  /** Next time another one comes first: it may be this one alone that is not answered. */
  private synchronized void onUnanswered(String userId) {
    if (waiting.remove(userId)) {
      boolean _ = waiting.add(userId);
    }
    background.runAfter(delay, this::refresh);
    Duration longer = delay.multipliedBy(2);
    delay =
        longer.compareTo(ClerkLimits.REFRESH_DELAY_MAX) > 0
            ? ClerkLimits.REFRESH_DELAY_MAX
            : longer;
  }

  @Override
  public void close() {
    isClosed = true;
  }
}
