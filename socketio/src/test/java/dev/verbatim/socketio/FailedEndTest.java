package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.Bytes;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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
