package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class UnansweredTest {
  private static final int ROUNDS = 20_000;

  private final Unanswered unanswered = new Unanswered();

  @Test
  void isOverAtOnceWhereNobodyAsks() {
    assertTrue(unanswered.whenNone().isDone());
  }

  @Test
  void isOverWhenTheLastIsAnswered() {
    for (int i = 0; i < 3; i++) {
      unanswered.onAsked();
    }
    CompletableFuture<Void> none = unanswered.whenNone();
    unanswered.onAnswered(2);
    assertFalse(none.isDone());
    unanswered.onAnswered(1);
    assertTrue(none.isDone());
  }

  /** Whoever begins to wait while the last answer is given hears of it all the same. */
  @Test
  void losesNoAnswer() throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    Thread answering =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int round = 0; round < ROUNDS; round++) {
                    meet(start);
                    unanswered.onAnswered(1);
                  }
                });
    for (int round = 0; round < ROUNDS; round++) {
      unanswered.onAsked();
      meet(start);
      unanswered.whenNone().get(60, TimeUnit.SECONDS);
    }
    answering.join();
  }

  private static void meet(CyclicBarrier start) {
    try {
      start.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
