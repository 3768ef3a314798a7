package dev.verbatim.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.verbatim.server.settings.LogLevel;
import org.slf4j.LoggerFactory;

/**
 * How much is logged, and the end of it: records are queued, and written by a thread of their own.
 */
final class Logs {
  private Logs() {}

  /** Logs this and what is graver. Frameworks stay at warn, but are no louder than all else. */
  static void setLevel(LogLevel level) {
    if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.setLevel(
          switch (level) {
            case ERROR -> Level.ERROR;
            case WARN -> Level.WARN;
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
            case TRACE -> Level.TRACE;
          });
      if (level == LogLevel.ERROR) {
        for (String framework : new String[] {"io.micronaut", "io.netty", "org.mongodb.driver"}) {
          root.getLoggerContext().getLogger(framework).setLevel(Level.ERROR);
        }
      }
    }
  }

  /** Writes what is queued, for a second at most; what is logged later is lost. */
  static void end() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
  }
}
