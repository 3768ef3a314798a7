package dev.verbatim.server.settings;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How much is logged, from the least to the most. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE;

  /** What loggers of Node.js have besides (winston's npm levels), as near as ours come. */
  private static final Map<String, LogLevel> OF_NODE =
      Map.of("http", DEBUG, "verbose", DEBUG, "silly", TRACE);

  /** The level of this name, in small letters. */
  public static Optional<LogLevel> named(String name) {
    for (LogLevel level : values()) {
      if (level.toString().equals(name)) {
        return Optional.of(level);
      }
    }
    return Optional.ofNullable(OF_NODE.get(name));
  }

  /** Its name as operators write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
