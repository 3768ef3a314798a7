package dev.verbatim.server.logs;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.concurrent.atomic.LongAdder;

/**
 * Records that wait for the thread that writes them. Whoever logs never waits: what comes when
 * {@link LogLimits#QUEUED_MAX} wait is lost, and counted.
 */
final class LogQueue extends AsyncAppender {
  static final String NAME = "queue";

  private final LongAdder lost = new LongAdder();

  LogQueue() {
    setName(NAME);
    setQueueSize(LogLimits.QUEUED_MAX);
    setDiscardingThreshold(0);
    setNeverBlock(true);
    setMaxFlushTime((int) LogLimits.END_TIME_MAX.toMillis());
  }

  @Override
  protected void append(ILoggingEvent event) {
    // Of those who meet here at the last free places some are lost uncounted.
    if (getRemainingCapacity() == 0) {
      lost.increment();
    } else {
      super.append(event);
    }
  }

  long lost() {
    return lost.sum();
  }
}
