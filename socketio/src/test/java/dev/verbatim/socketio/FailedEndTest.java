package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.Bytes;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions at whose end something fails, on a server with one place. */
@Timeout(180)
final class FailedEndTest {
  private static final SocketIoOptions OPTIONS =
      SocketIoOptions.builder().limits(Limits.builder().connectionsMax(1).build()).build();

  /** One that fails when it is told of the end. */
  private static final class Failing implements Session.Listener {
    @Override
    public void onOpen() {}

    @Override
    public void onMessage(Bytes message, boolean text) {}

    @Override
    public void onEnd(DisconnectReason reason) {
      throw new AssertionError("as is to be tested");
    }
  }

  private static TestServer failing() {
    return TestServer.engine(OPTIONS, _ -> new Failing());
  }

  @Test
  void closesTheWebSocketAndGivesItsPlaceBack() throws IOException {
    try (TestServer server = failing()) {
      try (RawClient client = RawClient.webSocket(server)) {
        client.send(RawClient.frame(0x81, "9"));
        assertEquals(1002, client.readClose());
      }
      awaitPlace(server);
    }
  }

  @Test
  void endsPollingAndGivesItsPlaceBack() throws IOException {
    try (TestServer server = failing();
        RawClient client = new RawClient(server)) {
      String session = client.openPolling();
      client.send(RawClient.post(session, "9"));
      client.readAnswer(400);
      client.send(RawClient.get(session));
      client.readAnswer(400);
      awaitPlace(server);
    }
  }

  @Test
  void endsTheOthersThoughALoopIsStuck() throws Exception {
    AtomicBoolean isStuck = new AtomicBoolean();
    AtomicBoolean released = new AtomicBoolean();
    try (TestServer server = new TestServer(SocketIoOptions.defaults());
        RawClient one = RawClient.webSocket(server);
        RawClient other = RawClient.webSocket(server)) {
      server
          .io()
          .of("/")
          .dispatch(Dispatch.EVENT_LOOP)
          .onConnection(
              _ -> {
                isStuck.set(true);
                // Busy, for what waits is found by the watch over the loops.
                for (long i = 0; !released.get(); i++) {}
              });
      one.send(RawClient.frame(0x81, "40"));
      while (!isStuck.get()) {
        Thread.onSpinWait();
      }
      CompletableFuture<Void> closed =
          server.io().close(Duration.ofMillis(100)).toCompletableFuture();
      assertEquals(1001, other.readClose());
      closed.join();
      assertEquals(1, server.io().sessionCount());
      released.set(true);
      while (server.io().sessionCount() > 0) {
        Thread.onSpinWait();
      }
    }
  }

  /** Takes the place that what failed gives back. */
  private static void awaitPlace(TestServer server) throws IOException {
    boolean isOpen = false;
    while (!isOpen) {
      try (RawClient client = new RawClient(server)) {
        client.send(RawClient.get(RawClient.POLLING));
        isOpen = client.readHead().startsWith("HTTP/1.1 200 ");
      }
    }
    assertEquals(1, server.io().sessionCount());
  }

  @Test
  void leavesOtherNamespacesThoughAHandlerOfOneFails() throws Exception {
    try (TestServer server = new TestServer(OPTIONS)) {
      BlockingQueue<String> left = new LinkedBlockingQueue<>();
      server
          .io()
          .of("/")
          .dispatch(Dispatch.EVENT_LOOP)
          .onDisconnect(
              (_, _) -> {
                throw new AssertionError("as is to be tested");
              });
      Namespace other = server.io().of("/other");
      other
          .onConnection(socket -> socket.join("room"))
          .onDisconnect((socket, _) -> left.add(socket.namespace().name()));
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        client.send("40/other,");
        client.expectPrefix("40/other,");
        client.send("1");
        assertEquals("/other", left.take());
      }
      awaitPlace(server);
      assertTrue(server.io().counters().sockets().values().stream().allMatch(n -> n == 0));
    }
  }
}
