package dev.verbatim.server.telemetry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what waits to be sent, and what is lost: the SDK's own queue, behind it, never drops
 * anything uncounted. For any thread.
 */
final class Waiting {
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder lost = new LongAdder();

  /** Whether there is room for one more, which waits then. */
  boolean take() {
    if (waiting.incrementAndGet() <= OtlpLimits.WAITING_MAX) {
      return true;
    }
    waiting.decrementAndGet();
    lost.increment();
    return false;
  }

  /** So many are on their way. */
  void onSent(int count) {
    waiting.addAndGet(-count);
  }

  /** Of those on their way so many have not arrived. */
  void onLost(int count) {
    lost.add(count);
  }

  long lost() {
    return lost.sum();
  }
}
