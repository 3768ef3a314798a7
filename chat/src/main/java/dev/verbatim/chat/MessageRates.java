package dev.verbatim.chat;

import dev.verbatim.chat.model.ObjectId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A token bucket for each user. For any thread; never blocks.
 *
 * <p>A bucket is one number, the time at which it will be full again (the "theoretical arrival
 * time" of the generic cell rate algorithm, ITU-T I.371): each message moves it on by the time one
 * token takes to come back. A bucket that is full is no different from one that was never used, so
 * those are swept out when there are too many.
 */
final class MessageRates {
  private static final long SECOND = 1_000_000_000L;

  private final InstantSource clock;
  private final long tokenNanos;
  private final long burstNanos;
  private final int max;
  private final ConcurrentHashMap<ObjectId, Long> fullAt = new ConcurrentHashMap<>();
  private final AtomicBoolean sweeping = new AtomicBoolean();

  /** How much of each user's is awaited. */
  private final ConcurrentHashMap<ObjectId, Integer> awaited = new ConcurrentHashMap<>();

  MessageRates(InstantSource clock, ChatSettings settings) {
    this.clock = clock;
    int perSecond = settings.messageRatePerSecond();
    tokenNanos = perSecond == 0 ? 0 : SECOND / perSecond;
    burstNanos = tokenNanos * settings.messageRateBurst();
    max = settings.messageRatesMax();
  }

  /** Takes a token: 0 if there was one, else the whole seconds, at least 1, until there will be. */
  long take(ObjectId userId) {
    if (tokenNanos == 0) {
      return 0;
    }
    long now = now();
    if (fullAt.size() >= max && !fullAt.containsKey(userId) && !sweep(now)) {
      return 1;
    }
    long[] missing = new long[1];
    Long _ =
        fullAt.compute(
            userId,
            (_, full) -> {
              long from = full == null || isFull(full, now) ? now : full;
              missing[0] = from + tokenNanos - burstNanos - now;
              return missing[0] > 0 ? from : Long.valueOf(from + tokenNanos);
            });
    return missing[0] <= 0 ? 0 : (missing[0] + SECOND - 1) / SECOND;
  }

  /** Puts a token back. */
  void refund(ObjectId userId) {
    Long _ = fullAt.computeIfPresent(userId, (_, full) -> full - tokenNanos);
  }

  /** Whether it is still awaited if something sent before, without a token, is a retry. */
  boolean isAwaited(ObjectId userId) {
    return awaited.containsKey(userId);
  }

  /**
   * Something is sent without a token, and it is awaited whether it may be; there are no more of
   * them than the writer's queue takes.
   *
   * @return to be run once when that is decided
   */
  Runnable await(ObjectId userId) {
    awaited.merge(userId, 1, Integer::sum);
    return () -> awaited.computeIfPresent(userId, (_, count) -> count == 1 ? null : count - 1);
  }

  /** How many users are remembered. */
  int size() {
    return fullAt.size();
  }

  private boolean isFull(long full, long now) {
    // A clock that was set back must not silence anybody for as long.
    return full <= now || full > now + burstNanos;
  }

  /** Returns whether there is room now. One thread sweeps at a time, the others do not wait. */
  private boolean sweep(long now) {
    if (sweeping.compareAndSet(false, true)) {
      try {
        boolean _ = fullAt.values().removeIf(full -> isFull(full, now));
      } finally {
        sweeping.set(false);
      }
    }
    return fullAt.size() < max;
  }

  private long now() {
    Instant now = clock.instant();
    return now.getEpochSecond() * SECOND + now.getNano();
  }
}
