package dev.verbatim.server.faults;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** The faults that the log has while a test runs; those of other tests of this JVM among them. */
public final class RecordedFaults implements BeforeEachCallback, AfterEachCallback {
  private final Logger logger = logger();
  private final ListAppender<ILoggingEvent> told = new ListAppender<>();

  /** The logger, once another test of this JVM has made all of them ready. */
  private static Logger logger() {
    while (true) {
      if (LoggerFactory.getLogger(Faults.class) instanceof Logger ready) {
        return ready;
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    told.start();
    logger.addAppender(told);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    logger.detachAppender(told);
  }

  /** Those told as a failure of this. */
  public List<ILoggingEvent> of(String doing) {
    return List.copyOf(told.list).stream()
        .filter(event -> event.getFormattedMessage().equals("Failed " + doing))
        .toList();
  }

  /** Those of this id. */
  public List<ILoggingEvent> withId(String errorId) {
    return List.copyOf(told.list).stream()
        .filter(event -> event.getKeyValuePairs().toString().contains(errorId))
        .toList();
  }
}
