package dev.verbatim.server.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
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
  private static final org.slf4j.Logger log = LoggerFactory.getLogger(Logs.class);

  private final Logger root;
  private final LogQueue queue;
  private final StormFilter storms;
  private final @Nullable LevelFile levelFile;
  private long lostTold;

  private Logs(Logger root, LogQueue queue, Settings.Logging settings) {
    this.root = root;
    this.queue = queue;
    storms = new StormFilter(InstantSource.system());
    levelFile =
        settings.levelFile() == null
            ? null
            : new LevelFile(
                settings.levelFile(),
                settings.level(),
                level -> {
                  log.info("The level of the log is now {}", level);
                  setLevel(root, level);
                });
  }

  /** Has the process log as these settings say. Once. */
  public static Logs start(Settings.Logging settings) {
    Logger root = root();
    LogQueue queue = queue(root);
    Logs logs = new Logs(root, queue, settings);
    LogFormat standard = StandardOutput.isTerminal() ? LogFormat.PLAIN : LogFormat.JSON;
    LogSetup.setFormat(
        queue, root.getLoggerContext(), settings.format() == null ? standard : settings.format());
    setLevel(root, settings.level());
    // Of an earlier start in this process, as tests have them, nothing is left.
    queue.clearAllFilters();
    queue.addFilter(new FaultFilter());
    queue.addFilter(logs.storms);
    return logs;
  }

  /**
   * Looks from time to time what has changed and what is to be told.
   *
   * @param blocking takes what may block, until the process is about to end
   */
  public void watch(Timers timers, Executor blocking) {
    var _ =
        timers.after(
            LogLimits.LEVEL_INTERVAL,
            () -> {
              try {
                blocking.execute(() -> look(timers, blocking));
              } catch (RejectedExecutionException _) {
                // It ends.
              }
            });
  }

  private void look(Timers timers, Executor blocking) {
    watch(timers, blocking);
    if (levelFile != null) {
      levelFile.look();
    }
    storms.tellOver(root);
    long lost = queue.lost();
    if (lost > lostTold) {
      log.warn(
          "{} records of the log were lost, for they were not read fast enough", lost - lostTold);
      lostTold = lost;
    }
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
   * @param lost records so far
   */
  public record Waiting(int records, int recordsMax, long lost) {}

  /** What waits to be written now. For any thread. */
  public static Waiting waiting() {
    LogQueue queue = queue(root());
    return new Waiting(queue.getNumberOfElementsInQueue(), queue.getQueueSize(), queue.lost());
  }

  /** Gives an appender what is logged, of storms as much as is written. For any thread. */
  public static void alsoTo(Appender<ILoggingEvent> appender) {
    Logger root = root();
    StormFilter storms = new StormFilter(InstantSource.system());
    storms.start();
    appender.setContext(root.getLoggerContext());
    appender.addFilter(storms);
    appender.start();
    root.addAppender(appender);
  }

  /** Gives it nothing more. */
  public static void noLongerTo(Appender<ILoggingEvent> appender) {
    var _ = root().detachAppender(appender);
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
    stop();
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
