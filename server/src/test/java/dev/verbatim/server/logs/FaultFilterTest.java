package dev.verbatim.server.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import dev.verbatim.server.faults.Faults;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** It counts for the whole process. */
@Isolated
final class FaultFilterTest {
  private final Throwable thrown = new IllegalStateException("broken");

  private final FaultFilter filter = new FaultFilter();

  @Test
  void countsWhatTheEngineCatchesItself() {
    long before = Faults.counted(Faults.Owner.ENGINE);
    ILoggingEvent event =
        Records.at(Level.ERROR, "dev.verbatim.socketio.Connection", "It failed", thrown);
    assertEquals(FilterReply.NEUTRAL, filter.decide(event));
    assertEquals(before + 1, Faults.counted(Faults.Owner.ENGINE));
  }

  @Test
  void countsNeitherWarningsNorErrorsWithoutAFaultNorWhatIsCounted() {
    long engine = Faults.counted(Faults.Owner.ENGINE);
    long thread = Faults.counted(Faults.Owner.THREAD);
    String logger = "dev.verbatim.socketio.Connection";
    var _ = filter.decide(Records.at(Level.WARN, logger, "It failed", thrown));
    var _ = filter.decide(Records.at(Level.ERROR, logger, "It failed", null));
    var _ = filter.decide(Records.at(Level.ERROR, Faults.class.getName(), "Failed", thrown));
    assertEquals(engine, Faults.counted(Faults.Owner.ENGINE));
    assertEquals(thread, Faults.counted(Faults.Owner.THREAD));
  }

  @Test
  void countsWhatNettyWarnsOfUnlessAConnectionBroke() {
    long before = Faults.counted(Faults.Owner.THREAD);
    String tasks = "io.netty.util.concurrent.AbstractEventExecutor";
    String pipelines = "io.netty.channel.DefaultChannelPipeline";
    var _ = filter.decide(Records.at(Level.WARN, tasks, "A task failed", thrown));
    var _ = filter.decide(Records.at(Level.WARN, pipelines, "It reached the tail", thrown));
    var _ =
        filter.decide(
            Records.at(Level.WARN, pipelines, "It reached the tail", new IOException("reset")));
    assertEquals(before + 2, Faults.counted(Faults.Owner.THREAD));
  }

  @Test
  void takesWhatEndsAThread() throws Exception {
    long before = Faults.counted(Faults.Owner.THREAD);
    Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    try {
      Faults.catchUncaught();
      Thread.ofPlatform()
          .start(
              () -> {
                throw new IllegalStateException("a test's thread ends");
              })
          .join();
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(handler);
    }
    assertTrue(Faults.counted(Faults.Owner.THREAD) > before);
  }
}
