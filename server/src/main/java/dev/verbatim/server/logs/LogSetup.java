package dev.verbatim.server.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Sets Logback up when the first logger is asked for, before any setting is read: plain lines on
 * standard output, by way of the queue. Found by Logback through {@code META-INF/services}; parsing
 * a file of XML would take a tenth of a start.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    LogQueue queue = new LogQueue(new Lines(), ConsoleTarget.SystemOut.getStream());
    queue.setContext(context);
    queue.addFilter(new FaultFilter());
    queue.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(queue);
    setFrameworks(context, Level.WARN);
    // It says with a stack trace what the server says in a line when it cannot start.
    context.getLogger("io.micronaut.http.server.netty.NettyHttpServer").setLevel(Level.OFF);
    // It says so with a stack trace, and not which collector it is.
    context.getLogger(Logs.EXPORTER + ".exporter").setLevel(Level.OFF);
    // Whether there is an access log is a setting of its own.
    context.getLogger(AccessLines.LOGGER).setLevel(Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** What frameworks say of themselves is for their developers; the driver tells what is stored. */
  static void setFrameworks(LoggerContext context, Level level) {
    for (String framework :
        new String[] {"io.micronaut", "io.netty", Logs.EXPORTER, "org.mongodb.driver"}) {
      context.getLogger(framework).setLevel(level);
    }
  }
}
