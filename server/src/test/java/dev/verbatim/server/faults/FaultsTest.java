package dev.verbatim.server.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class FaultsTest {
  @RegisterExtension final RecordedFaults faults = new RecordedFaults();

  @Test
  void logsOnceWithCauseAndIdAndCounts() {
    long before = Faults.counted(Faults.Owner.TIMER);
    var cause = new IllegalStateException("broken");
    String id = Faults.record(Faults.Owner.TIMER, "a test's task", cause, "socketId", "s1");
    assertTrue(Faults.counted(Faults.Owner.TIMER) > before);
    assertTrue(id.matches("[0-9a-f]{16}"), id);
    List<ILoggingEvent> records = faults.of("a test's task");
    assertEquals(1, records.size());
    assertEquals("broken", records.getFirst().getThrowableProxy().getMessage());
    assertEquals(
        "[errorId=\"" + id + "\", owner=\"timer\", socketId=\"s1\"]",
        records.getFirst().getKeyValuePairs().toString());
  }

  @Test
  void isAnotherKindOfLineForEachThingThatFails() {
    // A storm of the one would keep the other out of the log otherwise.
    var _ = Faults.record(Faults.Owner.TIMER, "one of two", new IllegalStateException("broken"));
    var _ = Faults.record(Faults.Owner.TIMER, "two of two", new IllegalStateException("broken"));
    assertEquals("Failed one of two", faults.of("one of two").getFirst().getMessage());
    assertEquals("Failed two of two", faults.of("two of two").getFirst().getMessage());
  }

  @Test
  void isLoggedOnceHoweverManyMeetIt() {
    var cause = new IllegalStateException("broken");
    String id = Faults.record(Faults.Owner.WRITER, "one thing", cause);
    assertEquals(id, Faults.record(Faults.Owner.EVENT, "another thing", cause));
    assertEquals(1, faults.of("one thing").size());
    assertEquals(List.of(), faults.of("another thing"));
  }

  @Test
  void givesEachFaultAnIdOfItsOwn() {
    assertNotEquals(
        Faults.record(Faults.Owner.EVENT, "a", new IllegalStateException()),
        Faults.record(Faults.Owner.EVENT, "b", new IllegalStateException()));
  }
}
