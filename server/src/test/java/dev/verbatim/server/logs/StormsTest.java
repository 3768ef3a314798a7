package dev.verbatim.server.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StormsTest {
  private static final long INTERVAL = LogLimits.STORM_INTERVAL.toMillis();
  private static final Storms.Kind FAILED = kind(Level.WARN, "It failed: {}");

  private final Storms storms = new Storms();

  private static Storms.Kind kind(Level level, String pattern) {
    return new Storms.Kind("Chat", level, pattern, "");
  }

  private int passing(Storms.Kind kind, int lines, long now) {
    int passed = 0;
    for (int i = 0; i < lines; i++) {
      passed += storms.passes(kind, now) ? 1 : 0;
    }
    return passed;
  }

  @Test
  void writesSomeOfAStormAndCountsTheRest() {
    assertEquals(LogLimits.SAME_LINES_MAX, passing(FAILED, 5_000, 0));
    assertEquals(List.of(), storms.over(INTERVAL - 1));
    assertEquals(
        List.of(new Storms.Sum(FAILED, 5_000 - LogLimits.SAME_LINES_MAX)), storms.over(INTERVAL));
    assertEquals(List.of(), storms.over(2 * INTERVAL));
  }

  @Test
  void beginsAnewWhenTheIntervalIsOver() {
    assertEquals(LogLimits.SAME_LINES_MAX, passing(FAILED, 100, 0));
    var _ = storms.over(INTERVAL);
    assertEquals(LogLimits.SAME_LINES_MAX, passing(FAILED, 100, INTERVAL));
  }

  @Test
  void tellsNothingOfWhatWasWritten() {
    assertEquals(LogLimits.SAME_LINES_MAX, passing(FAILED, LogLimits.SAME_LINES_MAX, 0));
    assertEquals(List.of(), storms.over(INTERVAL));
  }

  @Test
  void letsAStormOfOneKindKeepOutNoOther() {
    assertFalse(passing(FAILED, 10_000, 0) == 10_000);
    assertTrue(storms.passes(kind(Level.WARN, "Another"), 0));
    assertTrue(storms.passes(kind(Level.ERROR, FAILED.pattern()), 0));
    assertTrue(storms.passes(new Storms.Kind("Other", Level.WARN, FAILED.pattern(), ""), 0));
    assertTrue(storms.passes(new Storms.Kind("Chat", Level.WARN, FAILED.pattern(), "Fault"), 0));
  }

  @Test
  void writesMoreOfWhatSomebodyTurnedOn() {
    assertEquals(
        LogLimits.SAME_DEBUG_LINES_MAX, passing(kind(Level.DEBUG, "session {}"), 5_000, 0));
  }

  @Test
  void countsNoMoreKindsThanItHasRoomFor() {
    for (int i = 0; i < LogLimits.KINDS_MAX; i++) {
      assertTrue(storms.passes(kind(Level.WARN, "text " + i), 0));
    }
    assertEquals(100, passing(kind(Level.WARN, "one more"), 100, 0));
    // What no more comes makes room.
    var _ = storms.over(INTERVAL);
    assertEquals(LogLimits.SAME_LINES_MAX, passing(kind(Level.WARN, "one more"), 100, INTERVAL));
  }

  @Test
  void tellsAllOfThemAtTheEnd() {
    assertEquals(LogLimits.SAME_LINES_MAX, passing(FAILED, LogLimits.SAME_LINES_MAX + 1, 7));
    assertEquals(List.of(new Storms.Sum(FAILED, 1)), storms.end());
  }
}
