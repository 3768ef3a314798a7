package dev.verbatim.server;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the process by a signal, whenever that comes: a start under way is waited for, what
 * has started is closed, and the process ends within the time that is set. The thread that starts
 * says once how that went, and the hook's thread waits for it.
 */
final class Shutdown {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  /** Beyond the time, so that the end is ours and not the service manager's. */
  private static final Duration NOTICE_MARGIN = Duration.ofMillis(500);

  private final StopTimes times;
  private final @Nullable ServiceNotice notice;
  private final Runnable logsEnd;
  private final CompletableFuture<Start> start = new CompletableFuture<>();

  /** How the start went; while it is under way there is none. */
  private sealed interface Start {
    /** What closes all that has started, or throws if it cannot. */
    record Done(Runnable close) implements Start {}

    /** Nothing is left open. */
    record Failed() implements Start {}
  }

  /**
   * @param logsEnd writes what the log has left, for as long as it may
   */
  Shutdown(StopTimes times, @Nullable ServiceNotice notice, Runnable logsEnd) {
    this.times = times;
    this.notice = notice;
    this.logsEnd = logsEnd;
  }

  /** All has started, and is closed by this, which throws if something cannot be. */
  void onStarted(Runnable close) {
    boolean _ = start.complete(new Start.Done(close));
  }

  /** Nothing has started, and who wanted it ends the process. */
  void onStartFailed() {
    boolean _ = start.complete(new Start.Failed());
  }

  /** Ends the process: for the hook. Returns only where {@link #onStartFailed} came before. */
  void run() {
    end().ifPresent(Runtime.getRuntime()::halt);
  }

  /**
   * Closes all, and then the log. Blocks, for no longer than the whole time.
   *
   * @return the code to end with, 0 if all is closed; none if the start had failed, and with it the
   *     command, whose own code counts
   */
  OptionalInt end() {
    long began = System.nanoTime();
    if (!start.isDone()) {
      log.info("Stopping: as soon as the start is over");
    } else if (start.join() instanceof Start.Failed) {
      return OptionalInt.empty();
    }
    FutureTask<@Nullable Void> closing = new FutureTask<>(this::close, null);
    Thread _ = Thread.ofPlatform().name("closing").start(closing);
    if (notice != null) {
      notice.stopping(times.whole().plus(NOTICE_MARGIN));
    }
    int code = code(closing, times.closing());
    Thread ending = Thread.ofPlatform().daemon().name("log-end").start(logsEnd);
    try {
      boolean _ = ending.join(times.whole().minusNanos(System.nanoTime() - began));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return OptionalInt.of(code);
  }

  private void close() {
    if (start.join() instanceof Start.Done(Runnable close)) {
      close.run();
    }
  }

  /** What is not committed was not acknowledged. */
  private static int code(Future<?> closing, Duration within) {
    try {
      var _ = closing.get(within.toMillis(), TimeUnit.MILLISECONDS);
      return Main.DONE;
    } catch (ExecutionException e) {
      log.error("The stop has failed: {}", Reason.of(Objects.requireNonNullElse(e.getCause(), e)));
    } catch (TimeoutException _) {
      log.error("Not everything was closed within {} ms", within.toMillis());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return Main.FAILED;
  }
}
