package dev.verbatim.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.HeldTime;
import dev.verbatim.socketio.Counters.Latencies;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecentLatenciesTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final HeldTime time = new HeldTime();
  private long quick;
  private long slow;
  private final RecentLatencies recent = RecentLatencies.of(this::sinceStart, time);

  private Latencies sinceStart() {
    return latencies(quick, slow);
  }

  private static Latencies latencies(long quick, long slow) {
    return new Latencies(Duration.ofMillis(1), List.of(quick, slow, 0L), Duration.ofMillis(slow));
  }

  @Test
  void areThoseSinceTheStartAtFirst() {
    slow = 3;
    assertEquals(latencies(0, 3), recent.now());
    time.advance(MINUTE.multipliedBy(4));
    quick = 2;
    assertEquals(latencies(2, 3), recent.now());
  }

  @Test
  void forgetWhatIsFiveMinutesOld() {
    slow = 100;
    time.advance(MINUTE);
    quick = 7;
    time.advance(MINUTE.multipliedBy(3));
    assertEquals(latencies(7, 100), recent.now());
    time.advance(MINUTE);
    assertEquals(latencies(7, 0), recent.now(), "what was slow is more than four minutes old");
    assertEquals(Duration.ofMillis(1), recent.now().within(0.99));
    time.advance(MINUTE);
    assertEquals(latencies(0, 0), recent.now());
  }

  @Test
  void areTheSameForWhoeverAsks() {
    time.advance(MINUTE.multipliedBy(10));
    quick = 5;
    assertEquals(latencies(5, 0), recent.now());
    assertEquals(latencies(5, 0), recent.now());
  }
}
