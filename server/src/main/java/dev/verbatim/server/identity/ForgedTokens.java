package dev.verbatim.server.identity;

import dev.verbatim.server.Limits;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many tokens that nobody has signed an address may still show: a token bucket for each, {@link
 * Limits#FORGED_TOKENS_AT_ONCE} at once and {@link Limits#FORGED_TOKENS_PER_SECOND} later on. Each
 * costs a verification, which is most of what a refused request costs. Safe on any thread, and
 * never blocks.
 *
 * <p>Of a bucket only the time is kept at which it is full again; one that is full is no different
 * from none, and is forgotten.
 */
final class ForgedTokens {
  private static final long MILLIS_EACH =
      TimeUnit.SECONDS.toMillis(1) / Limits.FORGED_TOKENS_PER_SECOND;
  private static final long BUCKET_MILLIS = MILLIS_EACH * Limits.FORGED_TOKENS_AT_ONCE;

  private final InstantSource clock;
  private final ConcurrentHashMap<String, Long> fullAt = new ConcurrentHashMap<>();
  private final AtomicLong sweepAt = new AtomicLong(Long.MIN_VALUE);

  ForgedTokens(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Takes one from the address's bucket, before it is known whether the token is forged; {@link
   * #giveBack} follows if it is not.
   *
   * @return whether there was one
   */
  boolean take(String address) {
    long now = clock.millis();
    if (isCrowded(now) && !fullAt.containsKey(address)) {
      return true;
    }
    boolean[] isTaken = {false};
    fullAt.compute(
        address,
        (_, full) -> {
          // A clock that was set back leaves nobody out for longer.
          long from = full == null ? now : Math.min(Math.max(full, now), now + BUCKET_MILLIS);
          isTaken[0] = from + MILLIS_EACH - now <= BUCKET_MILLIS;
          return isTaken[0] ? from + MILLIS_EACH : from;
        });
    return isTaken[0];
  }

  /** The token was not forged. */
  void giveBack(String address) {
    long now = clock.millis();
    var _ =
        fullAt.computeIfPresent(
            address, (_, full) -> full - MILLIS_EACH <= now ? null : full - MILLIS_EACH);
  }

  private boolean isCrowded(long now) {
    if (fullAt.size() < Limits.FORGERS_MAX) {
      return false;
    }
    long sweep = sweepAt.get();
    if ((now >= sweep || sweep - now > BUCKET_MILLIS)
        && sweepAt.compareAndSet(sweep, now + BUCKET_MILLIS)) {
      fullAt.values().removeIf(full -> full <= now);
    }
    return fullAt.size() >= Limits.FORGERS_MAX;
  }
}
