package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class WebSocketTest {
  private TestServer server = new TestServer(SocketIoOptions.defaults());
  private Namespace main = server.io().of("/");
  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

  @BeforeEach
  void listen() {
    main.onDisconnect((_, reason) -> reasons.add(reason));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private DisconnectReason reason() throws InterruptedException {
    DisconnectReason reason = reasons.poll(60, TimeUnit.SECONDS);
    assertNotNull(reason);
    return reason;
  }

  @Test
  void opensASessionWithItsTerms() {
    try (WebSocketClient client =
        WebSocketClient.open(server.webSocket("/socket.io/?EIO=4&transport=websocket"))) {
      String open = client.nextText();
      assertTrue(
          open.matches(
              "0\\{\"sid\":\"[\\w-]{20}\",\"upgrades\":\\[\\],\"pingInterval\":25000,"
                  + "\"pingTimeout\":20000,\"maxPayload\":1000000\\}"),
          open);
    }
  }

  @Test
  void takesTheFirstSubprotocolThatIsOffered() throws IOException {
    String offer = "Sec-WebSocket-Protocol: chat.v2, chat\r\n\r\n";
    String request = RawClient.upgrade("");
    try (RawClient client = new RawClient(server)) {
      client.send(request.substring(0, request.length() - 2) + offer);
      String head = client.readHead().toLowerCase(Locale.ROOT);
      assertTrue(head.startsWith("http/1.1 101 "), head);
      assertTrue(head.contains("\r\nsec-websocket-protocol: chat.v2\r\n"), head);
    }
    try (RawClient client = new RawClient(server)) {
      client.send(request);
      assertFalse(client.readHead().toLowerCase(Locale.ROOT).contains("sec-websocket-protocol"));
    }
  }

  @Test
  void letsAClientIntoTheMainNamespace() throws InterruptedException {
    try (WebSocketClient _ = WebSocketClient.connect(server, "{\"token\":\"1\"}")) {
      Socket socket = server.nextSocket();
      assertEquals(20, socket.id().length());
      assertEquals("{\"token\":\"1\"}", new String(auth(socket), UTF_8));
      assertEquals("websocket", socket.handshake().query("transport"));
      assertTrue(socket.connected());
      assertEquals(1, main.socketCount());
      assertEquals(Set.of(socket.id()), socket.rooms());
    }
  }

  @Test
  void givesEachSocketAnIdThatIsNotItsSessions() throws IOException {
    server.watch(server.io().of("/other"));
    try (RawClient client = new RawClient(server)) {
      client.send(RawClient.upgrade(""));
      client.readHead();
      String session = RawClient.sid(client.readFrame());
      client.send(RawClient.frame(0x81, "40"));
      String first = RawClient.sid(client.readFrame());
      Socket socket = server.nextSocket();
      client.send(RawClient.frame(0x81, "40/other,"));
      String second = RawClient.sid(client.readFrame());
      assertEquals(List.of(session, first), List.of(socket.session().id(), socket.id()));
      assertEquals(second, server.nextSocket().id());
      assertEquals(3, new HashSet<>(List.of(session, first, second)).size());
    }
  }

  private static byte[] auth(Socket socket) {
    byte[] auth = socket.handshake().auth();
    assertNotNull(auth);
    return auth;
  }

  @Test
  void refusesUnknownNamespaces() {
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("40/nowhere,");
      assertEquals("44/nowhere,{\"message\":\"Invalid namespace\"}", client.nextText());
    }
  }

  @Test
  void refusesByMiddlewareWithData() {
    main.use((_, next) -> next.proceed());
    main.use((_, next) -> next.refuseJson("not \"you\"", "{\"code\":7}".getBytes(UTF_8)));
    try (WebSocketClient client =
        WebSocketClient.open(server.webSocket("/socket.io/?EIO=4&transport=websocket"))) {
      client.nextText();
      client.send("40");
      assertEquals("44{\"message\":\"not \\\"you\\\"\",\"data\":{\"code\":7}}", client.nextText());
      assertEquals(0, main.socketCount());
    }
  }

  @Test
  void handlesEventsOfOneSocketInOrderOnVirtualThreads() throws InterruptedException {
    BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
    main.on("n", (_, event) -> seen.add(argument(event)));
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      for (int i = 0; i < 1_000; i++) {
        client.send("42[\"n\"," + i + "]");
      }
      for (int i = 0; i < 1_000; i++) {
        assertEquals(i, seen.poll(60, TimeUnit.SECONDS));
      }
    }
  }

  private static Integer argument(Event event) {
    Integer value = event.argument(0, Integer.class);
    assertNotNull(value);
    return value;
  }

  @Test
  void handlesEventsOnTheEventLoopWhenAskedTo() {
    main.dispatch(Dispatch.EVENT_LOOP);
    main.on("where", (socket, event) -> event.ack().send(socket.inEventLoop()));
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("421[\"where\"]");
      assertEquals("431[true]", client.nextText());
    }
  }

  @Test
  void emitsAndAcknowledges() {
    main.on(
        "echo",
        (socket, event) -> {
          assertTrue(event.wantsAck());
          socket.emit("said", "a", List.of(1, 2));
          event.ack().send("ok", null);
          event.ack().send("again");
        });
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("4212[\"echo\",{}]");
      assertEquals("42[\"said\",\"a\",[1,2]]", client.nextText());
      assertEquals("4312[\"ok\",null]", client.nextText());
      client.send("4213[\"echo\",{}]");
      client.nextText();
      assertEquals("4313[\"ok\",null]", client.nextText());
    }
  }

  @Test
  void acknowledgesAfterArgumentsThatCannotBeWritten() {
    main.on(
        "bad",
        (_, event) -> {
          Iterable<Object> broken =
              () -> {
                throw new IllegalStateException("on purpose");
              };
          assertThrows(RuntimeException.class, () -> event.ack().send(broken));
          assertSame(event.ack(), event.ack());
          event.ack().send("good");
        });
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("421[\"bad\"]");
      assertEquals("431[\"good\"]", client.nextText());
    }
  }

  @Test
  void sendsNoAcknowledgementThatIsNotWanted() {
    main.on(
        "quiet",
        (socket, event) -> {
          event.ack().send(1);
          event.ack().sendJson("1".getBytes(UTF_8));
          assertNull(event.ack().frame("1".getBytes(UTF_8)));
          socket.emit("next");
        });
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("42[\"quiet\"]");
      assertEquals("42[\"next\"]", client.nextText());
    }
  }

  @Test
  void disconnectsWhoIsNotLetInYet() {
    BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();
    main.onConnection(connected::add);
    main.use(
        (socket, next) -> {
          socket.disconnect();
          next.proceed();
        });
    try (WebSocketClient client =
        WebSocketClient.open(server.webSocket("/socket.io/?EIO=4&transport=websocket"))) {
      client.expectPrefix("0{");
      client.send("40");
      assertEquals("41", client.nextText());
      client.send("40/nowhere,");
      assertEquals("44/nowhere,{\"message\":\"Invalid namespace\"}", client.nextText());
    }
    assertEquals(0, main.socketCount());
    assertTrue(connected.isEmpty());
  }

  @Test
  void handlesEventsOfOneSocketByItsOwnHandlersFirst() throws InterruptedException {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    main.on("a", (_, event) -> seen.add("namespace " + event.name()));
    main.onUnknown((_, event) -> seen.add("unknown " + event.name()));
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      socket.on("a", (_, _) -> seen.add("own"));
      socket.on("b", (_, _) -> seen.add("own b"));
      socket.onAny((_, event) -> seen.add("any " + event.name()));
      assertThrows(IllegalArgumentException.class, () -> socket.on("disconnect", (_, _) -> {}));
      client.send("42[\"a\"]");
      client.send("42[\"b\"]");
      for (String expected : List.of("any a", "own", "namespace a", "any b", "own b")) {
        assertEquals(expected, seen.poll(30, TimeUnit.SECONDS));
      }
      socket.off("b");
      client.send("42[\"b\"]");
      assertEquals("any b", seen.poll(30, TimeUnit.SECONDS));
      assertEquals("unknown b", seen.poll(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void awaitsAcknowledgements() throws InterruptedException {
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      var answer =
          socket.timeout(Duration.ofSeconds(60)).emitWithAck("question", 42).toCompletableFuture();
      String question = client.expectPrefix("42");
      assertTrue(question.endsWith("[\"question\",42]"));
      String id = question.substring(0, question.indexOf('['));
      client.send("43" + id + "[\"yes\"]");
      assertEquals("yes", answer.join().argument(0, String.class));
    }
  }

  @Test
  void givesUpAcknowledgementsThatDoNotCome() throws InterruptedException {
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      var late = socket.timeout(Duration.ofMillis(1)).emitWithAck("question").toCompletableFuture();
      assertEquals(AckMissingException.Reason.TIMEOUT, missing(late::join));
      var gone =
          socket.timeout(Duration.ofSeconds(60)).emitWithAck("question").toCompletableFuture();
      client.abort();
      assertEquals(AckMissingException.Reason.DISCONNECTED, missing(gone::join));
    }
  }

  private static AckMissingException.Reason missing(Runnable join) {
    CompletionException e = Assertions.assertThrows(CompletionException.class, join::run);
    return assertInstanceOf(AckMissingException.class, e.getCause()).reason();
  }

  @Test
  void carriesBinaryBothWays() {
    main.on("bytes", (socket, event) -> socket.emit("back", event.argument(0, byte[].class), 1));
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]");
      client.send(new byte[] {1, 2, 3});
      assertEquals("451-[\"back\",{\"_placeholder\":true,\"num\":0},1]", client.nextText());
      assertArrayEquals(new byte[] {1, 2, 3}, client.nextBytes());
    }
  }

  @Test
  void givesUnhandledEventsToTheOneForThem() {
    main.onUnknown((_, event) -> event.ack().send("unknown " + event.name()));
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("421[\"what\"]");
      assertEquals("431[\"unknown what\"]", client.nextText());
    }
  }

  @Test
  void goesOnAfterAHandlerFailed() {
    main.on(
        "fail",
        (_, _) -> {
          throw new IllegalStateException("on purpose");
        });
    main.on("ok", (_, event) -> event.ack().send());
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("42[\"fail\"]");
      client.send("421[\"ok\"]");
      assertEquals("431[]", client.nextText());
    }
  }

  @Test
  void tellsWhyASocketWent() throws InterruptedException {
    WebSocketClient.connect(server).abort();
    assertEquals(DisconnectReason.TRANSPORT_CLOSE, reason());
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("41");
      assertEquals(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT, reason());
    }
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("42{}");
      assertEquals(DisconnectReason.PARSE_ERROR, reason());
      assertEquals(1002, client.closeCode());
    }
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("1");
      assertEquals(DisconnectReason.TRANSPORT_CLOSE, reason());
      assertEquals(1000, client.closeCode());
    }
    assertEquals(0, main.socketCount());
  }

  @Test
  void disconnectsFromTheServersSide() throws InterruptedException {
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      server.nextSocket().disconnect();
      assertEquals("41", client.nextText());
      assertEquals(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, reason());
      client.send("42[\"late\"]");
      client.send("40");
      client.expectPrefix("40{");
      Socket second = server.nextSocket();
      second.disconnect(true);
      assertEquals("41", client.nextText());
      assertEquals(1000, client.closeCode());
      assertFalse(second.connected());
    }
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      server.nextSocket().closeTransport();
      assertEquals(1000, client.closeCode());
    }
  }

  @Test
  void closesForGoodOrderWhenTheServerGoes() {
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      server.io().close(Duration.ofSeconds(5)).toCompletableFuture().join();
      assertEquals(1001, client.closeCode());
      assertEquals(DisconnectReason.SERVER_SHUTTING_DOWN, reasonNow());
    }
    assertEquals(0, server.io().sessionCount());
  }

  private DisconnectReason reasonNow() {
    try {
      return reason();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
