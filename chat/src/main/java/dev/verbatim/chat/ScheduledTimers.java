package dev.verbatim.chat;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Delayed work on one daemon thread of its own. It holds as many tasks as its users have entries,
 * and those are bounded by {@link ChatSettings}. After {@link #close} nothing runs any more.
 */
public final class ScheduledTimers implements Timers, AutoCloseable {
  private final ScheduledThreadPoolExecutor executor;
  private final Consumer<? super Throwable> onFault;

  /**
   * Starts the thread.
   *
   * @param onFault gets what a task threw, on the timers' thread
   */
  public ScheduledTimers(String threadName, Consumer<? super Throwable> onFault) {
    this.onFault = onFault;
    executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(threadName).factory());
    // A cancelled task would otherwise hold what it captured until its time has come.
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Cancellable after(Duration delay, Runnable task) {
    try {
      Future<?> future = executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException _) {
      // Closed: there is no later any more.
      return () -> {};
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error fault) {
      onFault.accept(fault);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
