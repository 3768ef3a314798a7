package dev.verbatim.server;

import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.logs.Logs;
import dev.verbatim.server.settings.Settings;
import dev.verbatim.server.settings.Supervisor;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves until the process is told to end. */
final class ServeCommand {
  private static final Logger log = LoggerFactory.getLogger("verbatim");

  /** Before the time is up, so that the end is ours and not that of whoever sent the signal. */
  private static final Duration MARGIN = Duration.ofMillis(500);

  private ServeCommand() {}

  /** Returns never: the process ends with the signal, with 0 if all was closed in time. */
  static void run(Settings settings, @Nullable Supervisor supervisor) throws StartException {
    Logs logs = Logs.start(settings.logging());
    Faults.catchUncaught();
    settings.remarks().warnings().forEach(log::warn);
    Verbatim verbatim = Verbatim.start(settings, Clock.systemUTC());
    verbatim.watch(logs);
    ServiceNotice notice = ServiceNotice.to(supervisor);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> end(verbatim, notice, settings, logs), "shutdown"));
    boolean isAny = settings.host().equals("0.0.0.0") || settings.host().equals("::");
    log.info("Store: {}", settings.store().description());
    log.info(
        "Verbatim {} listens on http://{}:{} - Ctrl+C or SIGTERM stops it",
        About.version(),
        isAny ? "localhost" : settings.host(),
        verbatim.port());
    if (notice != null) {
      notice.ready(verbatim.pulse()::beats);
    }
    await();
  }

  private static void await() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void end(
      Verbatim verbatim, @Nullable ServiceNotice notice, Settings settings, Logs logs) {
    if (notice != null) {
      notice.stopping(settings.shutdownTimeout().plus(MARGIN));
    }
    Duration half = settings.shutdownTimeout().dividedBy(2);
    Duration within = settings.shutdownTimeout().minus(MARGIN.compareTo(half) < 0 ? MARGIN : half);
    FutureTask<@Nullable Void> closing = new FutureTask<>(verbatim::close, null);
    Thread _ = Thread.ofPlatform().name("closing").start(closing);
    halt(code(closing, within), logs);
  }

  /** What the process ends with. What is not committed was not acknowledged. */
  static int code(Future<?> closing, Duration within) {
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

  private static void halt(int code, Logs logs) {
    logs.end();
    Runtime.getRuntime().halt(code);
  }
}
