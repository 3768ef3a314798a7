package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.EngineRevision;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A ping each 100 ms and 50 ms for the pong, by a clock that stands until it is moved. */
final class HeartbeatTest {
  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
  private final DeadlineWheel wheel =
      new DeadlineWheel(
          channel.eventLoop(),
          TimeUnit.MILLISECONDS.toNanos(1),
          ticker::nanoTime,
          new LoopLatencies(LoopCounters.WORK));
  private final List<String> said = new ArrayList<>();
  private boolean paused;
  private Runnable onPing = () -> {};

  private final Heartbeat.Owner owner =
      new Heartbeat.Owner() {
        @Override
        public void ping() {
          said.add("ping");
          onPing.run();
        }

        @Override
        public boolean isPaused() {
          return paused;
        }

        @Override
        public void onPingTimeout() {
          said.add("timeout");
        }

        @Override
        public void onHeartbeatFailure() {
          said.add("failure");
        }
      };

  private final Heartbeat heartbeat = heartbeat(EngineRevision.V4);

  private Heartbeat heartbeat(EngineRevision revision) {
    return new Heartbeat(owner, wheel, revision, Duration.ofMillis(100), Duration.ofMillis(50));
  }

  /** Time goes by, and the loop works all the while. */
  private void pass(int millis) {
    for (int i = 0; i < millis; i++) {
      stall(1);
    }
  }

  /** Time goes by at once. */
  private void stall(int millis) {
    ticker.advance(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void pingsAfterEachPongAndGivesUpWithoutOne() {
    heartbeat.start();
    pass(99);
    assertEquals(List.of(), said);
    pass(2);
    assertEquals(List.of("ping"), said);
    pass(40);
    heartbeat.onPong();
    heartbeat.onPong();
    pass(102);
    assertEquals(List.of("ping", "ping"), said);
    pass(47);
    assertEquals(List.of("ping", "ping"), said);
    pass(5);
    assertEquals(List.of("ping", "ping", "timeout"), said);
    pass(1_000);
    assertEquals(List.of("ping", "ping", "timeout"), said);
  }

  @Test
  void givesTheTimeAnewOnceForWhatComesBehindAPing() {
    heartbeat.start();
    heartbeat.onPacket();
    pass(101);
    assertEquals(List.of("ping"), said);
    for (int i = 0; i < 8; i++) {
      pass(10);
      if (i >= 3) {
        heartbeat.onPacket();
      }
    }
    // Given anew after 40 ms, and not after 50 or more.
    assertEquals(List.of("ping"), said);
    pass(15);
    assertEquals(List.of("ping", "timeout"), said);
  }

  @Test
  void waitsForThePingsOfRevision3AndSendsNone() {
    Heartbeat old = heartbeat(EngineRevision.V3);
    old.start();
    pass(148);
    assertEquals(List.of(), said);
    old.onPing();
    pass(148);
    assertEquals(List.of(), said);
    assertFalse(old.isOverdue());
    pass(5);
    assertEquals(List.of("timeout"), said);
    pass(1_000);
    assertEquals(List.of("timeout"), said);
  }

  @Test
  void doesNotWaitForAPingThatIsNotRead() {
    Heartbeat old = heartbeat(EngineRevision.V3);
    old.start();
    paused = true;
    pass(1_000);
    paused = false;
    old.onResume();
    pass(145);
    assertEquals(List.of(), said);
    pass(10);
    assertEquals(List.of("timeout"), said);
  }

  @Test
  void staysStoppedWhenThePingItselfEndsTheSession() {
    onPing = heartbeat::stop;
    heartbeat.start();
    pass(500);
    assertEquals(List.of("ping"), said);
  }

  @Test
  void ignoresAPongThatNobodyAskedFor() {
    heartbeat.start();
    pass(90);
    heartbeat.onPong();
    pass(12);
    assertEquals(List.of("ping"), said);
  }

  @Test
  void saysNothingOnceStopped() {
    heartbeat.start();
    heartbeat.stop();
    pass(500);
    assertEquals(List.of(), said);
  }

  @Test
  void doesNotWaitForAPongThatIsNotRead() {
    heartbeat.start();
    paused = true;
    pass(1_000);
    assertEquals(List.of("ping"), said);
    assertFalse(heartbeat.isOverdue());
    paused = false;
    heartbeat.onResume();
    pass(45);
    assertEquals(List.of("ping"), said);
    heartbeat.onPong();
    pass(102);
    assertEquals(List.of("ping", "ping"), said);
    pass(60);
    assertEquals(List.of("ping", "ping", "timeout"), said);
  }

  @Test
  void leavesTimeForThePongOfAPingThatAStallHasDelayed() {
    heartbeat.start();
    stall(10_000);
    assertEquals(List.of("ping"), said);
    pass(45);
    assertFalse(heartbeat.isOverdue());
    heartbeat.onPong();
    pass(90);
    assertEquals(List.of("ping"), said);
  }

  @Test
  void readsWhatCameDuringAStallBeforeItGivesUp() {
    heartbeat.start();
    pass(110);
    stall(10_000);
    assertEquals(List.of("ping"), said);
    assertFalse(heartbeat.isOverdue());
    // Had the client answered, its pong would be read now.
    pass(3);
    assertEquals(List.of("ping", "timeout"), said);
  }

  @Test
  void isOverdueBeforeTheWheelHasComeRound() {
    DeadlineWheel slow =
        new DeadlineWheel(
            channel.eventLoop(),
            TimeUnit.MILLISECONDS.toNanos(20),
            ticker::nanoTime,
            new LoopLatencies(LoopCounters.WORK));
    Heartbeat beat =
        new Heartbeat(
            new Heartbeat.Owner() {
              @Override
              public void ping() {}

              @Override
              public boolean isPaused() {
                return paused;
              }

              @Override
              public void onPingTimeout() {}

              @Override
              public void onHeartbeatFailure() {}
            },
            slow,
            EngineRevision.V4,
            Duration.ofMillis(100),
            Duration.ofMillis(50));
    beat.start();
    pass(145);
    assertFalse(beat.isOverdue());
    pass(6);
    assertTrue(beat.isOverdue());
    paused = true;
    assertFalse(beat.isOverdue());
  }
}
