package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** A wheel of 10 ns a tick, on a loop whose clock stands until it is moved. */
final class DeadlineWheelTest {
  private static final long TICK = 10;

  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
  private final DeadlineWheel wheel =
      new DeadlineWheel(
          channel.eventLoop(), TICK, ticker::nanoTime, new LoopLatencies(LoopCounters.WORK));
  private final List<String> met = new ArrayList<>();

  private final class Named extends DeadlineWheel.Entry {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    void onDeadline() {
      met.add(name);
    }
  }

  private void advance(long nanos) {
    ticker.advance(nanos, TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void meetsDeadlinesNeverEarlyAndLateByOneTickAtMost() {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    List<Long> late = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      long deadline = wheel.nanoTime() + random.nextLong(20_000);
      wheel.schedule(
          new DeadlineWheel.Entry() {
            @Override
            void onDeadline() {
              late.add(wheel.nanoTime() - deadline);
            }
          },
          deadline);
      advance(random.nextLong(8));
    }
    for (int i = 0; i < 20_100; i++) {
      advance(1);
    }
    assertEquals(1_000, late.size());
    assertTrue(late.stream().allMatch(nanos -> nanos >= 0 && nanos <= 2 * TICK), late::toString);
  }

  @Test
  void meetsADeadlineThatIsPastAtTheNextTick() {
    advance(1_000);
    wheel.schedule(new Named("past"), wheel.nanoTime() - 500);
    assertEquals(List.of(), met);
    advance(TICK);
    assertEquals(List.of("past"), met);
  }

  @Test
  void meetsADeadlineOfMoreThanOneRound() {
    long round = 512 * TICK;
    wheel.schedule(new Named("far"), wheel.nanoTime() + 3 * round + TICK);
    for (int i = 0; i < 3 * 512; i++) {
      advance(TICK);
    }
    assertEquals(List.of(), met);
    advance(2 * TICK);
    assertEquals(List.of("far"), met);
  }

  @Test
  void forgetsACancelledDeadlineAndFollowsAMovedOne() {
    Named cancelled = new Named("cancelled");
    Named moved = new Named("moved");
    wheel.schedule(cancelled, wheel.nanoTime() + 50);
    wheel.schedule(moved, wheel.nanoTime() + 50);
    wheel.cancel(cancelled);
    wheel.cancel(cancelled);
    wheel.schedule(moved, wheel.nanoTime() + 100);
    assertFalse(cancelled.hasDeadline());
    for (int i = 0; i < 7; i++) {
      advance(TICK);
    }
    assertEquals(List.of(), met);
    for (int i = 0; i < 5; i++) {
      advance(TICK);
    }
    assertEquals(List.of("moved"), met);
    assertFalse(moved.hasDeadline());
  }

  @Test
  void meetsAllThatAPauseOfManyRoundsHasLeftBehind() {
    for (int i = 0; i < 700; i++) {
      wheel.schedule(new Named("n" + i), wheel.nanoTime() + i * TICK);
    }
    advance(100_000);
    assertEquals(700, met.size());
  }

  @Test
  void letsDeadlinesBeSetAndDroppedWhileOthersAreMet() {
    Named dropped = new Named("dropped");
    long due = wheel.nanoTime() + 50;
    wheel.schedule(
        new DeadlineWheel.Entry() {
          @Override
          void onDeadline() {
            met.add("first");
            wheel.cancel(dropped);
            wheel.schedule(new Named("late"), wheel.nanoTime());
          }
        },
        due);
    wheel.schedule(dropped, due);
    wheel.schedule(new Named("last"), due);
    advance(50);
    assertEquals(List.of("first", "last"), met);
    advance(TICK);
    assertEquals(List.of("first", "last", "late"), met);
  }

  @Test
  void goesOnTurningAfterAnError() {
    wheel.schedule(
        new DeadlineWheel.Entry() {
          @Override
          void onDeadline() {
            throw new StackOverflowError("on purpose");
          }

          @Override
          void onFailure() {
            met.add("told");
            throw new StackOverflowError("on purpose, again");
          }
        },
        wheel.nanoTime() + 50);
    wheel.schedule(new Named("same"), wheel.nanoTime() + 50);
    wheel.schedule(new Named("later"), wheel.nanoTime() + 100);
    advance(60);
    assertEquals(List.of("told", "same"), met);
    advance(60);
    assertEquals(List.of("told", "same", "later"), met);
  }

  @Test
  void doesNotTickWhileThereIsNoDeadline() {
    assertEquals(-1, channel.runScheduledPendingTasks());
    Named entry = new Named("once");
    wheel.schedule(entry, wheel.nanoTime() + 5);
    assertTrue(channel.runScheduledPendingTasks() >= 0);
    advance(2 * TICK);
    assertEquals(-1, channel.runScheduledPendingTasks());
    assertEquals(List.of("once"), met);
  }

  @Test
  void countsEachTickThatOneWhoTakesLongKeepsBack() {
    long tick = TimeUnit.MILLISECONDS.toNanos(10);
    EngineLoop loop =
        new EngineLoop(
            channel.eventLoop(), tick, new TotalBacklog(Long.MAX_VALUE, () -> new EngineLoop[0]));
    DeadlineWheel ofLoop = loop.deadlines();
    ofLoop.schedule(
        new DeadlineWheel.Entry() {
          @Override
          void onDeadline() {
            ticker.advance(35, TimeUnit.MILLISECONDS);
          }
        },
        ofLoop.nanoTime() + tick);
    ofLoop.schedule(new Named("later"), ofLoop.nanoTime() + 10 * tick);
    advance(tick);
    advance(tick / 2);
    Counters.Latencies delays =
        LoopLatencies.sum(new EngineLoop[] {loop}, LoopCounters.WORK, LoopCounters::delays);
    // The first is met in time; 50 ms are over when those of 20, 30, 40 and 50 ms are.
    assertEquals(5, delays.count());
    assertEquals(Duration.ofMillis(30 + 20 + 10), delays.total());
  }
}
