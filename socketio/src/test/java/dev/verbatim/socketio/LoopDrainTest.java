package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.EngineFormat;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The end of the sessions of one loop, whose clock is held. */
final class LoopDrainTest {
  private static final Duration LONG = Duration.ofDays(1);

  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();

  /** Sessions that were told of their end. */
  private int closed;

  /** Whether the next session fails when it is asked whether its handlers are done. */
  private boolean isBroken;

  private final SocketIoServer server =
      SocketIoServer.create(SocketIoOptions.defaults(), _ -> new Ending(isBroken));
  private final EngineLoop loop = server.loop(channel.eventLoop());

  private final class Ending implements Session.Listener {
    private final boolean fails;

    Ending(boolean fails) {
      this.fails = fails;
    }

    @Override
    public void onOpen() {}

    @Override
    public void onMessage(Bytes message, boolean text) {}

    @Override
    public CompletableFuture<Void> whenHandled() {
      if (fails) {
        throw new IllegalStateException("as is to be tested");
      }
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onEnd(DisconnectReason reason) {
      closed++;
    }
  }

  /** Sessions begin, whose clients never poll again. */
  private void open(int count) {
    for (int i = 0; i < count; i++) {
      var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
      PollingTransport transport =
          new PollingTransport(loop, server.options(), server.syntax(), EngineFormat.V4);
      Session session =
          new Session(server, loop, Ids.next(), Handshake.of(channel, request, 1), transport);
      transport.attach(session);
      session.onOpen();
      server.sessions().onOpened(session);
    }
  }

  private CompletableFuture<Void> begin(Drain drain, int loops) {
    CompletableFuture<Void> ended = new LoopDrain(server.sessions(), loop, drain, loops).begin();
    channel.runPendingTasks();
    return ended;
  }

  /** Time passes in small steps, and the loop runs at each. */
  private void pass(Duration time) {
    long step = TimeUnit.MILLISECONDS.toNanos(1);
    for (long passed = 0; passed < time.toNanos(); passed += step) {
      ticker.advance(step, TimeUnit.NANOSECONDS);
      channel.runScheduledPendingTasks();
      channel.runPendingTasks();
    }
  }

  @Test
  void closesTheFewAtOnce() {
    open(10);
    var _ = begin(Drain.within(LONG).spread(1_000, LONG), 2);
    assertEquals(10, closed);
  }

  @Test
  void spreadsTheClosesOfMany() {
    open(100);
    var _ = begin(Drain.within(LONG).spread(200, LONG), 1);
    assertEquals(20, closed);
    pass(Duration.ofMillis(99));
    assertEquals(20, closed);
    pass(Duration.ofMillis(1));
    assertEquals(40, closed);
    pass(Duration.ofMillis(300));
    assertEquals(100, closed);
  }

  @Test
  void keepsThePaceOfAllLoopsTogether() {
    open(5);
    // Eight of them close 20 a second together, so that each closes one every 400 ms.
    var _ = begin(Drain.within(LONG).spread(20, LONG), 8);
    for (int due = 1; due < 5; due++) {
      assertEquals(due, closed);
      pass(Duration.ofMillis(399));
      assertEquals(due, closed);
      pass(Duration.ofMillis(1));
    }
    assertEquals(5, closed);
  }

  @Test
  void closesTheManyInTheTimeThereIs() {
    open(1_000);
    var _ = begin(Drain.within(LONG).spread(1, Duration.ofSeconds(2)), 2);
    assertEquals(50, closed);
    pass(Duration.ofSeconds(2));
    assertEquals(1_000, closed);
  }

  @Test
  void takesNoLongerWhereTheyAreNoWholeNumberEachTime() {
    open(15);
    // One and a half each 100 ms.
    var _ = begin(Drain.within(LONG).spread(1, Duration.ofSeconds(1)), 1);
    assertEquals(2, closed);
    pass(Duration.ofSeconds(1));
    assertEquals(15, closed);
  }

  @Test
  void goesOnThoughSettlingFails() {
    open(1);
    var _ =
        begin(
            Drain.within(LONG)
                .settled(_ -> CompletableFuture.failedFuture(new IllegalStateException("test"))),
            1);
    assertEquals(1, closed);
  }

  @Test
  void waitsForSettlingUntilClientsMustHaveTheirTime() {
    open(30);
    Drain drain =
        Drain.within(Duration.ofSeconds(2))
            .clientWaitMax(Duration.ofMillis(500))
            .spread(100, Duration.ofSeconds(2))
            .settled(_ -> new CompletableFuture<Void>());
    CompletableFuture<Void> ended = begin(drain, 1);
    pass(Duration.ofMillis(1_499));
    assertEquals(0, closed);
    pass(Duration.ofMillis(1));
    assertEquals(30, closed);
    // The client does not poll, upon which it would be told.
    pass(Duration.ofMillis(499));
    assertFalse(ended.isDone());
    pass(Duration.ofMillis(1));
    assertTrue(ended.isDone());
  }

  @Test
  void closesTheOthersThoughOneFails() {
    isBroken = true;
    open(1);
    isBroken = false;
    open(2);
    CompletableFuture<Void> ended =
        begin(Drain.within(LONG).clientWaitMax(Duration.ofSeconds(1)), 1);
    assertEquals(3, closed);
    pass(Duration.ofSeconds(1));
    assertTrue(ended.isDone());
  }
}
