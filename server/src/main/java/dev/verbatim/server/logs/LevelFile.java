package dev.verbatim.server.logs;

import dev.verbatim.server.settings.LogLevel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file whose first word is the level, for as long as it is there; without it, or while it is
 * empty, the level is that of the settings. Confined to the thread that looks.
 */
final class LevelFile {
  private static final Logger log = LoggerFactory.getLogger(LevelFile.class);

  private final Path path;
  private final LogLevel standard;
  private final Consumer<LogLevel> change;
  private LogLevel current;
  private String wrong = "";

  /**
   * @param standard the level without the file, which is the one of now
   * @param change gets each level that is another than the one before
   */
  LevelFile(Path path, LogLevel standard, Consumer<LogLevel> change) {
    this.path = path;
    this.standard = standard;
    this.change = change;
    current = standard;
  }

  /** Looks what it says now. Blocks. */
  void look() {
    String word = word();
    LogLevel level = word.isEmpty() ? standard : LogLevel.named(word).orElse(null);
    if (level == null) {
      if (!word.equals(wrong)) {
        wrong = word;
        log.warn("LOG_LEVEL_FILE names no level ({}); it is not changed", word);
      }
      return;
    }
    wrong = "";
    if (level != current) {
      current = level;
      change.accept(level);
    }
  }

  private String word() {
    try (InputStream file = Files.newInputStream(path)) {
      byte[] head = file.readNBytes(LogLimits.LEVEL_FILE_BYTES_MAX);
      return new String(head, StandardCharsets.UTF_8).strip().split("\\s", 2)[0];
    } catch (IOException _) {
      // It is not there, which is the usual case, or may not be read, which is the same.
      return "";
    }
  }
}
