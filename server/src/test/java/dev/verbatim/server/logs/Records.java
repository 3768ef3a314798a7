package dev.verbatim.server.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** Records as Logback hands them on. */
final class Records {
  private static final LoggerContext CONTEXT = context();

  private Records() {}

  /** One by itself, in which nothing is set up. */
  static LoggerContext context() {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    return context;
  }

  static ILoggingEvent of(String logger, String message, @Nullable Throwable thrown) {
    return at(Level.WARN, logger, message, thrown);
  }

  static ILoggingEvent at(Level level, String logger, String message, @Nullable Throwable thrown) {
    var event =
        new LoggingEvent("test", CONTEXT.getLogger(logger), level, message, thrown, new Object[0]);
    event.setTimeStamp(0);
    return event;
  }

  static ILoggingEvent with(String message, String key, Object value) {
    var event = (LoggingEvent) of("a.b.Chat", message, null);
    event.addKeyValuePair(new KeyValuePair(key, value));
    return event;
  }
}
