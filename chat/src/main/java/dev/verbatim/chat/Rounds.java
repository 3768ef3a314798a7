package dev.verbatim.chat;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Does something again and again, each time so long after the last has ended, until it is closed.
 * For any thread.
 */
final class Rounds {
  private final Runnable round;
  private final Duration interval;
  private final Timers timers;
  private final Executor blocking;
  private volatile boolean closed;
  private volatile Timers.@Nullable Cancellable next;

  /**
   * @param round may block; what it throws goes to the executor, and the next one comes all the
   *     same
   */
  Rounds(Runnable round, Duration interval, Timers timers, Executor blocking) {
    this.round = round;
    this.interval = interval;
    this.timers = timers;
    this.blocking = blocking;
  }

  /** Begins. Once. */
  void start() {
    next = timers.after(interval, this::run);
    if (closed) {
      cancelNext();
    }
  }

  /** Begins no more of them; one that goes on may look at {@link #isClosed}. */
  void close() {
    closed = true;
    cancelNext();
  }

  boolean isClosed() {
    return closed;
  }

  private void cancelNext() {
    Timers.Cancellable waiting = next;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  private void run() {
    try {
      blocking.execute(
          () -> {
            try {
              if (!closed) {
                round.run();
              }
            } finally {
              if (!closed) {
                start();
              }
            }
          });
    } catch (RejectedExecutionException _) {
      // The process ends.
    }
  }
}
