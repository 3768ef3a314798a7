package dev.verbatim.server.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.wire.ErrorCode;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class FaultsTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Faults.class);
  private final ListAppender<ILoggingEvent> told = new ListAppender<>();

  @BeforeEach
  void listen() {
    told.start();
    logger.addAppender(told);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(told);
  }

  /** Other tests of this JVM may have faults meanwhile. */
  private List<ILoggingEvent> toldOf(String doing) {
    return List.copyOf(told.list).stream()
        .filter(event -> event.getFormattedMessage().equals("Failed " + doing))
        .toList();
  }

  @Test
  void logsOnceWithCauseAndIdAndCounts() {
    long before = Faults.counted(Faults.Owner.TIMER);
    var cause = new IllegalStateException("broken");
    String id = Faults.record(Faults.Owner.TIMER, "a test's task", cause, "socketId", "s1");
    assertTrue(Faults.counted(Faults.Owner.TIMER) > before);
    assertTrue(id.matches("[0-9a-f]{16}"), id);
    List<ILoggingEvent> records = toldOf("a test's task");
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
    assertEquals("Failed one of two", toldOf("one of two").getFirst().getMessage());
    assertEquals("Failed two of two", toldOf("two of two").getFirst().getMessage());
  }

  @Test
  void tellsTheClientTheIdUnderWhichItIsLogged() {
    var cause = new IllegalStateException("broken");
    String id = Faults.record(Faults.Owner.WRITER, "one thing", cause);
    Refusal refusal = Refusal.ofFailure(cause, ErrorDetails.ofGroup("g"));
    assertEquals(ErrorCode.INTERNAL_ERROR, refusal.code());
    assertEquals(id, refusal.details().errorId());
    assertEquals("g", refusal.details().groupId());
    assertEquals(1, toldOf("one thing").size());
  }

  @Test
  void recordsWhatNobodyRecordedBeforeTheClientIsTold() {
    Refusal refusal = Refusal.ofFailure(new IllegalStateException("x"), ErrorDetails.NONE);
    assertTrue(String.valueOf(refusal.details().errorId()).matches("[0-9a-f]{16}"));
  }

  @Test
  void isNotTroubledByAStoreThatDoesNotAnswer() {
    Refusal refusal = Refusal.ofFailure(new StoreException("away"), ErrorDetails.NONE);
    assertEquals(ErrorCode.UNAVAILABLE, refusal.code());
    assertEquals(null, refusal.details().errorId());
  }

  @Test
  void givesEachFaultAnIdOfItsOwn() {
    assertNotEquals(
        Faults.record(Faults.Owner.EVENT, "a", new IllegalStateException()),
        Faults.record(Faults.Owner.EVENT, "b", new IllegalStateException()));
  }
}
