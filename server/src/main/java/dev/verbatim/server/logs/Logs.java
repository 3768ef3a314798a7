package dev.verbatim.server.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import dev.verbatim.chat.Timers;
import dev.verbatim.server.settings.LogFormat;
import dev.verbatim.server.settings.LogLevel;
import dev.verbatim.server.settings.Settings;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The log of the process: how it looks and how much is told, from {@link #start} on as the settings
 * say. Records are queued, and written by a thread of their own.
 */
public final class Logs {
  /**
   * Loggers of what sends to a collector begin so. What they say of one that is away is neither a
   * fault nor for the collector.
   */
  public static final String EXPORTER = "io.opentelemetry";

  private final Logger root;
  private final Logger log;
  private final LogQueue queue;
  private final StormFilter storms;
  private final @Nullable LevelFile levelFile;
  private long lostTold;

  private Logs(Logger root, Settings.Logging settings, InstantSource clock) {
    this.root = root;
    log = root.getLoggerContext().getLogger(Logs.class);
    queue = queue(root);
    storms = new StormFilter(clock);
    levelFile =
        settings.levelFile() == null
            ? null
            : new LevelFile(settings.levelFile(), settings.level(), this::changeLevel);
  }

  /** Says so at whatever level, of which a line at info would not be seen at warn. */
  private void changeLevel(LogLevel level) {
    setLevel(root, level);
    root.callAppenders(
        new LoggingEvent(
            Logs.class.getName(),
            log,
            Level.INFO,
            "The level of the log is now {}",
            /* throwable= */ null,
            new Object[] {level}));
  }

  /** Has the process log as these settings say. Once. */
  public static Logs start(Settings.Logging settings) {
    return start(root(), settings, InstantSource.system());
  }

  static Logs start(Logger root, Settings.Logging settings, InstantSource clock) {
    Logs logs = new Logs(root, settings, clock);
    LogFormat standard = StandardOutput.isTerminal() ? LogFormat.PLAIN : LogFormat.JSON;
    logs.queue.lines().setFormat(settings.format() == null ? standard : settings.format());
    setLevel(root, settings.level());
    // Of an earlier start in this process, as tests have them, nothing is left.
    logs.queue.clearAllFilters();
    logs.queue.addFilter(new FaultFilter());
    logs.queue.addFilter(logs.storms);
    return logs;
  }

  /**
   * Tells from time to time what is to be told of the log itself, and looks what its file says.
   *
   * @param blocking takes what may block, until the process is about to end
   */
  public void watch(Timers timers, Executor blocking) {
    tellAgain(timers);
    if (levelFile != null) {
      lookAgain(levelFile, timers, blocking);
    }
  }

  private void tellAgain(Timers timers) {
    var _ =
        timers.after(
            LogLimits.LOOK_INTERVAL,
            () -> {
              try {
                tell();
              } finally {
                tellAgain(timers);
              }
            });
  }

  private void tell() {
    storms.tellOver(root);
    tellLost();
  }

  private void tellLost() {
    long lost = queue.lost();
    // While it is full this line would be lost as well.
    if (lost > lostTold && !queue.isFull()) {
      log.warn(
          "{} records of the log were lost, for they were not read fast enough", lost - lostTold);
      lostTold = lost;
    }
  }

  /** The next look begins when this one is over: of a file system that hangs one thread waits. */
  private static void lookAgain(LevelFile file, Timers timers, Executor blocking) {
    var _ =
        timers.after(
            LogLimits.LOOK_INTERVAL,
            () -> {
              try {
                blocking.execute(
                    () -> {
                      try {
                        file.look();
                      } finally {
                        lookAgain(file, timers, blocking);
                      }
                    });
              } catch (RejectedExecutionException _) {
                // It ends.
              }
            });
  }

  /** Frameworks stay at warn, but are no louder than all else. */
  private static void setLevel(Logger root, LogLevel level) {
    root.setLevel(
        switch (level) {
          case ERROR -> Level.ERROR;
          case WARN -> Level.WARN;
          case INFO -> Level.INFO;
          case DEBUG -> Level.DEBUG;
          case TRACE -> Level.TRACE;
        });
    LogSetup.setFrameworks(
        root.getLoggerContext(), level == LogLevel.ERROR ? Level.ERROR : Level.WARN);
  }

  /**
   * What waits to be written.
   *
   * @param records that wait now
   * @param recordsMax beyond which records are lost
   * @param chars of them
   * @param charsMax beyond which records are lost as well
   * @param lost records so far
   */
  public record Waiting(int records, int recordsMax, long chars, long charsMax, long lost) {}

  /** What waits to be written now. For any thread. */
  public static Waiting waiting() {
    LogQueue queue = queue(root());
    return new Waiting(
        queue.records(),
        LogLimits.QUEUED_MAX,
        queue.chars(),
        LogLimits.QUEUED_CHARS_MAX,
        queue.lost());
  }

  /** Gives an appender what is logged, of storms as much as is written. For any thread. */
  public static void alsoTo(Appender<ILoggingEvent> appender) {
    Logger root = root();
    appender.setContext(root.getLoggerContext());
    appender.start();
    queue(root).alsoTo(appender);
  }

  /** Gives it nothing more. */
  public static void noLongerTo(Appender<ILoggingEvent> appender) {
    queue(root()).noLongerTo(appender);
    appender.stop();
  }

  private static Logger root() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private static LogQueue queue(Logger root) {
    return (LogQueue) Objects.requireNonNull(root.getAppender(LogQueue.NAME));
  }

  /** Tells of the storms of now and writes what is queued; what is logged later is lost. */
  public void end() {
    storms.tellAll(root);
    tellLost();
    root.getLoggerContext().stop();
  }

  /**
   * Writes what is queued, for {@link LogLimits#END_TIME_MAX} at most; what comes later is lost.
   */
  public static void stop() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
  }
}
