package dev.verbatim.server.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RecentFaultsTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
  private final RecentFaults recent = new RecentFaults(nanos::get);
  private final Throwable cause = new IllegalStateException();

  @Test
  void knowsOneThatWasMetAMomentAgo() {
    RecentFaults.Met first = recent.meet(cause);
    assertTrue(first.isNew());
    assertTrue(first.id().matches("[0-9a-f]{16}"), first.id());
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertEquals(new RecentFaults.Met(first.id(), false), recent.meet(cause));
  }

  @Test
  void takesTheSameForAnotherLater() {
    RecentFaults.Met first = recent.meet(cause);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1) + 1);
    RecentFaults.Met later = recent.meet(cause);
    assertTrue(later.isNew());
    assertNotEquals(first.id(), later.id());
  }

  @Test
  void forgetsTheOldestOfMany() {
    var _ = recent.meet(cause);
    for (int i = 1; i < 64; i++) {
      var _ = recent.meet(new IllegalStateException());
    }
    assertFalse(recent.meet(cause).isNew());
    var _ = recent.meet(new IllegalStateException());
    assertTrue(recent.meet(cause).isNew());
  }
}
