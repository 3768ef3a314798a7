package dev.verbatim.server.metrics;

import dev.verbatim.chat.Timers;
import dev.verbatim.socketio.Counters.Latencies;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Times of the last minutes alone, out of those that are counted since the start: in what a process
 * has seen in weeks a bad hour hardly shows. The timers' thread keeps how they stood each minute;
 * read from any thread, and by no matter how many.
 */
public final class RecentLatencies {
  private static final Duration STEP = Duration.ofMinutes(1);

  /** Those kept: the first of them is as many steps old, or one less. */
  private static final int STEPS = 5;

  private final Supplier<Latencies> sinceStart;
  private final Timers timers;
  private final Deque<Latencies> earlier = new ArrayDeque<>(STEPS);

  private RecentLatencies(Supplier<Latencies> sinceStart, Timers timers) {
    this.sinceStart = sinceStart;
    this.timers = timers;
  }

  /** Begins to keep, until the timers end. */
  static RecentLatencies of(Supplier<Latencies> sinceStart, Timers timers) {
    RecentLatencies recent = new RecentLatencies(sinceStart, timers);
    recent.keep();
    return recent;
  }

  private void keep() {
    // First, so that whatever fails below does not end it for good.
    timers.after(STEP, this::keep);
    Latencies now = sinceStart.get();
    synchronized (this) {
      if (earlier.size() == STEPS) {
        earlier.removeFirst();
      }
      earlier.addLast(now);
    }
  }

  /** Those of the last four to five minutes. */
  public Latencies now() {
    Latencies first;
    synchronized (this) {
      first = earlier.getFirst();
    }
    return sinceStart.get().since(first);
  }
}
