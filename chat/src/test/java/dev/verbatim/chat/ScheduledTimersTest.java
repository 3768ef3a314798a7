package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ScheduledTimersTest {
  @Test
  void runsTasksOnItsOwnThreadInTheOrderOfTheirTimes() {
    try (ScheduledTimers timers = new ScheduledTimers("timers", _ -> {})) {
      CompletableFuture<String> later = new CompletableFuture<>();
      AtomicBoolean isSoonerDone = new AtomicBoolean();
      Timers.Cancellable _ =
          timers.after(
              Duration.ofMillis(20),
              () -> later.complete(Thread.currentThread().getName() + isSoonerDone.get()));
      Timers.Cancellable _ = timers.after(Duration.ZERO, () -> isSoonerDone.set(true));
      assertEquals("timerstrue", later.join());
    }
  }

  @Test
  void runsNothingThatWasCancelled() {
    try (ScheduledTimers timers = new ScheduledTimers("timers", _ -> {})) {
      CompletableFuture<String> first = new CompletableFuture<>();
      Timers.Cancellable wrong =
          timers.after(Duration.ofMillis(5), () -> first.complete("cancelled"));
      wrong.cancel();
      wrong.cancel();
      Timers.Cancellable _ =
          timers.after(Duration.ofMillis(10), () -> first.complete("not cancelled"));
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
  void takesNothingOnceClosed() {
    ScheduledTimers timers = new ScheduledTimers("timers", _ -> {});
    timers.close();
    timers.after(Duration.ZERO, () -> {}).cancel();
  }
}
