package dev.verbatim.server.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.HeldTime;
import dev.verbatim.server.Limits;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ForgedTokensTest {
  private static final Duration MILLIS_EACH =
      Duration.ofSeconds(1).dividedBy(Limits.FORGED_TOKENS_PER_SECOND);

  private final HeldTime time = new HeldTime();
  private final ForgedTokens forged = new ForgedTokens(time);

  private int takeAll(String address) {
    int taken = 0;
    while (forged.take(address)) {
      taken++;
    }
    return taken;
  }

  @Test
  void givesEachAddressSoManyAtOnceAndSoManyASecond() {
    assertEquals(Limits.FORGED_TOKENS_AT_ONCE, takeAll("a"));
    assertTrue(forged.take("b"));
    time.advance(MILLIS_EACH.minusMillis(1));
    assertFalse(forged.take("a"));
    time.advance(Duration.ofMillis(1));
    assertEquals(1, takeAll("a"));
    for (int second = 0; second < 3; second++) {
      // Those that are refused cost nothing.
      time.advance(Duration.ofSeconds(1));
      assertEquals(Limits.FORGED_TOKENS_PER_SECOND, takeAll("a"));
    }
    time.advance(Duration.ofDays(1));
    assertEquals(Limits.FORGED_TOKENS_AT_ONCE, takeAll("a"));
  }

  @Test
  void takesBackWhatWasNotForged() {
    for (int i = 0; i < 10 * Limits.FORGED_TOKENS_AT_ONCE; i++) {
      assertTrue(forged.take("a"));
      forged.giveBack("a");
    }
    assertEquals(Limits.FORGED_TOKENS_AT_ONCE, takeAll("a"));
    forged.giveBack("a");
    assertEquals(1, takeAll("a"));
  }

  @Test
  void givesNoMoreToManyThreadsAtOnce() throws Exception {
    Callable<Boolean> take = () -> forged.take("a");
    int taken = 0;
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var each :
          threads.invokeAll(Collections.nCopies(2 * Limits.FORGED_TOKENS_AT_ONCE, take))) {
        taken += each.get() ? 1 : 0;
      }
    }
    assertEquals(Limits.FORGED_TOKENS_AT_ONCE, taken);
  }

  @Test
  void keepsNobodyOutForLongerWhenTheClockIsSetBack() {
    takeAll("a");
    time.set(HeldTime.START.minus(Duration.ofDays(1)));
    assertFalse(forged.take("a"));
    time.advance(MILLIS_EACH);
    assertTrue(forged.take("a"));
  }

  @Test
  void forgetsWhomItOwesNothingWhenThereAreTooMany() {
    for (int i = 0; i < Limits.FORGERS_MAX; i++) {
      forged.take("address " + i);
    }
    // Beyond the bound nobody is counted, but those who are go on to be.
    assertTrue(forged.take("one more"));
    assertEquals(Limits.FORGED_TOKENS_AT_ONCE - 1, takeAll("address 0"));
    time.advance(Duration.ofSeconds(200));
    assertEquals(Limits.FORGED_TOKENS_AT_ONCE, takeAll("one more"));
  }
}
