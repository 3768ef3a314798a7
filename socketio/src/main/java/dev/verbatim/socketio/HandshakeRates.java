package dev.verbatim.socketio;

import dev.verbatim.socketio.ConnectionError.Context;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket for the handshakes of each address. Safe for all threads.
 *
 * <p>Of a bucket only the time at which it is full again is kept, which says how many tokens are
 * missing; one that is full is no different from none, so it can be forgotten. That is done when
 * the table is full, and not more than once in the time in which a bucket fills.
 */
final class HandshakeRates {
  private final long tokenNanos;
  private final long bucketNanos;
  private final int addressesMax;
  private final LongSupplier nanoTime;

  /** When each bucket is full again, after the start. */
  private final ConcurrentHashMap<Long, Long> fullAt = new ConcurrentHashMap<>();

  private final AtomicLong nextSweep = new AtomicLong();
  private final long start;

  HandshakeRates(Limits limits, LongSupplier nanoTime) {
    this.tokenNanos = TimeUnit.SECONDS.toNanos(1) / limits.handshakesPerSecond();
    this.bucketNanos = tokenNanos * limits.handshakeBurst();
    this.addressesMax = limits.handshakeAddressesMax();
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  /** Takes a token of an address's bucket, or says when there will be one. */
  @Nullable Context count(long address) {
    long now = nanoTime.getAsLong() - start;
    if (isFull(now) && !fullAt.containsKey(address)) {
      return null;
    }
    // By how much the bucket would be overdrawn, if it is.
    long[] missing = {0};
    fullAt.compute(
        address,
        (_, full) -> {
          long from = full == null ? now : Math.max(full, now);
          missing[0] = from + tokenNanos - now - bucketNanos;
          return missing[0] > 0 ? from : from + tokenNanos;
        });
    return missing[0] > 0 ? new Context.TooManyHandshakes(Duration.ofNanos(missing[0])) : null;
  }

  private boolean isFull(long now) {
    if (fullAt.size() < addressesMax) {
      return false;
    }
    long sweep = nextSweep.get();
    if (now >= sweep && nextSweep.compareAndSet(sweep, now + bucketNanos)) {
      fullAt.values().removeIf(full -> full <= now);
    }
    return fullAt.size() >= addressesMax;
  }

  /** The addresses whose buckets are kept. */
  int addresses() {
    return fullAt.size();
  }
}
