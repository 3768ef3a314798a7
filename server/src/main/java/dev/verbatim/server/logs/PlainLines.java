package dev.verbatim.server.logs;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/**
 * Records for people: time, level, logger and message on a line, what else is known of it in
 * brackets behind, and a stack trace on lines of its own, each indented or begun by an exception's
 * type. Stateless.
 */
final class PlainLines {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private PlainLines() {}

  static byte[] of(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(256);
    TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
    String level = event.getLevel().toString();
    line.append(' ').append(level).repeat(' ', Math.max(1, 6 - level.length()));
    String logger = event.getLoggerName();
    line.append(logger, logger.lastIndexOf('.') + 1, logger.length())
        .append(": ")
        .append(LineText.of(event.getFormattedMessage()));
    List<KeyValuePair> facts = event.getKeyValuePairs();
    if (facts != null) {
      String before = " [";
      for (KeyValuePair fact : facts) {
        line.append(before).append(fact.key).append('=');
        line.append(LineText.of(String.valueOf(fact.value)));
        before = " ";
      }
      line.append(']');
    }
    line.append('\n');
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      line.append(StackTrace.of(thrown));
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }
}
