package dev.verbatim.server.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import dev.verbatim.server.faults.Faults;
import java.io.IOException;
import java.util.List;

/**
 * Counts the faults that libraries catch and log themselves, the Socket.IO engine above all:
 * records at error with something thrown, and what Netty warns of that a task or a handler has
 * thrown, unless it is a connection that broke. Those of {@link Faults} are counted already, and a
 * collector that is away is no fault of ours. Stateless.
 */
final class FaultFilter extends Filter<ILoggingEvent> {
  private static final String ENGINE = "dev.verbatim.socketio.";

  private static final List<String> EVENT_LOOPS =
      List.of("io.netty.util.concurrent.", "io.netty.channel.");

  @Override
  public FilterReply decide(ILoggingEvent event) {
    if (isOfFault(event)
        && !event.getLoggerName().equals(Faults.class.getName())
        && !event.getLoggerName().startsWith(Logs.EXPORTER)) {
      Faults.count(
          event.getLoggerName().startsWith(ENGINE) ? Faults.Owner.ENGINE : Faults.Owner.THREAD);
    }
    return FilterReply.NEUTRAL;
  }

  private static boolean isOfFault(ILoggingEvent event) {
    return event.getThrowableProxy() instanceof ThrowableProxy thrown
        && (event.getLevel() == Level.ERROR
            || (event.getLevel() == Level.WARN
                && EVENT_LOOPS.stream().anyMatch(event.getLoggerName()::startsWith)
                && !(thrown.getThrowable() instanceof IOException)));
  }
}
