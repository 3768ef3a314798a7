package dev.verbatim.server.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Records that wait for the thread that writes them. Whoever logs never waits: what comes beyond
 * {@link LogLimits#QUEUED_MAX} or {@link LogLimits#QUEUED_CHARS_MAX} is lost, and counted. The
 * access log, debug and trace may take a part of it alone, so that they keep nothing graver out.
 * For any thread.
 */
final class LogQueue extends UnsynchronizedAppenderBase<ILoggingEvent> {
  static final String NAME = "queue";

  private final Lines lines;
  private final OutputStream out;
  private final List<Appender<ILoggingEvent>> others = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Queued> queue = new ArrayBlockingQueue<>(LogLimits.QUEUED_MAX);
  private final AtomicLong chars = new AtomicLong();
  private final LongAdder lost = new LongAdder();
  private final Thread writer =
      Thread.ofPlatform().daemon().name("verbatim-log").unstarted(this::writeAll);

  LogQueue(Lines lines, OutputStream out) {
    this.lines = lines;
    this.out = out;
    setName(NAME);
  }

  private record Queued(ILoggingEvent event, long chars) {}

  /** How what it holds is written. */
  Lines lines() {
    return lines;
  }

  /** Gives an appender what passes the filters, be there room for it or not. */
  void alsoTo(Appender<ILoggingEvent> other) {
    others.add(other);
  }

  void noLongerTo(Appender<ILoggingEvent> other) {
    others.remove(other);
  }

  @Override
  public void start() {
    super.start();
    writer.start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    for (Appender<ILoggingEvent> other : others) {
      other.doAppend(event);
    }
    if (!offer(event)) {
      lost.increment();
    }
  }

  private boolean offer(ILoggingEvent event) {
    // What is put into the message may be another by the time it is written.
    event.prepareForDeferredProcessing();
    boolean isMinor = isMinor(event);
    if (isMinor && queue.size() >= LogLimits.QUEUED_MINOR_MAX) {
      return false;
    }
    long size = charsOf(event);
    long charsMax = isMinor ? LogLimits.QUEUED_MINOR_CHARS_MAX : LogLimits.QUEUED_CHARS_MAX;
    if (chars.addAndGet(size) <= charsMax && queue.offer(new Queued(event, size))) {
      return true;
    }
    chars.addAndGet(-size);
    return false;
  }

  private static boolean isMinor(ILoggingEvent event) {
    return AccessLines.areOf(event) || !event.getLevel().isGreaterOrEqual(Level.INFO);
  }

  /** What a record keeps in memory, about. */
  private static long charsOf(ILoggingEvent event) {
    long size = event.getFormattedMessage().length();
    List<KeyValuePair> facts = event.getKeyValuePairs();
    if (facts != null) {
      for (KeyValuePair fact : facts) {
        size += fact.key.length() + String.valueOf(fact.value).length();
      }
    }
    @Nullable IThrowableProxy thrown = event.getThrowableProxy();
    for (; thrown != null; thrown = thrown.getCause()) {
      StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
      size += frames == null ? 0 : (long) frames.length * LogLimits.FRAME_CHARS;
      size += thrown.getMessage() == null ? 0 : thrown.getMessage().length();
    }
    return size;
  }

  private void writeAll() {
    try {
      while (true) {
        write(queue.take());
      }
    } catch (InterruptedException _) {
      // It ends when it has written what waits.
      for (Queued next = queue.poll(); next != null; next = queue.poll()) {
        write(next);
      }
    }
  }

  private void write(Queued next) {
    try {
      out.write(lines.of(next.event()));
      out.flush();
    } catch (IOException | RuntimeException | Error e) {
      // Whoever reads the output is gone, or one record cannot be written: the others may.
      addError("A record is not written", e);
    } finally {
      chars.addAndGet(-next.chars());
    }
  }

  /** Writes what waits, for {@link LogLimits#END_TIME_MAX} at most. */
  @Override
  public void stop() {
    if (!isStarted()) {
      return;
    }
    super.stop();
    writer.interrupt();
    try {
      boolean _ = writer.join(LogLimits.END_TIME_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Records that wait now. */
  int records() {
    return queue.size();
  }

  /** Characters of those. */
  long chars() {
    return chars.get();
  }

  /** Whether whatever comes now is lost. */
  boolean isFull() {
    return queue.remainingCapacity() == 0 || chars.get() >= LogLimits.QUEUED_CHARS_MAX;
  }

  /** Records that were lost so far. */
  long lost() {
    return lost.sum();
  }
}
