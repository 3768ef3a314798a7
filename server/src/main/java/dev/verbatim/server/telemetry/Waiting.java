package dev.verbatim.server.telemetry;

import dev.verbatim.server.Reason;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what waits to be sent, and what is lost: the SDK's own queue, behind it, never drops
 * anything uncounted. For any thread.
 */
final class Waiting {
  private static final Logger log = LoggerFactory.getLogger(Waiting.class);

  private final String what;
  private final String endpoint;
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder lost = new LongAdder();

  /** Whether the last of what was sent has not been taken, and the log has said so. */
  private final AtomicBoolean isAway = new AtomicBoolean();

  /**
   * @param what waits, as the log calls it
   * @param endpoint where it goes
   */
  Waiting(String what, String endpoint) {
    this.what = what;
    this.endpoint = endpoint;
  }

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
          if (sent.isSuccess()) {
            onTaken();
          } else {
            lost.add(count);
            onRefused(reason(sent.getFailureThrowable()));
          }
        });
  }

  private void onTaken() {
    if (isAway.getAndSet(false)) {
      log.info("The collector at {} takes {} again", endpoint, what);
    }
  }

  /** It is asked each second, and the metrics tell how much is lost meanwhile. */
  private void onRefused(String reason) {
    if (!isAway.getAndSet(true)) {
      log.warn("The collector at {} does not take {}: {}", endpoint, what, reason);
    }
  }

  /** Why it has failed: the exporter's own exception says no more than that it did. */
  private static String reason(@Nullable Throwable failure) {
    if (failure == null) {
      return "no answer in time";
    }
    return failure.getCause() == null ? "it refuses them" : Reason.of(failure.getCause());
  }

  long lost() {
    return lost.sum();
  }
}
