package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ScheduledTimersTest {
  @Test
  void runsTasksOnItsOwnThreadInTheOrderOfTheirTimes() {
    try (ScheduledTimers timers = new ScheduledTimers("timers", _ -> {})) {
      CountDownLatch released = new CountDownLatch(1);
      Thread own = hold(timers, released);
      CompletableFuture<Boolean> later = new CompletableFuture<>();
      AtomicBoolean isSoonerDone = new AtomicBoolean();
      // Later by more than the two calls can be apart.
      Timers.Cancellable _ =
          timers.after(
              Duration.ofMillis(200),
              () -> later.complete(isSoonerDone.get() && Thread.currentThread() == own));
      Timers.Cancellable _ = timers.after(Duration.ofNanos(1), () -> isSoonerDone.set(true));
      released.countDown();
      assertEquals("timers", own.getName());
      assertEquals(true, later.join());
    }
  }

  @Test
  void runsNothingThatWasCancelled() {
    try (ScheduledTimers timers = new ScheduledTimers("timers", _ -> {})) {
      CountDownLatch released = new CountDownLatch(1);
      hold(timers, released);
      CompletableFuture<String> first = new CompletableFuture<>();
      Timers.Cancellable wrong = timers.after(Duration.ZERO, () -> first.complete("cancelled"));
      wrong.cancel();
      wrong.cancel();
      Timers.Cancellable _ = timers.after(Duration.ZERO, () -> first.complete("not cancelled"));
      released.countDown();
      assertEquals("not cancelled", first.join());
    }
  }

  @Test
  void reportsWhatATaskThrowsAndGoesOn() {
    CompletableFuture<Throwable> reported = new CompletableFuture<>();
    try (ScheduledTimers timers = new ScheduledTimers("timers", reported::complete)) {
      IllegalStateException bug = new IllegalStateException("bug");
      Timers.Cancellable _ =
          timers.after(
              Duration.ZERO,
              () -> {
                throw bug;
              });
      CompletableFuture<Boolean> next = new CompletableFuture<>();
      Timers.Cancellable _ = timers.after(Duration.ZERO, () -> next.complete(true));
      assertSame(bug, reported.join());
      assertEquals(true, next.join());
    }
  }

  @Test
  void runsNothingOnceClosed() throws Exception {
    ScheduledTimers timers = new ScheduledTimers("timers", _ -> {});
    CountDownLatch released = new CountDownLatch(1);
    Thread own = hold(timers, released);
    AtomicBoolean hasRun = new AtomicBoolean();
    Timers.Cancellable _ = timers.after(Duration.ZERO, () -> hasRun.set(true));
    timers.close();
    timers.after(Duration.ZERO, () -> hasRun.set(true)).cancel();
    Timers.Cancellable _ = timers.after(Duration.ZERO, () -> hasRun.set(true));
    released.countDown();
    own.join();
    assertFalse(hasRun.get());
  }

  /** Keeps the timers' thread busy until released, and tells which thread it is. */
  private static Thread hold(ScheduledTimers timers, CountDownLatch released) {
    CompletableFuture<Thread> own = new CompletableFuture<>();
    Timers.Cancellable _ =
        timers.after(
            Duration.ZERO,
            () -> {
              own.complete(Thread.currentThread());
              awaitThroughInterrupts(released);
            });
    return own.join();
  }

  /** Closing interrupts the thread, which shall stay busy all the same. */
  private static void awaitThroughInterrupts(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException _) {
        // Goes on waiting: each interrupt is one more round, and the test opens the latch.
      }
    }
  }
}
