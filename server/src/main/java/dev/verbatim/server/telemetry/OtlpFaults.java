package dev.verbatim.server.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import dev.verbatim.server.logs.LineText;
import dev.verbatim.server.logs.Logs;
import dev.verbatim.server.logs.StackTrace;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import java.time.Instant;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * Sends on what the log gets at error, as it stands there, cut and escaped: the message, what
 * stands beside it, and what was thrown. Stateless; never blocks.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/">Semantic
 *     conventions for exceptions in logs</a>
 */
final class OtlpFaults extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private final Logger collector;

  OtlpFaults(Logger collector) {
    this.collector = collector;
  }

  @Override
  protected void append(ILoggingEvent event) {
    // What the exporter says of a collector that takes nothing is not for the collector.
    if (event.getLevel() != Level.ERROR || event.getLoggerName().startsWith(Logs.EXPORTER)) {
      return;
    }
    LogRecordBuilder record =
        collector
            .logRecordBuilder()
            .setTimestamp(Instant.ofEpochMilli(event.getTimeStamp()))
            .setSeverity(Severity.ERROR)
            .setSeverityText("ERROR")
            .setBody(LineText.of(event.getFormattedMessage()))
            .setAttribute("logger.name", event.getLoggerName())
            .setAttribute("thread.name", event.getThreadName());
    List<KeyValuePair> facts = event.getKeyValuePairs();
    if (facts != null) {
      for (KeyValuePair fact : facts) {
        record.setAttribute("verbatim." + fact.key, LineText.of(String.valueOf(fact.value)));
      }
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      record.setAttribute("exception.type", thrown.getClassName());
      if (thrown.getMessage() != null) {
        record.setAttribute("exception.message", LineText.of(thrown.getMessage()));
      }
      record.setAttribute("exception.stacktrace", StackTrace.of(thrown));
    }
    record.emit();
  }
}
