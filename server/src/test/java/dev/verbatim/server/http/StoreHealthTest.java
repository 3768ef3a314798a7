package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class StoreHealthTest {
  private final HeldTime time = new HeldTime();
  private final AtomicInteger pings = new AtomicInteger();

  @Test
  void asksOnceForAllWhoWantToKnowAtTheSameTime() {
    StoreHealth health = new StoreHealth(pings::incrementAndGet, time);
    assertTrue(health.isThere());
    time.advance(Limits.PING_AGE_MAX);
    assertTrue(health.isThere());
    assertTrue(health.isThere());
    assertEquals(1, pings.get());
  }

  @Test
  void isAwayWhileAPingFails() {
    StoreHealth health =
        new StoreHealth(
            () -> {
              if (pings.getAndIncrement() == 0) {
                throw new StoreException("as is to be tested");
              }
            },
            time);
    time.advance(Limits.PING_AGE_MAX);
    assertFalse(health.isThere());
    assertFalse(health.lastKnown());
    time.advance(Limits.PING_AGE_MAX);
    assertTrue(health.isThere());
  }

  @Test
  void isAwayWhileAPingHangs() {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    CompletableFuture<Void> answers = new CompletableFuture<>();
    StoreHealth health =
        new StoreHealth(
            () -> {
              asked.complete(null);
              answers.join();
            },
            time);
    time.advance(Limits.PING_AGE_MAX);
    CompletableFuture<Boolean> first =
        CompletableFuture.supplyAsync(health::isThere, Thread::startVirtualThread);
    asked.join();
    time.advance(Limits.PING_TIME_MAX.minusMillis(1));
    assertTrue(health.isThere());
    time.advance(Duration.ofMillis(1));
    assertFalse(health.isThere());
    assertFalse(health.lastKnown());
    answers.complete(null);
    assertTrue(first.join());
    assertTrue(health.isThere());
  }
}
