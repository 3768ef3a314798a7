package dev.verbatim.server.socket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Hands on the questions to the store, or holds them up while a test wants it. For any thread. */
final class HeldQuestions implements Executor {
  /** A bound on waiting for other threads, never a pace. */
  private static final Duration WAIT_MAX = Duration.ofMinutes(1);

  private final Executor next;
  private final List<Runnable> held = new ArrayList<>();
  private boolean isHolding;
  private @Nullable Error fault;

  HeldQuestions(Executor next) {
    this.next = next;
  }

  /** From now on nothing can be asked, by a fault. */
  synchronized void fail(Error cause) {
    fault = cause;
  }

  @Override
  public synchronized void execute(Runnable question) {
    if (fault != null) {
      throw fault;
    }
    if (isHolding) {
      held.add(question);
      notifyAll();
    } else {
      next.execute(question);
    }
  }

  /** Holds up what is asked from now on. */
  synchronized void hold() {
    isHolding = true;
  }

  /** Waits until so many are held up. */
  synchronized void await(int count) throws InterruptedException {
    long giveUpAt = System.nanoTime() + WAIT_MAX.toNanos();
    while (held.size() < count) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(giveUpAt - System.nanoTime());
      if (leftMillis <= 0) {
        throw new AssertionError("Only " + held.size() + " are held up");
      }
      wait(leftMillis);
    }
  }

  /** Lets them go on. */
  synchronized void release() {
    isHolding = false;
    held.forEach(next::execute);
    held.clear();
  }
}
