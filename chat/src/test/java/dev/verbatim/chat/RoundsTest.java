package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Something done again and again, on an executor that a test holds. */
class RoundsTest {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final HeldTime time = new HeldTime();
  private final ArrayDeque<Runnable> handedOn = new ArrayDeque<>();
  private boolean isOver;
  private int done;
  private final Rounds rounds =
      new Rounds(
          () -> {
            done++;
            if (done == 1) {
              throw new IllegalStateException("as is to be tested");
            }
          },
          INTERVAL,
          time,
          this::handOn);

  private void handOn(Runnable round) {
    if (isOver) {
      throw new RejectedExecutionException("as is to be tested");
    }
    handedOn.add(round);
  }

  private void run() {
    try {
      Objects.requireNonNull(handedOn.poll()).run();
    } catch (IllegalStateException _) {
      // The first one.
    }
  }

  @Test
  void goesOnThoughOneFailsEachSoLongAfterTheLastHasEnded() {
    rounds.start();
    for (int due = 1; due <= 3; due++) {
      time.advance(INTERVAL.multipliedBy(5));
      assertEquals(1, handedOn.size());
      run();
      assertEquals(due, done);
      time.advance(INTERVAL.minusMillis(1));
      assertEquals(0, handedOn.size());
    }
  }

  @Test
  void beginsNoneOnceItIsClosed() {
    rounds.start();
    rounds.close();
    time.advance(INTERVAL.multipliedBy(5));
    assertEquals(0, handedOn.size());
  }

  @Test
  void doesNotWhatIsHandedOnWhenItIsClosed() {
    rounds.start();
    time.advance(INTERVAL);
    rounds.close();
    run();
    time.advance(INTERVAL.multipliedBy(5));
    assertEquals(0, done);
    assertEquals(0, handedOn.size());
  }

  @Test
  void endsWithWhatRunsThem() {
    rounds.start();
    isOver = true;
    time.advance(INTERVAL);
    assertEquals(0, done);
  }
}
