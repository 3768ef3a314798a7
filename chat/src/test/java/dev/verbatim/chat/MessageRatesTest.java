package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.ObjectId;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MessageRatesTest {
  private static final ObjectId ADA = new ObjectId(1, 1);
  private static final ObjectId BOB = new ObjectId(1, 2);

  private final HeldTime time = new HeldTime();
  private final MessageRates rates = rates(10, 30);

  private MessageRates rates(int perSecond, int burst) {
    return new MessageRates(
        time, ChatSettings.builder().messageRate(perSecond, burst).messageRatesMax(100).build());
  }

  private int takeAll(MessageRates from, ObjectId userId) {
    int taken = 0;
    while (from.take(userId) == 0) {
      taken++;
    }
    return taken;
  }

  @Test
  void allowsTheBurstAndThenTheRate() {
    assertEquals(30, takeAll(rates, ADA));
    assertEquals(30, takeAll(rates, BOB), "each user has an own bucket");
    time.advance(Duration.ofMillis(99));
    assertEquals(0, takeAll(rates, ADA));
    time.advance(Duration.ofMillis(1));
    assertEquals(1, takeAll(rates, ADA));
    time.advance(Duration.ofSeconds(1));
    assertEquals(10, takeAll(rates, ADA));
    time.advance(Duration.ofHours(1));
    assertEquals(30, takeAll(rates, ADA));
  }

  @Test
  void saysHowManySecondsToWait() {
    MessageRates slow = rates(1, 2);
    assertEquals(2, takeAll(slow, ADA));
    assertEquals(1, slow.take(ADA));
    time.advance(Duration.ofMillis(999));
    assertEquals(1, slow.take(ADA), "at least 1");
  }

  @Test
  void givesATokenBack() {
    assertEquals(30, takeAll(rates, ADA));
    rates.refund(ADA);
    assertEquals(1, takeAll(rates, ADA));
    rates.refund(BOB);
    assertEquals(30, takeAll(rates, BOB), "a full bucket stays full");
  }

  @Test
  void switchesOffAtZero() {
    MessageRates off = rates(0, 0);
    for (int i = 0; i < 1_000; i++) {
      assertEquals(0, off.take(ADA));
    }
    assertEquals(0, off.size());
  }

  @Test
  void silencesNobodyWhenTheClockIsSetBack() {
    assertEquals(30, takeAll(rates, ADA));
    time.set(HeldTime.START.minus(Duration.ofHours(1)));
    assertEquals(30, takeAll(rates, ADA));
  }

  @Test
  void remembersNoMoreUsersThanItMay() {
    for (int i = 0; i < 100; i++) {
      assertEquals(0, rates.take(new ObjectId(2, i)));
    }
    assertEquals(1, rates.take(ADA));
    assertEquals(0, rates.take(new ObjectId(2, 7)), "one it remembers");
    time.advance(Duration.ofSeconds(1));
    assertEquals(0, rates.take(ADA), "the others' buckets are full again");
    assertEquals(1, rates.size());
  }

  @Property(tries = 200)
  void neverAllowsMoreThanBurstAndRate(
      @ForAll @IntRange(min = 1, max = 50) int perSecond,
      @ForAll @IntRange(min = 1, max = 20) int burst,
      @ForAll @Size(max = 50) List<@IntRange(min = 0, max = 300) Integer> pausesMillis) {
    HeldTime held = new HeldTime();
    MessageRates limited =
        new MessageRates(held, ChatSettings.builder().messageRate(perSecond, burst).build());
    long taken = 0;
    long passedMillis = 0;
    for (int pause : pausesMillis) {
      held.advance(Duration.ofMillis(pause));
      passedMillis += pause;
      taken += takeAll(limited, ADA);
      // A token's time is rounded down to the nanosecond.
      assertTrue(taken <= burst + passedMillis * perSecond / 1_000.0 + 0.01);
      assertTrue(taken >= burst);
    }
  }
}
