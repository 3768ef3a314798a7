package dev.verbatim.server.logs;

import ch.qos.logback.classic.spi.ILoggingEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whole lines of the access log: they stand in the output as they are, between those of the log,
 * and are no storm however many there are. For any thread; never blocks.
 */
public final class AccessLines {
  static final String LOGGER = "verbatim.access";

  private static final Logger log = LoggerFactory.getLogger(LOGGER);

  private AccessLines() {}

  /** Writes one. */
  public static void write(String line) {
    log.info(line);
  }

  static boolean areOf(ILoggingEvent event) {
    return event.getLoggerName().equals(LOGGER);
  }
}
