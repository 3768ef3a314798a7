package dev.verbatim.server;

import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.logs.Logs;
import dev.verbatim.server.settings.Settings;
import dev.verbatim.server.settings.Supervisor;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves until the process is told to end. */
final class ServeCommand {
  private static final Logger log = LoggerFactory.getLogger("verbatim");

  private ServeCommand() {}

  /** Returns never: the process ends with the signal, with 0 if all was closed in time. */
  static void run(Settings settings, @Nullable Supervisor supervisor) throws StartException {
    Logs logs = Logs.start(settings.logging());
    Faults.catchUncaught();
    ServiceNotice notice = ServiceNotice.to(supervisor);
    Shutdown shutdown = new Shutdown(new StopTimes(settings.shutdownTimeout()), notice, logs::end);
    Runtime.getRuntime().addShutdownHook(new Thread(shutdown::run, "shutdown"));
    settings.remarks().warnings().forEach(log::warn);
    try {
      Verbatim verbatim = Verbatim.start(settings, Clock.systemUTC());
      verbatim.watch(logs);
      tell(verbatim, settings, notice);
      // Behind all that is done with it here: a signal that has come meanwhile closes it now.
      shutdown.onStarted(verbatim::close);
    } catch (StartException | RuntimeException | Error e) {
      shutdown.onStartFailed();
      throw e;
    }
    await();
  }

  private static void tell(Verbatim verbatim, Settings settings, @Nullable ServiceNotice notice) {
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
  }

  private static void await() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
