package dev.verbatim.server.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what is logged and how it looks. Confined to one call of {@link Settings#read}. */
final class LoggingReader {
  private final SettingsSource source;
  private final Path directory;

  LoggingReader(SettingsSource source, Path directory) {
    this.source = source;
    this.directory = directory;
  }

  Settings.Logging read() {
    AccessLogFormat access = oneOf("ACCESS_LOG", AccessLogFormat.values());
    source.standard("ACCESS_LOG", "off");
    return new Settings.Logging(
        level(),
        levelFile(),
        oneOf("LOG_FORMAT", LogFormat.values()),
        access == null ? AccessLogFormat.OFF : access);
  }

  private LogLevel level() {
    String name = source.text("LOG_LEVEL", "info");
    return LogLevel.named(name)
        .orElseGet(
            () -> {
              source.mistake(
                  "LOG_LEVEL must be error, warn, info, debug or trace, is "
                      + SettingsSource.shown(name));
              return LogLevel.INFO;
            });
  }

  private @Nullable Path levelFile() {
    String path = source.text("LOG_LEVEL_FILE");
    try {
      return path == null ? null : directory.resolve(path).normalize();
    } catch (InvalidPathException _) {
      source.mistake("LOG_LEVEL_FILE must be the path of a file");
      return null;
    }
  }

  /** The one that is named, in small letters; null if none is. */
  private <T extends Enum<T>> @Nullable T oneOf(String setting, T[] all) {
    String name = source.text(setting);
    if (name == null) {
      return null;
    }
    for (T one : all) {
      if (lower(one).equals(name)) {
        return one;
      }
    }
    source.mistake(
        setting
            + " must be one of "
            + Arrays.stream(all).map(LoggingReader::lower).collect(Collectors.joining(", "))
            + ", is "
            + SettingsSource.shown(name));
    return null;
  }

  private static String lower(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }
}
