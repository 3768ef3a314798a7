package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What has come with what made a connection be read no more waits, and is not taken in. */
@Timeout(120)
final class PausedReadingTest {
  private static final int EVENTS = 2_000;
  private static final int WAITING_MAX = 16;

  private final Semaphore go = new Semaphore(0);
  private final AtomicInteger handled = new AtomicInteger();
  private final AtomicInteger misplaced = new AtomicInteger();

  private TestServer server() {
    Limits limits = Limits.builder().eventsWaitingMax(WAITING_MAX).build();
    TestServer server = new TestServer(SocketIoOptions.builder().limits(limits).build());
    server
        .io()
        .of("/")
        .on(
            "e",
            (_, event) -> {
              go.acquireUninterruptibly();
              if (!Objects.equals(event.argument(0, Integer.class), handled.getAndIncrement())) {
                misplaced.incrementAndGet();
              }
            });
    return server;
  }

  /** Connects, and sends all events in one go, and what follows them. */
  private static RawClient connectAndSend(TestServer server, byte[] last) throws IOException {
    RawClient client = RawClient.webSocket(server);
    client.send(RawClient.frame(0x81, "40"));
    client.readFrame();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < EVENTS; i++) {
      all.writeBytes(RawClient.frame(0x81, "42[\"e\"," + i + "]"));
    }
    all.writeBytes(last);
    client.send(all.toByteArray());
    return client;
  }

  private static void awaitPause(TestServer server, Socket socket) {
    while (!CompletableFuture.supplyAsync(() -> socket.session().isPaused(), socket.executor())
        .join()) {
      Thread.onSpinWait();
    }
    server.settle();
  }

  private static long packetsIn(TestServer server) {
    Counters counters = server.io().counters();
    return Objects.requireNonNull(
            counters.transports().get(SocketIoOptions.TransportName.WEBSOCKET))
        .packetsIn();
  }

  @Test
  void takesInNoMoreThanMayWait() throws IOException {
    byte[] ping = RawClient.frame(0x89, "?");
    try (TestServer server = server();
        RawClient client = connectAndSend(server, ping)) {
      awaitPause(server, server.nextSocket());
      // The CONNECT, the one at work and those that wait.
      assertTrue(packetsIn(server) <= 2 + WAITING_MAX, () -> "packets: " + packetsIn(server));
      assertTrue(client.isQuiet());
      go.release(EVENTS);
      assertEquals("?", client.readFrame());
      while (handled.get() < EVENTS) {
        Thread.onSpinWait();
      }
      assertEquals(0, misplaced.get());
      client.send(RawClient.frame(0x89, "!"));
      assertEquals("!", client.readFrame());
    }
  }

  @Test
  void takesInTheCloseBehindTheRest() throws IOException {
    byte[] close = RawClient.frame(0x88, new byte[] {3, (byte) 0xe8});
    try (TestServer server = server();
        RawClient client = connectAndSend(server, close)) {
      awaitPause(server, server.nextSocket());
      go.release(EVENTS);
      assertEquals(1000, client.readClose());
      while (handled.get() < EVENTS) {
        Thread.onSpinWait();
      }
      assertEquals(0, misplaced.get());
    }
  }

  @Test
  void dropsTheRestWhenTheConnectionIsGone() throws IOException {
    try (TestServer server = server()) {
      try (RawClient _ = connectAndSend(server, new byte[0])) {
        awaitPause(server, server.nextSocket());
      }
      go.release(EVENTS);
      while (server.io().sessionCount() > 0) {
        Thread.onSpinWait();
      }
      server.settle();
      assertTrue(handled.get() < EVENTS);
      assertEquals(0, misplaced.get());
    }
  }
}
