package dev.verbatim.socketio;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What one class logs, from when this is made until it is closed; other tests' lines among it. */
final class Logged implements AutoCloseable {
  private final Logger logger;
  private final Level levelBefore;
  private final ListAppender<ILoggingEvent> told = new ListAppender<>();

  private Logged(Class<?> source, Level level) {
    logger = (Logger) LoggerFactory.getLogger(source);
    levelBefore = logger.getLevel();
    logger.setLevel(level);
    told.start();
    logger.addAppender(told);
  }

  static Logged by(Class<?> source) {
    return new Logged(source, Level.DEBUG);
  }

  /** The records in which a text stands, be it in the message, a value or what was thrown. */
  List<ILoggingEvent> with(String text) {
    return List.copyOf(told.list).stream().filter(event -> says(event).contains(text)).toList();
  }

  private static String says(ILoggingEvent event) {
    String thrown = event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage();
    return event.getFormattedMessage() + " " + event.getKeyValuePairs() + " " + thrown;
  }

  @Override
  public void close() {
    logger.detachAppender(told);
    logger.setLevel(levelBefore);
  }
}
