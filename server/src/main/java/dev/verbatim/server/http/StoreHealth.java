package dev.verbatim.server.http;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the store is there. One of those who want to know asks it, and may wait as long as the
 * store does; the others take what was last known. For any thread.
 */
final class StoreHealth {
  private static final Logger log = LoggerFactory.getLogger(StoreHealth.class);

  private final Ping ping;
  private final InstantSource clock;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile Answer last;

  /** Since when the one who asks waits; null while nobody does. */
  private volatile @Nullable Instant askedAt;

  private record Answer(boolean isThere, Instant at) {}

  /** Asks the store. */
  interface Ping {
    /** Blocks; throws if the store does not answer as it should. */
    void ping() throws StoreException;
  }

  /** Of a store that has just been opened. */
  StoreHealth(Ping ping, InstantSource clock) {
    this.ping = ping;
    this.clock = clock;
    last = new Answer(true, clock.instant());
  }

  /** What the store says, or has said lately. */
  boolean isThere() {
    boolean isFresh = isYounger(last.at(), Limits.PING_AGE_MAX);
    return (isFresh || !asking.tryLock()) ? lastKnown() : ask();
  }

  /** What is known without asking: a store that leaves somebody waiting is not there. */
  boolean lastKnown() {
    Instant since = askedAt;
    if (since != null && !isYounger(since, Limits.PING_TIME_MAX)) {
      log.warn("The store has not answered since {}", since);
      return false;
    }
    return last.isThere();
  }

  private boolean isYounger(Instant time, Duration than) {
    return Duration.between(time, clock.instant()).abs().compareTo(than) < 0;
  }

  /** By the one who has the lock. */
  private boolean ask() {
    askedAt = clock.instant();
    try {
      boolean isThere = answers();
      last = new Answer(isThere, clock.instant());
      return isThere;
    } finally {
      askedAt = null;
      asking.unlock();
    }
  }

  private boolean answers() {
    try {
      ping.ping();
      return true;
    } catch (StoreException e) {
      log.warn("The store does not answer: {}", e.getMessage());
      return false;
    }
  }
}
