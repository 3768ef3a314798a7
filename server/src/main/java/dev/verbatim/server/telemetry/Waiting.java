package dev.verbatim.server.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

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

  /**
   * Sends so many of those that wait.
   *
   * @param exporting sends them; what fails is lost
   */
  CompletableResultCode send(int count, Supplier<CompletableResultCode> exporting) {
    waiting.addAndGet(-count);
    CompletableResultCode sent;
    try {
      sent = exporting.get();
    } catch (RuntimeException | Error e) {
      lost.add(count);
      throw e;
    }
    return sent.whenComplete(
        () -> {
          if (!sent.isSuccess()) {
            lost.add(count);
          }
        });
  }

  long lost() {
    return lost.sum();
  }
}
