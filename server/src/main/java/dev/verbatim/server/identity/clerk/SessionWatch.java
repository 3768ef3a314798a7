package dev.verbatim.server.identity.clerk;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.identity.Claims;
import dev.verbatim.server.identity.Identity;
import dev.verbatim.server.identity.IssuerKeys;
import dev.verbatim.server.identity.RefusedTokens;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the Backend API whether sessions are over, where no webhook tells: those behind live
 * sockets, and, after them, those whose tokens let in requests, until these expire. Of each kind
 * those that have not been asked for longest come first, each at most once in {@link
 * ClerkLimits#SESSION_INTERVAL}. One round at a time, on a thread that may block; the requests of a
 * round go beside it, so many as the rate allows.
 *
 * <p>A session that is over is known in 5 s where no more than 160 are live (24 of a development
 * instance, whose rate is a sixth); of S sessions it takes S / 40 seconds (S / 6). What the live
 * ones leave of that is for those without a socket. When Clerk bans a user it revokes the user's
 * sessions (clerk.com/docs/references/backend/user/ban-user), and those of a deleted one are none
 * any more, so that both are seen here. A socket whose session is not asked for in time lives until
 * its token expires, which is a minute at most.
 *
 * <p>That Clerk does not know a session counts only once it has known one: the key of another
 * instance, or another address, knows none of ours, and would have everybody put out for good.
 */
public final class SessionWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SessionWatch.class);

  private final BackendApi api;
  private final Supplier<Set<String>> live;
  private final Revocations revocations;
  private final RefusedTokens refused;
  private final InstantSource clock;
  private final Background background;
  private final Semaphore free = new Semaphore(ClerkLimits.SESSION_REQUESTS_AT_ONCE_MAX);
  private volatile boolean isClosed;

  /** Whether the Backend API has told of a session, so that it is that of our instance. */
  private volatile boolean knowsOurs;

  /**
   * Sessions that Clerk did not know before that counted; asked for again first once it does. None
   * but open ones, when a round has begun.
   */
  private final Set<String> doubted = ConcurrentHashMap.newKeySet();

  /** Until when the latest token of each session counts, the latest ones; guarded by itself. */
  private final LinkedHashMap<String, Instant> shownUntil = new LinkedHashMap<>();

  /** When each session was asked for, or seen first. Confined to the one round. */
  private Map<String, Instant> askedAt = new HashMap<>();

  /**
   * @param live the sessions behind live sockets
   * @param refused is told of sessions that Clerk should know and does not
   */
  public SessionWatch(
      BackendApi api,
      Supplier<Set<String>> live,
      Revocations revocations,
      RefusedTokens refused,
      InstantSource clock,
      Background background) {
    this.api = api;
    this.live = live;
    this.revocations = revocations;
    this.refused = refused;
    this.clock = clock;
    this.background = background;
  }

  /** The same identity, of whose good tokens the sessions are asked for as well. */
  public Identity watch(Identity identity) {
    return new Watched(identity, this);
  }

  private record Watched(Identity identity, SessionWatch watch) implements Identity {
    @Override
    public Verdict verify(String token) {
      Verdict verdict = identity.verify(token);
      if (verdict instanceof Verified(Claims claims)) {
        watch.onShown(claims.sessionId(), claims.expiresAt());
      }
      return verdict;
    }

    @Override
    public boolean remembersSessionOf(String token) {
      return identity.remembersSessionOf(token);
    }

    @Override
    public IssuerKeys keys() {
      return identity.keys();
    }

    @Override
    public String description() {
      return identity.description();
    }
  }

  /** A good token of this session was shown. */
  void onShown(String sessionId, Instant expiresAt) {
    synchronized (shownUntil) {
      // Again behind all others, for it is the newest.
      var _ = shownUntil.remove(sessionId);
      shownUntil.put(sessionId, expiresAt.plus(Limits.CLOCK_SKEW));
      if (shownUntil.size() > ClerkLimits.SESSIONS_SHOWN_MAX) {
        var _ = shownUntil.pollFirstEntry();
      }
    }
  }

  /** The live sessions and those that still have a token, but for those known to be over. */
  private Set<String> open(Set<String> withSocket, Instant now) {
    Set<String> open = new HashSet<>(withSocket);
    synchronized (shownUntil) {
      shownUntil.values().removeIf(until -> !now.isBefore(until));
      open.addAll(shownUntil.keySet());
    }
    open.removeIf(revocations::isRevoked);
    return open;
  }

  /** Asks until it is closed. */
  public void start() {
    background.runAfter(ClerkLimits.SESSION_TICK, this::round);
  }

  @Override
  public void close() {
    isClosed = true;
  }

  private void round() {
    if (isClosed) {
      return;
    }
    try {
      look();
    } catch (RuntimeException | Error e) {
      var _ = Faults.record(Faults.Owner.BACKGROUND, "asking for sessions", e);
    }
    start();
  }

  private void look() {
    Instant now = clock.instant();
    Set<String> withSocket = live.get();
    Map<String, Instant> known = new HashMap<>();
    open(withSocket, now).forEach(id -> known.put(id, askedAt.getOrDefault(id, now)));
    var _ = doubted.retainAll(known.keySet());
    if (knowsOurs) {
      doubted.forEach(id -> known.put(id, Instant.EPOCH));
      doubted.clear();
    }
    askedAt = known;
    for (String sessionId : due(withSocket, now)) {
      if (!free.tryAcquire()) {
        return;
      }
      askedAt.put(sessionId, now);
      if (!background.run(() -> ask(sessionId))) {
        free.release();
      }
    }
  }

  private List<String> due(Set<String> withSocket, Instant now) {
    Duration tick = ClerkLimits.SESSION_TICK;
    long most = api.sessionRequestsPerSecond() * tick.toMillis() / 1_000;
    return askedAt.entrySet().stream()
        .filter(
            entry ->
                Duration.between(entry.getValue(), now).compareTo(ClerkLimits.SESSION_INTERVAL)
                    >= 0)
        .sorted(
            Comparator.comparing(
                    (Map.Entry<String, Instant> entry) -> !withSocket.contains(entry.getKey()))
                .thenComparing(Map.Entry::getValue))
        .limit(most)
        .map(Map.Entry::getKey)
        .toList();
  }

  private boolean isOver(String sessionId) {
    return switch (api.isSessionOver(sessionId)) {
      case BackendApi.Found<Boolean>(Boolean over) -> {
        knowsOurs = true;
        yield over;
      }
      case BackendApi.NotFound<Boolean> _ -> {
        boolean counts = knowsOurs;
        if (!counts) {
          boolean _ = doubted.add(sessionId);
          refused.onUnknownSession();
        }
        yield counts;
      }
      case BackendApi.Unavailable<Boolean> _ -> false;
    };
  }

  private void ask(String sessionId) {
    try {
      if (isOver(sessionId)) {
        revocations.revoke(sessionId);
      }
    } catch (StoreException e) {
      log.warn("A revoked session is not stored: {}", e.getMessage());
    } finally {
      free.release();
    }
  }
}
