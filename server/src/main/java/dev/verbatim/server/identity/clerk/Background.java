package dev.verbatim.server.identity.clerk;

import dev.verbatim.chat.Timers;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * What goes on beside the requests, on threads that may block. What comes when the service has
 * ended is dropped. For any thread.
 */
public final class Background {
  private final Timers timers;
  private final Executor blocking;

  /**
   * @param blocking runs what may block; bounded by those who hand it over, of whom each has a
   *     bound of its own
   */
  public Background(Timers timers, Executor blocking) {
    this.timers = timers;
    this.blocking = blocking;
  }

  /** Has it done, perhaps before this returns; false if it is dropped. */
  boolean run(Runnable task) {
    try {
      blocking.execute(task);
      return true;
    } catch (RejectedExecutionException _) {
      return false;
    }
  }

  /** Has it done after a while. */
  void runAfter(Duration delay, Runnable task) {
    var _ = timers.after(delay, () -> run(task));
  }
}
