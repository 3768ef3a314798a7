package dev.verbatim.server.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LogQueueTest {
  private final HeldOutput output = new HeldOutput();
  private final LogQueue queue = new LogQueue(new Lines(), output);

  @BeforeEach
  void start() {
    queue.start();
  }

  @AfterEach
  void stop() {
    output.read();
    queue.stop();
  }

  private static ILoggingEvent access(int chars) {
    return Records.at(Level.INFO, AccessLines.LOGGER, "x".repeat(chars), null);
  }

  private static ILoggingEvent fault(String message) {
    return Records.at(Level.ERROR, "Chat", message, null);
  }

  /** Until no more comes in; gives back how many were offered. */
  private int fill(ILoggingEvent event) {
    int offered = 0;
    for (long before = queue.lost(); queue.lost() == before; offered++) {
      queue.doAppend(event);
    }
    return offered;
  }

  private List<String> written() {
    output.read();
    queue.stop();
    return output.lines();
  }

  @Test
  void losesWhatNobodyReadsAndCountsItExactly() throws Exception {
    int each = 2 * LogLimits.QUEUED_MAX;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int k = 0; k < each; k++) {
                      queue.doAppend(fault("It failed"));
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(queue.isFull());
    assertEquals(4L * each, written().size() + queue.lost());
    assertEquals(0, queue.records());
  }

  @Test
  void holdsNoMoreCharactersThanItSays() {
    int offered = fill(access(24_000));
    assertTrue((offered - 1) * 24_000 <= LogLimits.QUEUED_CHARS_MAX, offered + " lines");
    queue.doAppend(fault("It failed"));
    assertEquals(1, queue.lost());
    // One more is in the hands of the writing thread from the beginning.
    assertEquals(offered, written().size());
  }

  @Test
  void keepsRoomForFaultsWhateverElseIsTold() {
    for (ILoggingEvent minor :
        List.of(access(100), Records.at(Level.DEBUG, "Chat", "A session", null))) {
      int offered = fill(minor);
      assertTrue(offered < LogLimits.QUEUED_MAX, offered + " records");
    }
    queue.doAppend(fault("It failed"));
    assertFalse(queue.isFull());
    assertEquals(2, queue.lost());
    assertTrue(written().getLast().endsWith("Chat: It failed"));
  }

  @Test
  void countsWhatWasThrownByItsFrames() {
    var thrown = new IllegalStateException("deep");
    StackTraceElement[] frames = new StackTraceElement[1_000];
    Arrays.fill(frames, new StackTraceElement("a.B", "c", "B.java", 1));
    thrown.setStackTrace(frames);
    assertTrue(fill(Records.at(Level.ERROR, "Chat", "It failed", thrown)) < 100);
  }

  @Test
  void tellsOthersWhatIsLostToo() {
    ListAppender<ILoggingEvent> other = new ListAppender<>();
    other.start();
    queue.alsoTo(other);
    int offered = fill(fault("It failed"));
    assertEquals(offered, other.list.size());
    queue.noLongerTo(other);
    queue.doAppend(fault("It failed"));
    assertEquals(offered, other.list.size());
  }
}
