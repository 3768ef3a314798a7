package dev.verbatim.socketio;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Confined to its event loop: a hashed timing wheel for all deadlines of the loop's connections,
 * heartbeats above all.
 *
 * <p>What has a deadline is itself the entry of a linked list, so that setting, moving and dropping
 * a deadline costs a few stores and no object. Deadlines are met late by up to one tick, never
 * early. While there is none, nothing ticks.
 */
final class DeadlineWheel {
  /** What is to come later than this comes then: nobody waits so long. */
  private static final Duration DELAY_MAX = Duration.ofDays(365);

  private static final Logger log = LoggerFactory.getLogger(DeadlineWheel.class);
  private static final int SLOTS = 512;

  /** Something with at most one deadline at a time. Confined to the wheel's event loop. */
  abstract static class Entry {
    private @Nullable Entry previous;
    private @Nullable Entry next;
    private long deadlineNanos;

    /** Called once the deadline has passed; the entry is then in no wheel. */
    abstract void onDeadline();

    /** Called when {@link #onDeadline} threw, in whatever state that left things. */
    void onFailure() {}

    final boolean hasDeadline() {
      return next != null;
    }

    /** The deadline that was set last, by {@link DeadlineWheel#nanoTime}. */
    final long deadlineNanos() {
      return deadlineNanos;
    }
  }

  private static final class Sentinel extends Entry {
    Sentinel() {
      super.previous = this;
      super.next = this;
    }

    @Override
    void onDeadline() {
      throw new IllegalStateException("a sentinel has no deadline");
    }
  }

  private final EventLoop eventLoop;
  private final long tickNanos;
  private final LongSupplier clock;
  private final LoopLatencies delays;
  private final long startNanos;
  private final Sentinel[] slots = new Sentinel[SLOTS];
  private final Sentinel due = new Sentinel();
  private final Runnable tick = this::onTick;
  private long ticks;
  private int size;
  private boolean ticking;

  /**
   * @param clock nanoseconds from any origin, as {@link System#nanoTime} gives them; the event
   *     loop's timers are to go by the same
   * @param delays gets by how much each tick comes too late, those too that a stall leaves out:
   *     what is due while the loop does something else waits as long
   */
  DeadlineWheel(EventLoop eventLoop, long tickNanos, LongSupplier clock, LoopLatencies delays) {
    this.eventLoop = eventLoop;
    this.tickNanos = tickNanos;
    this.clock = clock;
    this.delays = delays;
    this.startNanos = clock.getAsLong();
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new Sentinel();
    }
  }

  /** Now, by the wheel's clock. */
  long nanoTime() {
    return clock.getAsLong();
  }

  /** How late a deadline may be met, the loop's own delays apart. */
  long tickNanos() {
    return tickNanos;
  }

  /** Sets an entry's deadline to be so much later than now, in place of the one it has. */
  void scheduleIn(Entry entry, Duration delay) {
    long nanos = delay.compareTo(DELAY_MAX) < 0 ? delay.toNanos() : DELAY_MAX.toNanos();
    schedule(entry, nanoTime() + nanos);
  }

  /** Sets an entry's deadline, in place of the one it has. */
  void schedule(Entry entry, long deadlineNanos) {
    cancel(entry);
    entry.deadlineNanos = deadlineNanos;
    if (!ticking) {
      ticks = (nanoTime() - startNanos) / tickNanos;
      scheduleTick();
      ticking = true;
    }
    size++;
    link(entry);
  }

  /** Drops an entry's deadline, if it has one. */
  void cancel(Entry entry) {
    assert eventLoop.inEventLoop();
    if (entry.next != null) {
      unlink(entry);
      size--;
    }
  }

  private void link(Entry entry) {
    long tickOfDeadline = Math.ceilDiv(entry.deadlineNanos - startNanos, tickNanos);
    long slot = Math.max(tickOfDeadline, ticks + 1) % SLOTS;
    insertBefore(slots[(int) slot], entry);
  }

  private void onTick() {
    try {
      long now = nanoTime();
      countDelays(now);
      advance((now - startNanos) / tickNanos);
    } finally {
      // Even an error that nobody could catch must not stop the wheel.
      if (size == 0) {
        ticking = false;
      } else {
        scheduleTick();
      }
    }
  }

  /**
   * A stall keeps back each tick that falls due in it. If the first alone counted, a second of it
   * would weigh no more than a tick that is met in time.
   */
  private void countDelays(long now) {
    long delay = now - dueNanos(ticks + 1);
    delays.add(delay);
    for (int i = 1; i < SLOTS && delay >= i * tickNanos; i++) {
      delays.add(delay - i * tickNanos);
    }
  }

  private void advance(long now) {
    // After a pause longer than the wheel is round, each slot is looked at once.
    long from = Math.max(ticks, now - SLOTS);
    for (long t = from + 1; t <= now; t++) {
      ticks = t;
      take(slots[(int) (t % SLOTS)]);
    }
  }

  private void take(Sentinel slot) {
    while (first(slot) != slot) {
      Entry entry = first(slot);
      unlink(entry);
      insertBefore(due, entry);
    }
    while (first(due) != due) {
      Entry entry = first(due);
      unlink(entry);
      if (Math.ceilDiv(entry.deadlineNanos - startNanos, tickNanos) > ticks) {
        link(entry);
      } else {
        size--;
        fire(entry);
      }
    }
  }

  private static void fire(Entry entry) {
    try {
      entry.onDeadline();
    } catch (Throwable e) {
      // The wheel must go on turning for the others.
      log.error("deadline failed", e);
      try {
        entry.onFailure();
      } catch (Throwable again) {
        log.error("failure could not be dealt with", again);
      }
    }
  }

  private void scheduleTick() {
    long delayNanos = Math.max(1, dueNanos(ticks + 1) - nanoTime());
    eventLoop.schedule(tick, delayNanos, TimeUnit.NANOSECONDS);
  }

  private long dueNanos(long tick) {
    return startNanos + tick * tickNanos;
  }

  private static Entry first(Sentinel list) {
    return Objects.requireNonNull(((Entry) list).next);
  }

  private static void insertBefore(Entry successor, Entry entry) {
    Entry predecessor = Objects.requireNonNull(successor.previous);
    entry.previous = predecessor;
    entry.next = successor;
    predecessor.next = entry;
    successor.previous = entry;
  }

  private static void unlink(Entry entry) {
    Entry predecessor = Objects.requireNonNull(entry.previous);
    Entry successor = Objects.requireNonNull(entry.next);
    predecessor.next = successor;
    successor.previous = predecessor;
    entry.previous = null;
    entry.next = null;
  }
}
