package dev.verbatim.server.logs;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.InstantSource;
import java.util.List;

/**
 * Stands before the queue and keeps storms out of it, and from whoever gets the same. For any
 * thread.
 */
final class StormFilter extends Filter<ILoggingEvent> {
  private final Storms storms = new Storms();
  private final InstantSource clock;

  StormFilter(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public FilterReply decide(ILoggingEvent event) {
    boolean passes =
        event instanceof Summary
            || AccessLines.areOf(event)
            || storms.passes(kind(event), clock.millis());
    return passes ? FilterReply.NEUTRAL : FilterReply.DENY;
  }

  private static Storms.Kind kind(ILoggingEvent event) {
    IThrowableProxy thrown = event.getThrowableProxy();
    return new Storms.Kind(
        event.getLoggerName(),
        event.getLevel(),
        event.getMessage(),
        thrown == null ? "" : thrown.getClassName());
  }

  /** Tells of storms whose interval is over. */
  void tellOver(Logger root) {
    tell(storms.over(clock.millis()), root);
  }

  /** Tells of all of them. */
  void tellAll(Logger root) {
    tell(storms.end(), root);
  }

  private static void tell(List<Storms.Sum> sums, Logger root) {
    for (Storms.Sum sum : sums) {
      root.callAppenders(new Summary(root.getLoggerContext().getLogger(sum.kind().logger()), sum));
    }
  }

  /** How many lines of a kind were not written. */
  private static final class Summary extends LoggingEvent {
    Summary(Logger logger, Storms.Sum sum) {
      super(
          StormFilter.class.getName(),
          logger,
          sum.kind().level(),
          sum.kind().thrown().isEmpty()
              ? "{} more within {} s of: {}"
              : "{} more within {} s of: {} ({})",
          /* throwable= */ null,
          new Object[] {
            sum.more(),
            LogLimits.STORM_INTERVAL.toSeconds(),
            sum.kind().pattern(),
            sum.kind().thrown()
          });
    }
  }
}
