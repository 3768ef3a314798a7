package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.verbatim.socketio.ConnectionError.Context;
import dev.verbatim.socketio.PendingHandshake.Outcome;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A handshake that waits, on an event loop that may take no timers. */
@Timeout(120)
final class PendingHandshakeTest {
  private final FullLoop eventLoop = new FullLoop();
  private final EngineLoop loop =
      new EngineLoop(
          eventLoop, 1_000_000, new TotalBacklog(Long.MAX_VALUE, () -> new EngineLoop[0]));
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

  /** Confined to itself. */
  private static final class FullLoop extends DefaultEventLoop {
    private boolean isFull;

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      if (isFull) {
        throw new RejectedExecutionException("as is to be tested");
      }
      return super.schedule(task, delay, unit);
    }
  }

  @AfterEach
  void close() {
    eventLoop.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private void ask(boolean full) {
    HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    Gate gate = new Gate(SocketIoServer.create(SocketIoOptions.defaults()));
    Exchange exchange = new Exchange(gate, new EmbeddedChannel(), request, 1);
    loop.submit(
            _ -> {
              eventLoop.isFull = full;
              new PendingHandshake(loop, outcomes::add)
                  .ask((_, _) -> {}, exchange, exchange.handshake(), Duration.ofMillis(1));
            })
        .join();
  }

  @Test
  void failsIfItsTimeCannotBeWatched() throws InterruptedException {
    ask(true);
    Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, outcomes.take());
    assertEquals("as is to be tested", failed.cause().getMessage());
    ask(false);
    assertEquals(new Outcome.Refused(new Context.Undecided()), outcomes.take());
    assertNull(outcomes.poll());
  }
}
