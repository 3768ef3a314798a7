package dev.verbatim.server.logs;

import ch.qos.logback.classic.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts lines of the same kind, so that a storm of them neither fills a disk nor keeps others out
 * of the queue: of each kind some are written in each interval, and one line says behind it how
 * many more there were. For any thread; never blocks.
 */
final class Storms {
  private final Map<Kind, Count> counts = new ConcurrentHashMap<>();

  /**
   * Lines that differ by what is put into their pattern alone.
   *
   * @param thrown the type of what was thrown; empty if nothing was
   */
  record Kind(String logger, Level level, String pattern, String thrown) {}

  /**
   * What was not written in an interval.
   *
   * @param more at least 1
   */
  record Sum(Kind kind, long more) {}

  /** Whether one more line is to be written. */
  boolean passes(Kind kind, long nowMillis) {
    Count count = counts.get(kind);
    if (count == null) {
      if (counts.size() >= LogLimits.KINDS_MAX) {
        return true;
      }
      count = counts.computeIfAbsent(kind, _ -> new Count(nowMillis));
    }
    return count.seen.incrementAndGet() <= linesMax(kind);
  }

  private static int linesMax(Kind kind) {
    return kind.level().isGreaterOrEqual(Level.INFO)
        ? LogLimits.SAME_LINES_MAX
        : LogLimits.SAME_DEBUG_LINES_MAX;
  }

  /** What the intervals that are over have left unwritten; what no more comes is forgotten. */
  List<Sum> over(long nowMillis) {
    return sums(nowMillis - LogLimits.STORM_INTERVAL.toMillis());
  }

  /** The same of all intervals, which end here. */
  List<Sum> end() {
    return sums(Long.MAX_VALUE);
  }

  private List<Sum> sums(long begunUntil) {
    List<Sum> sums = new ArrayList<>();
    counts.forEach(
        (kind, count) -> {
          if (count.begunMillis <= begunUntil && counts.remove(kind, count)) {
            // What is still counted on a forgotten one is told by nobody.
            long seen = count.seen.get();
            if (seen > linesMax(kind)) {
              sums.add(new Sum(kind, seen - linesMax(kind)));
            }
          }
        });
    return sums;
  }

  private static final class Count {
    final long begunMillis;
    final AtomicLong seen = new AtomicLong();

    Count(long begunMillis) {
      this.begunMillis = begunMillis;
    }
  }
}
