package dev.verbatim.server.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.verbatim.server.settings.LogFormat;

/**
 * Sets Logback up when the first logger is asked for, before any setting is read: plain lines on
 * standard output, by way of the queue. Found by Logback through {@code META-INF/services}; parsing
 * a file of XML would take a tenth of a start.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String OUT = "out";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    LogQueue queue = new LogQueue();
    queue.setContext(context);
    queue.addFilter(new FaultFilter());
    queue.addAppender(console(context, LogFormat.PLAIN));
    queue.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(queue);
    setFrameworks(context, Level.WARN);
    // It says with a stack trace what the server says in a line when it cannot start.
    context.getLogger("io.micronaut.http.server.netty.NettyHttpServer").setLevel(Level.OFF);
    // Whether there is an access log is a setting of its own.
    context.getLogger(AccessLines.LOGGER).setLevel(Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** What frameworks say of themselves is for their developers; the driver tells what is stored. */
  static void setFrameworks(LoggerContext context, Level level) {
    for (String framework :
        new String[] {"io.micronaut", "io.netty", "io.opentelemetry", "org.mongodb.driver"}) {
      context.getLogger(framework).setLevel(level);
    }
  }

  /** Writes what is logged from now on in this format. What is queued waits for its turn. */
  static void setFormat(LogQueue queue, LoggerContext context, LogFormat format) {
    if (queue.getAppender(OUT) instanceof ConsoleAppender<ILoggingEvent> console) {
      Encoder<ILoggingEvent> encoder = encoder(context, format);
      console.setEncoder(encoder);
    }
  }

  private static ConsoleAppender<ILoggingEvent> console(LoggerContext context, LogFormat format) {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName(OUT);
    console.setEncoder(encoder(context, format));
    console.start();
    return console;
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogFormat format) {
    Encoder<ILoggingEvent> encoder =
        switch (format) {
          case PLAIN -> new PlainLines();
          case JSON -> new JsonLines();
        };
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }
}
