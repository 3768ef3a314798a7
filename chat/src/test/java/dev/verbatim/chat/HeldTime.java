package dev.verbatim.chat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A clock and timers that a test holds: time stands still until the test moves it, and due work
 * runs on the thread that does. For any thread.
 */
public final class HeldTime implements InstantSource, Timers {
  /** Where it starts. */
  public static final Instant START = Instant.parse("2026-05-25T16:17:59.123Z");

  /** A bound on waiting for other threads, never a pace. */
  private static final Duration WAIT_MAX = Duration.ofMinutes(1);

  private final List<Task> tasks = new ArrayList<>();
  private Instant now = START;

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public synchronized Cancellable after(Duration delay, Runnable work) {
    Task task = new Task(now.plus(delay), work);
    tasks.add(task);
    notifyAll();
    return () -> cancel(task);
  }

  /** Waits until this much work waits, which another thread is about to set. */
  public synchronized void awaitWaiting(int count) throws InterruptedException {
    long giveUpAt = System.nanoTime() + WAIT_MAX.toNanos();
    while (tasks.size() < count) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(giveUpAt - System.nanoTime());
      if (leftMillis <= 0) {
        throw new AssertionError("Only " + tasks.size() + " wait");
      }
      wait(leftMillis);
    }
  }

  private synchronized void cancel(Task task) {
    tasks.remove(task);
  }

  /** Moves time on and runs what becomes due, each at its own time, the earliest first. */
  public void advance(Duration step) {
    Instant end = instant().plus(step);
    Task due;
    while ((due = nextUntil(end)) != null) {
      due.work.run();
    }
    synchronized (this) {
      // Others may have moved it further meanwhile.
      now = now.isAfter(end) ? now : end;
    }
  }

  private synchronized @Nullable Task nextUntil(Instant end) {
    Task next = tasks.stream().min(Comparator.comparing(Task::due)).orElse(null);
    if (next == null || next.due.isAfter(end)) {
      return null;
    }
    tasks.remove(next);
    if (next.due.isAfter(now)) {
      now = next.due;
    }
    return next;
  }

  /** Sets the clock without running anything, as an administrator does. */
  public synchronized void set(Instant instant) {
    now = instant;
  }

  /** How much work waits. */
  public synchronized int waiting() {
    return tasks.size();
  }

  // No record: each task is itself alone.
  private static final class Task {
    private final Instant due;
    private final Runnable work;

    Task(Instant due, Runnable work) {
      this.due = due;
      this.work = work;
    }

    Instant due() {
      return due;
    }
  }
}
