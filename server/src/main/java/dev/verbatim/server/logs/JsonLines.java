package dev.verbatim.server.logs;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.WireJson;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.slf4j.event.KeyValuePair;
import tools.jackson.core.JsonGenerator;

/**
 * Records for programs: one JSON object a line, with {@code timestamp} (UTC, milliseconds), {@code
 * level}, {@code logger}, {@code message}, {@code thread}, {@code error} (type, message, stack) if
 * something was thrown, and what else is known of it by its own name. Stateless.
 */
final class JsonLines {
  private static final Set<String> OWN =
      Set.of("timestamp", "level", "logger", "message", "thread", "error");

  private JsonLines() {}

  static byte[] of(ILoggingEvent event) {
    byte[] object = JsonBytes.ofObject(json -> fields(json, event));
    byte[] line = Arrays.copyOf(object, object.length + 1);
    line[object.length] = '\n';
    return line;
  }

  private static void fields(JsonGenerator json, ILoggingEvent event) {
    WireJson.time(json, "timestamp", Instant.ofEpochMilli(event.getTimeStamp()));
    json.writeStringProperty("level", event.getLevel().toString());
    json.writeStringProperty("logger", event.getLoggerName());
    json.writeStringProperty("message", LineText.of(event.getFormattedMessage()));
    json.writeStringProperty("thread", event.getThreadName());
    List<KeyValuePair> facts = event.getKeyValuePairs();
    if (facts != null) {
      for (KeyValuePair fact : facts) {
        if (!OWN.contains(fact.key)) {
          fact(json, fact);
        }
      }
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      json.writeObjectPropertyStart("error");
      json.writeStringProperty("type", thrown.getClassName());
      if (thrown.getMessage() != null) {
        json.writeStringProperty("message", LineText.of(thrown.getMessage()));
      }
      json.writeStringProperty("stack", StackTrace.of(thrown));
      json.writeEndObject();
    }
  }

  private static void fact(JsonGenerator json, KeyValuePair fact) {
    switch (fact.value) {
      case null -> {}
      case Integer number -> json.writeNumberProperty(fact.key, number);
      case Long number -> json.writeNumberProperty(fact.key, number);
      case Boolean flag -> json.writeBooleanProperty(fact.key, flag);
      default -> json.writeStringProperty(fact.key, LineText.of(fact.value.toString()));
    }
  }
}
