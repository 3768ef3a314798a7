package dev.verbatim.server.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.verbatim.server.settings.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class LevelFileTest {
  @TempDir Path directory = Path.of("");

  private final List<LogLevel> changes = new ArrayList<>();

  @Test
  void followsWhatTheFileSaysForAsLongAsItIsThere() throws Exception {
    Path path = directory.resolve("level");
    LevelFile file = new LevelFile(path, LogLevel.WARN, changes::add);
    file.look();
    Files.writeString(path, "debug\n");
    file.look();
    file.look();
    Files.writeString(path, "  trace of what goes wrong");
    file.look();
    Files.writeString(path, "");
    file.look();
    Files.writeString(path, "verbose");
    file.look();
    Files.delete(path);
    file.look();
    assertEquals(
        List.of(LogLevel.DEBUG, LogLevel.TRACE, LogLevel.WARN, LogLevel.DEBUG, LogLevel.WARN),
        changes);
  }

  @Test
  void changesNothingForAWrongWordAndSaysSoOnceWithoutTheWord() throws Exception {
    Path path = directory.resolve("level");
    LevelFile file = new LevelFile(path, LogLevel.INFO, changes::add);
    Files.writeString(path, "sk_live_secret");
    List<String> told =
        toldWhile(
            () -> {
              file.look();
              file.look();
              Files.writeString(path, "x".repeat(1_000_000));
              file.look();
              Files.writeString(path, "info");
              file.look();
              Files.writeString(path, "loud");
              file.look();
            });
    assertEquals(List.of(), changes);
    String line = "LOG_LEVEL_FILE names no level; the level is not changed";
    assertEquals(List.of(line, line), told);
  }

  @Test
  void changesNothingForWhatIsNoFileAndSaysSoOnce() throws Exception {
    Path path = directory.resolve("level");
    LevelFile file = new LevelFile(path, LogLevel.INFO, changes::add);
    Files.writeString(path, "debug");
    file.look();
    Files.delete(path);
    assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor());
    List<String> told =
        toldWhile(
            () -> {
              file.look();
              file.look();
            });
    assertEquals(List.of(LogLevel.DEBUG), changes);
    assertEquals(
        List.of("LOG_LEVEL_FILE cannot be read: FileSystemException; the level is not changed"),
        told);
  }

  private interface Looks {
    void run() throws IOException;
  }

  private static List<String> toldWhile(Looks looks) throws IOException {
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.start();
    Logger logger = (Logger) LoggerFactory.getLogger(LevelFile.class);
    logger.addAppender(told);
    try {
      looks.run();
    } finally {
      logger.detachAppender(told);
    }
    return told.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
