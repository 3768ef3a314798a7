package dev.verbatim.server.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.server.settings.AccessLogFormat;
import dev.verbatim.server.settings.LogFormat;
import dev.verbatim.server.settings.LogLevel;
import dev.verbatim.server.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogsTest {
  @TempDir Path directory = Path.of("");

  private final HeldTime time = new HeldTime();
  private final HeldOutput output = new HeldOutput();
  private final LogQueue queue = new LogQueue(new Lines(), output);
  private final ListAppender<ILoggingEvent> collector = new ListAppender<>();
  private final LoggerContext context = Records.context();
  private final Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger chat = context.getLogger("Chat");

  @BeforeEach
  void start() {
    queue.start();
    root.addAppender(queue);
    collector.start();
    queue.alsoTo(collector);
  }

  @AfterEach
  void stop() {
    output.read();
    context.stop();
  }

  private Logs logs(LogLevel level) {
    return Logs.start(
        root,
        new Settings.Logging(
            level, directory.resolve("level"), LogFormat.PLAIN, AccessLogFormat.OFF),
        time);
  }

  private List<String> collected() {
    return collector.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      chat.error("Failed an event", new IllegalStateException("broken"));
    }
  }

  @Test
  void tellsACollectorOfFaultsAgainWhenAStormIsOver() {
    logs(LogLevel.INFO).watch(time, Runnable::run);
    fail(LogLimits.SAME_LINES_MAX + 1);
    assertEquals(LogLimits.SAME_LINES_MAX, collector.list.size());
    time.advance(LogLimits.STORM_INTERVAL);
    assertEquals(
        "1 more within 10 s of: Failed an event (java.lang.IllegalStateException)",
        collected().getLast());
    fail(1);
    assertEquals("Failed an event", collected().getLast());
  }

  @Test
  void keepsNoFaultOutForAStormOfAnother() {
    logs(LogLevel.INFO).watch(time, Runnable::run);
    fail(LogLimits.SAME_LINES_MAX + 1);
    chat.error("Failed an event", new IllegalArgumentException("another"));
    assertEquals(LogLimits.SAME_LINES_MAX + 1, collector.list.size());
  }

  @Test
  void tellsOfStormsAtTheEnd() {
    Logs logs = logs(LogLevel.INFO);
    fail(LogLimits.SAME_LINES_MAX + 1);
    output.read();
    logs.end();
    assertTrue(collected().getLast().startsWith("1 more within 10 s of: "));
  }

  @Test
  void tellsWhichLevelIsTheNewOneWhateverItIs() throws Exception {
    logs(LogLevel.ERROR).watch(time, Runnable::run);
    chat.debug("too early");
    Files.writeString(directory.resolve("level"), "debug");
    time.advance(LogLimits.LOOK_INTERVAL);
    chat.debug("in time");
    Files.delete(directory.resolve("level"));
    time.advance(LogLimits.LOOK_INTERVAL);
    chat.debug("too late");
    assertEquals(
        List.of(
            "The level of the log is now debug", "in time", "The level of the log is now error"),
        collected());
  }

  @Test
  void beginsNoLookBeforeTheLastOneIsOver() {
    List<Runnable> looks = new ArrayList<>();
    logs(LogLevel.INFO).watch(time, looks::add);
    time.advance(LogLimits.LOOK_INTERVAL.multipliedBy(10));
    assertEquals(1, looks.size());
    looks.getFirst().run();
    time.advance(LogLimits.LOOK_INTERVAL);
    assertEquals(2, looks.size());
  }

  @Test
  void tellsOfLostRecordsWhenThereIsRoomForThat() throws Exception {
    logs(LogLevel.INFO).watch(time, Runnable::run);
    for (int i = 0; queue.lost() < 3; i++) {
      chat.info("line " + i);
    }
    time.advance(LogLimits.LOOK_INTERVAL);
    assertTrue(collected().getLast().startsWith("line "));
    output.read();
    while (queue.records() > 0) {
      Thread.onSpinWait();
    }
    time.advance(LogLimits.LOOK_INTERVAL);
    assertEquals(
        "3 records of the log were lost, for they were not read fast enough",
        collected().getLast());
  }
}
