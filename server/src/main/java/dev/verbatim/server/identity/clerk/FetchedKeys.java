package dev.verbatim.server.identity.clerk;

import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.identity.IdentityCalls;
import dev.verbatim.server.identity.IssuerKeys;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuer's keys, fetched and kept for {@link ClerkLimits#KEYS_LIFE}. Safe on any thread that
 * may block: what is held is one immutable value, and what is done about it is guarded by the
 * object's lock, under which nothing waits.
 *
 * <p>One fetch runs at a time, on a virtual thread of its own, and at most one begins in {@link
 * ClerkLimits#KEY_FETCH_INTERVAL}, whoever wants it and whatever became of the last. It is wanted
 *
 * <ul>
 *   <li>when nothing is held: everybody waits for it;
 *   <li>when what is held has {@link ClerkLimits#KEYS_REFRESH_AHEAD} left, or the last fetch has
 *       failed: nobody waits;
 *   <li>when what is held is older than its life, because no token has come for a while: everybody
 *       waits once, and takes what was held if the fetch fails;
 *   <li>by a token whose id is unknown, or that the keys of its id have not signed: at most {@link
 *       ClerkLimits#KEY_WAITERS_MAX} such tokens wait, so that a flood of them does not hold up
 *       others.
 * </ul>
 *
 * <p>The library's own {@code JWKSourceBuilder} does much of that. It reads the system's clock, so
 * that no test could hold it, follows redirects, lets every token with an unknown id wait for the
 * one lock, and does not fetch for a bad signature, without which a key that was changed under the
 * same id is found minutes later.
 */
final class FetchedKeys implements SigningKeys {
  private static final Logger log = LoggerFactory.getLogger(FetchedKeys.class);

  private final JwksEndpoint endpoint;
  private final InstantSource clock;
  private final Duration waitMax;
  private final IdentityCalls calls;
  private final Semaphore waiters = new Semaphore(ClerkLimits.KEY_WAITERS_MAX);

  private volatile @Nullable Fetched fetched;
  private volatile boolean hasLastFailed;

  // Guarded by this.
  private @Nullable Instant begunAt;
  private @Nullable CountDownLatch running;

  /**
   * @param waitMax what a token waits for a fetch, whatever becomes of it
   * @param calls is told of each fetch
   */
  FetchedKeys(JwksEndpoint endpoint, InstantSource clock, Duration waitMax, IdentityCalls calls) {
    this.endpoint = endpoint;
    this.clock = clock;
    this.waitMax = waitMax;
    this.calls = calls;
  }

  /** What a fetch brought that began at this time. */
  private record Fetched(Map<String, List<SigningKey>> byId, Instant at) {
    List<SigningKey> of(String keyId) {
      return byId.getOrDefault(keyId, List.of());
    }

    /** Older than all that counts if the clock was set back behind it. */
    Duration age(Instant now) {
      Duration age = Duration.between(at, now);
      return age.isNegative() ? ClerkLimits.KEYS_LIFE : age;
    }
  }

  @Override
  public Found find(String keyId) {
    refresh();
    Fetched now = current();
    if (now == null) {
      return neverFetched();
    }
    List<SigningKey> keys = now.of(keyId);
    return keys.isEmpty() ? findNewer(keyId) : new Held(keys);
  }

  @Override
  public Found findNewer(String keyId) {
    if (waiters.tryAcquire()) {
      try {
        await(begin());
      } finally {
        waiters.release();
      }
    }
    Fetched now = current();
    return now == null ? neverFetched() : new Held(now.of(keyId));
  }

  @Override
  public IssuerKeys state() {
    Fetched now = current();
    return new IssuerKeys(now != null, now == null ? null : now.at(), hasLastFailed);
  }

  private void refresh() {
    Fetched now = current();
    if (now == null) {
      await(begin());
      return;
    }
    Duration age = now.age(clock.instant());
    if (age.compareTo(ClerkLimits.KEYS_LIFE) >= 0 && !hasLastFailed) {
      await(begin());
    } else if (age.compareTo(ClerkLimits.KEYS_LIFE.minus(ClerkLimits.KEYS_REFRESH_AHEAD)) >= 0) {
      var _ = begin();
    }
  }

  private @Nullable Fetched current() {
    Fetched now = fetched;
    return now == null
            || now.age(clock.instant())
                    .compareTo(ClerkLimits.KEYS_LIFE.plus(ClerkLimits.KEYS_OUTAGE_MAX))
                > 0
        ? null
        : now;
  }

  /** The fetch that runs, perhaps from now on; null if none may begin yet. */
  private synchronized @Nullable CountDownLatch begin() {
    if (running != null) {
      return running;
    }
    Instant now = clock.instant();
    if (!untilNext(now).isZero()) {
      return null;
    }
    begunAt = now;
    CountDownLatch done = new CountDownLatch(1);
    running = done;
    Thread.ofVirtual().name("verbatim-jwks").start(() -> run(now, done));
    return done;
  }

  /** How long no fetch may begin; a clock that was set back holds none up. */
  private synchronized Duration untilNext(Instant now) {
    if (begunAt == null || now.isBefore(begunAt)) {
      return Duration.ZERO;
    }
    // A moment more, so that no 30 seconds hold three.
    Duration left =
        Duration.between(now, begunAt.plus(ClerkLimits.KEY_FETCH_INTERVAL).plusMillis(1));
    return left.isPositive() ? left : Duration.ZERO;
  }

  private void run(Instant at, CountDownLatch done) {
    boolean hasFailed = true;
    long began = System.nanoTime();
    try {
      fetched = new Fetched(endpoint.fetch(), at);
      hasFailed = false;
    } catch (IOException e) {
      log.warn("The keys of the issuer cannot be fetched: {}", e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      var _ = Faults.record(Faults.Owner.BACKGROUND, "fetching the keys of the issuer", e);
    } finally {
      hasLastFailed = hasFailed;
      calls.onAnswered(
          IdentityCalls.Call.KEYS,
          hasFailed ? IdentityCalls.Outcome.UNAVAILABLE : IdentityCalls.Outcome.FOUND,
          Duration.ofNanos(System.nanoTime() - began));
      synchronized (this) {
        running = null;
      }
      done.countDown();
    }
  }

  private void await(@Nullable CountDownLatch done) {
    try {
      if (done != null) {
        var _ = done.await(waitMax.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private NeverFetched neverFetched() {
    return new NeverFetched(untilNext(clock.instant()));
  }
}
