package dev.verbatim.server.logs;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.verbatim.server.settings.LogFormat;
import java.nio.charset.StandardCharsets;

/**
 * How records look in the output; those of the access log are lines already. One thread reads the
 * format that another sets.
 */
final class Lines {
  private volatile LogFormat format = LogFormat.PLAIN;

  /** From now on, of what waits too. */
  void setFormat(LogFormat format) {
    this.format = format;
  }

  /** A record's lines in UTF-8, each with its end. */
  byte[] of(ILoggingEvent event) {
    if (AccessLines.areOf(event)) {
      return (event.getFormattedMessage() + '\n').getBytes(StandardCharsets.UTF_8);
    }
    return switch (format) {
      case PLAIN -> PlainLines.of(event);
      case JSON -> JsonLines.of(event);
    };
  }
}
