package dev.verbatim.server.logs;

import dev.verbatim.server.settings.LogLevel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
  private String told = "";

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
    try {
      String word = word();
      LogLevel level = word.isEmpty() ? standard : LogLevel.named(word).orElse(null);
      if (level == null) {
        // Which word is not told: it may be that of another file, a secret.
        tell("names no level");
      } else {
        set(level);
      }
    } catch (NoSuchFileException _) {
      set(standard);
    } catch (IOException e) {
      tell("cannot be read: " + e.getClass().getSimpleName());
    }
  }

  private void set(LogLevel level) {
    told = "";
    if (level != current) {
      current = level;
      change.accept(level);
    }
  }

  private void tell(String mistake) {
    if (!mistake.equals(told)) {
      told = mistake;
      log.warn("LOG_LEVEL_FILE {}; the level is not changed", mistake);
    }
  }

  private String word() throws IOException {
    // To open a pipe would wait for whoever writes into it.
    if (!Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
      throw new FileSystemException(path.toString(), null, "no regular file");
    }
    try (InputStream file = Files.newInputStream(path)) {
      byte[] head = file.readNBytes(LogLimits.LEVEL_FILE_BYTES_MAX);
      return new String(head, StandardCharsets.UTF_8).strip().split("\\s", 2)[0];
    }
  }
}
