package dev.verbatim.socketio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;

/**
 * Times on one event loop, sorted into buckets of which each is twice as wide as the one before.
 * Counted by the loop alone, at the cost of two plain additions; read from any thread.
 */
final class LoopLatencies {
  /** Longs at both ends that nobody counts in, as in {@link Tally}. */
  private static final int PADDING = 16;

  /**
   * The buckets.
   *
   * @param first what the times of the first one are less than
   * @param buckets how many there are, the last of which has no bound
   */
  record Scale(Duration first, int buckets) {}

  private final long firstNanos;
  private final int buckets;

  /** The buckets, and behind them all times together in nanoseconds. */
  private final AtomicLongArray counts;

  LoopLatencies(Scale scale) {
    this.firstNanos = scale.first().toNanos();
    this.buckets = scale.buckets();
    this.counts = new AtomicLongArray(buckets + 1 + 2 * PADDING);
  }

  /** Counts a time. */
  void add(long nanos) {
    long time = Math.max(0, nanos);
    // In units of the first bound, rounded down, it has as many bits as there are shorter buckets.
    int bucket = Long.SIZE - Long.numberOfLeadingZeros(time / firstNanos);
    addTo(Math.min(bucket, buckets - 1), 1);
    addTo(buckets, time);
  }

  private void addTo(int index, long more) {
    int i = PADDING + index;
    counts.setOpaque(i, counts.getPlain(i) + more);
  }

  /** What all loops have counted on one scale. Any thread. */
  static Counters.Latencies sum(
      EngineLoop[] loops, Scale scale, Function<LoopCounters, LoopLatencies> of) {
    long[] sums = new long[scale.buckets() + 1];
    for (EngineLoop loop : loops) {
      LoopLatencies part = of.apply(loop.counters());
      for (int i = 0; i < sums.length; i++) {
        sums[i] += part.counts.getOpaque(PADDING + i);
      }
    }
    List<Long> counts = new ArrayList<>(scale.buckets());
    for (int i = 0; i < scale.buckets(); i++) {
      counts.add(sums[i]);
    }
    return new Counters.Latencies(scale.first(), counts, Duration.ofNanos(sums[scale.buckets()]));
  }
}
