package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.faults.RecordedFaults;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class StopStepsTest {
  @RegisterExtension final RecordedFaults faults = new RecordedFaults();

  private final StopSteps steps = new StopSteps();
  private final List<String> taken = new ArrayList<>();

  @Test
  void takesEveryStepAndTellsThatOneHasFailed() {
    var broken = new AssertionError("broken");
    steps.take("the first step of a test", () -> taken.add("first"));
    steps.take(
        "the second step of a test",
        () -> {
          throw broken;
        });
    steps.take(
        "the third step of a test",
        () -> {
          throw new StoreException("away");
        });
    steps.take("the last step of a test", () -> taken.add("last"));
    assertEquals(List.of("first", "last"), taken);
    assertEquals(1, faults.of("the second step of a test").size());
    // A store that fails is no fault.
    assertEquals(List.of(), faults.of("the third step of a test"));
    assertSame(broken, assertThrows(IllegalStateException.class, steps::end).getCause());
  }

  @Test
  void endsWithAStoreThatCannotBeClosed() {
    steps.take(
        "a step of a test",
        () -> {
          throw new StoreException("away");
        });
    assertThrows(IllegalStateException.class, steps::end);
  }

  @Test
  void endsWithAStepForWhichThereWasNoTime() {
    steps.take(
        "a step of a test",
        () -> {
          throw new TimeoutException("not done within 1 ms");
        });
    steps.take("the last step of a test", () -> taken.add("last"));
    assertEquals(List.of("last"), taken);
    assertEquals(List.of(), faults.of("a step of a test"));
    assertThrows(IllegalStateException.class, steps::end);
  }

  @Test
  void endsIfAllIsClosed() {
    steps.take("a step of a test", () -> taken.add("only"));
    assertDoesNotThrow(steps::end);
  }
}
