package dev.verbatim.server.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import dev.verbatim.server.faults.Faults;

/**
 * Counts the faults that libraries catch and log themselves, the Socket.IO engine above all:
 * records at error with something thrown. Those of {@link Faults} are counted already, and a
 * collector that is away is no fault of ours. Stateless.
 */
final class FaultFilter extends Filter<ILoggingEvent> {
  private static final String ENGINE = "dev.verbatim.socketio.";

  @Override
  public FilterReply decide(ILoggingEvent event) {
    if (event.getLevel() == Level.ERROR
        && event.getThrowableProxy() != null
        && !event.getLoggerName().equals(Faults.class.getName())
        && !event.getLoggerName().startsWith(Logs.EXPORTER)) {
      Faults.count(
          event.getLoggerName().startsWith(ENGINE) ? Faults.Owner.ENGINE : Faults.Owner.THREAD);
    }
    return FilterReply.NEUTRAL;
  }
}
