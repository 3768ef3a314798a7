package dev.verbatim.chat;

import java.time.Duration;

/**
 * Delayed work. {@link ScheduledTimers} runs it on a thread of its own; tests hold time themselves.
 * Both methods may be called on any thread and never block.
 */
public interface Timers {
  /**
   * Runs the task once, no sooner than after this time. The task must be short and must not block:
   * all tasks share one thread.
   */
  Cancellable after(Duration delay, Runnable task);

  /** Work that has not begun yet. */
  interface Cancellable {
    /** Drops the work; without effect if it has begun, is done, or was dropped before. */
    void cancel();
  }
}
