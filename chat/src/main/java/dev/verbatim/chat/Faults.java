package dev.verbatim.chat;

import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Where the chat's own threads leave what they cannot throw at anybody. Guarded by its own lock,
 * for any thread.
 *
 * <p>A store that fails does so for every commit and every question: of its failures the first is
 * told, and then one in {@link ChatSettings#storeFaultInterval} with the number of those between.
 * Everything else is a bug, and told each time.
 */
final class Faults {
  private final ChatListener listener;
  private final InstantSource clock;
  private final Duration interval;
  private @Nullable Instant toldAt;
  private long untold;

  Faults(ChatListener listener, InstantSource clock, ChatSettings settings) {
    this.listener = listener;
    this.clock = clock;
    interval = settings.storeFaultInterval();
  }

  /** Runs something that may throw, and reports what it threw. */
  void guard(String doing, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error fault) {
      report(doing, fault);
    }
  }

  void report(String doing, Throwable cause) {
    if (!(cause instanceof StoreException)) {
      tell(doing, cause);
      return;
    }
    long between = untoldIfDue();
    if (between == 0) {
      tell(doing, cause);
    } else if (between > 0) {
      tell(doing + ", and " + between + " times since the last such line", cause);
    }
  }

  /** How many failures of the store were not told before one that is to be told; else -1. */
  private synchronized long untoldIfDue() {
    Instant now = clock.instant();
    if (toldAt != null && Duration.between(toldAt, now).abs().compareTo(interval) < 0) {
      untold++;
      return -1;
    }
    long between = untold;
    untold = 0;
    toldAt = now;
    return between;
  }

  private void tell(String doing, Throwable cause) {
    try {
      listener.onFault(doing, cause);
    } catch (RuntimeException | Error _) {
      // The one who is told of faults is at fault: nobody is left to be told.
    }
  }
}
