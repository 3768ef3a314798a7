package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.EnginePacket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From polling to WebSocket, at the level of Engine.IO: a server that echoes messages. */
@Timeout(180)
final class UpgradeTest {
  private static final int PACKETS = 2_000;

  private final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();
  private final TestServer server =
      TestServer.engine(
          SocketIoOptions.defaults(),
          session -> {
            sessions.add(session);
            return new Echo(session, new LinkedBlockingQueue<>());
          });

  @AfterEach
  void close() {
    server.close();
  }

  private static void probe(WebSocketClient webSocket) {
    webSocket.send("2probe");
    assertEquals("3probe", webSocket.nextText());
  }

  @RepeatedTest(8)
  void losesNothingOfWhatTheServerSendsMeanwhile() throws InterruptedException {
    PollingClient polling = PollingClient.open(server);
    Session session = sessions.take();
    Thread sender = Thread.ofVirtual().start(() -> send(session));
    List<String> received = new ArrayList<>();
    addMessages(polling.poll(), received);
    try (WebSocketClient webSocket = polling.webSocket()) {
      CompletableFuture<HttpResponse<String>> held = polling.pollLater();
      probe(webSocket);
      // As stock clients do: the poll that is under way ends before the WebSocket takes over.
      addMessages(PollingClient.await(held).body(), received);
      webSocket.send("5");
      while (received.size() < PACKETS) {
        received.add(webSocket.expectPrefix("4"));
      }
    }
    assertEquals(IntStream.range(0, PACKETS).mapToObj(String::valueOf).toList(), received);
    sender.join();
  }

  private static void send(Session session) {
    for (int i = 0; i < PACKETS; i++) {
      EnginePacket packet = new EnginePacket.Message(Bytes.utf8(String.valueOf(i)));
      session.loop().run(() -> session.write(packet));
    }
  }

  private static void addMessages(String payload, List<String> messages) {
    for (String packet : payload.split("\u001e")) {
      if (!packet.equals("6")) {
        assertTrue(packet.startsWith("4"), packet);
        messages.add(packet.substring(1));
      }
    }
  }

  @Test
  void losesNothingOfWhatTheClientSendsMeanwhile() {
    PollingClient polling = PollingClient.open(server);
    try (WebSocketClient webSocket = polling.webSocket()) {
      assertEquals(200, polling.post("4a\u001ebAQID"));
      probe(webSocket);
      assertEquals(200, polling.post("4b"));
      webSocket.send("5");
      webSocket.send("4c");
      assertEquals("4a", webSocket.nextText());
      assertArrayEquals(new byte[] {1, 2, 3}, webSocket.nextBytes());
      assertEquals("4b", webSocket.nextText());
      assertEquals("4c", webSocket.nextText());
    }
  }

  @Test
  void endsThePollThatIsHeldWhenTheWebSocketTakesOver() {
    PollingClient polling = PollingClient.open(server);
    try (WebSocketClient webSocket = polling.webSocket()) {
      CompletableFuture<HttpResponse<String>> held = polling.pollLater();
      webSocket.send("2probe");
      webSocket.send("5");
      webSocket.send("4hello");
      assertEquals("3probe", webSocket.nextText());
      assertEquals("4hello", webSocket.nextText());
      // It came before the end of polling or after it.
      HttpResponse<String> last = PollingClient.await(held);
      assertTrue(last.body().equals("6") || last.statusCode() == 400, last.body());
      assertEquals(400, polling.post("4late"));
      assertEquals(400, PollingClient.await(polling.pollLater()).statusCode());
    }
  }

  @Test
  void refusesASecondWebSocket() {
    PollingClient polling = PollingClient.open(server);
    try (WebSocketClient first = polling.webSocket()) {
      probe(first);
      try (WebSocketClient second = polling.webSocket()) {
        assertEquals(1008, second.closeCode());
      }
      first.send("5");
      first.send("4hello");
      assertEquals("4hello", first.nextText());
      try (WebSocketClient third = polling.webSocket()) {
        assertEquals(1008, third.closeCode());
      }
      first.send("4still");
      assertEquals("4still", first.nextText());
    }
  }

  @Test
  void takesAnotherWebSocketWhenTheFirstHasFailed() {
    PollingClient polling = PollingClient.open(server);
    try (WebSocketClient first = polling.webSocket()) {
      probe(first);
      first.send("4early");
      assertEquals(1002, first.closeCode());
    }
    assertEquals(200, polling.post("4hello"));
    assertEquals("4hello", polling.poll());
    try (WebSocketClient second = polling.webSocket()) {
      probe(second);
      second.send("5");
      second.send("4hello");
      assertEquals("4hello", second.nextText());
    }
  }

  @Test
  void goesOnPollingWhenTheWebSocketDoesNotTakeOverInTime() {
    SocketIoOptions hasty = SocketIoOptions.builder().upgradeTimeout(Duration.ofMillis(1)).build();
    try (TestServer other = TestServer.echoing(hasty, new LinkedBlockingQueue<>())) {
      PollingClient polling = PollingClient.open(other);
      for (int i = 0; i < 2; i++) {
        try (WebSocketClient webSocket = polling.webSocket()) {
          assertEquals(1008, webSocket.closeCode());
        }
        CompletableFuture<HttpResponse<String>> held = polling.pollLater();
        assertEquals(200, polling.post("4hello"));
        assertEquals("4hello", PollingClient.await(held).body());
      }
    }
  }

  @Test
  void takesAPostWhileAPollIsHeld() {
    PollingClient polling = PollingClient.open(server);
    CompletableFuture<HttpResponse<String>> held = polling.pollLater();
    assertEquals(200, polling.post("4hello"));
    assertEquals("4hello", PollingClient.await(held).body());
  }
}
