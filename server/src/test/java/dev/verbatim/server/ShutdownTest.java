package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a signal brings, at whatever time it comes. */
@Timeout(60)
final class ShutdownTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMillis(2);

  private final List<String> done = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);

  @AfterEach
  void endWhatHangs() {
    over.countDown();
  }

  @Test
  void closesWhatHasStartedAndThenTheLog() {
    Shutdown shutdown = shutdown(LONG);
    shutdown.onStarted(() -> done.add("all"));
    assertEquals(OptionalInt.of(0), shutdown.end());
    assertEquals(List.of("all", "the log"), done);
  }

  @Test
  void closesWhatAStartUnderWayBrings() throws Exception {
    Shutdown shutdown = shutdown(LONG);
    FutureTask<OptionalInt> end = endOnceItWaits(shutdown);
    assertEquals(List.of(), done);
    shutdown.onStarted(() -> done.add("all"));
    assertEquals(OptionalInt.of(0), end.get());
    assertEquals(List.of("all", "the log"), done);
  }

  @Test
  void hasNothingToCloseIfAStartUnderWayFails() throws Exception {
    Shutdown shutdown = shutdown(LONG);
    FutureTask<OptionalInt> end = endOnceItWaits(shutdown);
    shutdown.onStartFailed();
    assertEquals(OptionalInt.of(0), end.get());
    assertEquals(List.of("the log"), done);
  }

  @Test
  void leavesTheCodeToAStartThatHasFailed() {
    Shutdown shutdown = shutdown(LONG);
    shutdown.onStartFailed();
    assertEquals(OptionalInt.empty(), shutdown.end());
    assertEquals(List.of(), done);
  }

  @Test
  void failsIfSomethingCannotBeClosed() {
    Shutdown shutdown = shutdown(LONG);
    shutdown.onStarted(
        () -> {
          throw new IllegalStateException("broken");
        });
    assertEquals(OptionalInt.of(1), shutdown.end());
    assertEquals(List.of("the log"), done);
  }

  @Test
  void endsInTimeThoughTheStartAndTheLogHang() {
    Shutdown shutdown = new Shutdown(new StopTimes(SHORT), /* notice= */ null, this::hang);
    assertEquals(OptionalInt.of(1), shutdown.end());
    shutdown.onStartFailed();
  }

  @Test
  void endsInTimeThoughTheCloseHangs() {
    Shutdown shutdown = shutdown(SHORT);
    shutdown.onStarted(this::hang);
    assertEquals(OptionalInt.of(1), shutdown.end());
  }

  private Shutdown shutdown(Duration whole) {
    return new Shutdown(new StopTimes(whole), /* notice= */ null, () -> done.add("the log"));
  }

  private void hang() {
    try {
      over.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when the end waits for the start. */
  private static FutureTask<OptionalInt> endOnceItWaits(Shutdown shutdown) {
    FutureTask<OptionalInt> end = new FutureTask<>(shutdown::end);
    Thread thread = Thread.ofPlatform().start(end);
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertTrue(thread.isAlive(), "it does not wait");
      Thread.onSpinWait();
    }
    return end;
  }
}
