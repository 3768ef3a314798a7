package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StopTimesTest {
  private static StopTimes times(long millis) {
    return new StopTimes(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 100, 2_000, 10_000, 600_000})
  void leavesATwentiethOfTheWhole(long millis) {
    StopTimes times = times(millis);
    // In the order in which they are taken.
    List<Duration> parts =
        List.of(
            times.sockets(),
            times.client(),
            times.requests(),
            times.loops(),
            times.requests(),
            times.store(),
            times.cut(),
            times.group(),
            times.group(),
            times.telemetry());
    Duration all = parts.stream().reduce(Duration.ZERO, Duration::plus);
    Duration most = times.whole().multipliedBy(19).dividedBy(20);
    assertTrue(all.compareTo(most) <= 0, all + " of " + most);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 100, 2_000, 10_000, 600_000})
  void leavesTheLastConnectionsTheirTime(long millis) {
    StopTimes times = times(millis);
    assertTrue(times.spread().plus(times.client()).compareTo(times.sockets()) <= 0);
  }

  @Test
  void leavesTheLogItsEnd() {
    assertEquals(Duration.ofMillis(9_500), times(10_000).closing());
    assertEquals(Duration.ofMillis(500), times(1_000).closing());
    assertEquals(Duration.ofMillis(100), times(200).closing());
  }

  @Test
  void waitsForNobodyLongerThanWhoIsThereTakes() {
    StopTimes times = times(600_000);
    assertEquals(
        Stream.of(1, 2, 1).map(Duration::ofSeconds).toList(),
        List.of(times.client(), times.loops(), times.telemetry()));
  }
}
