package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.POLLING;
import static dev.verbatim.socketio.RawClient.get;
import static dev.verbatim.socketio.RawClient.post;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.Counters.Traffic;
import dev.verbatim.socketio.SocketIoOptions.TransportName;
import dev.verbatim.socketio.protocol.MalformedPacketException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What real clients do is found in the counters. */
@Timeout(180)
final class CountersTest {
  private final TestServer server =
      new TestServer(
          SocketIoOptions.builder()
              .pingInterval(Duration.ofDays(1))
              .maxHttpBufferSize(1_000)
              .allowEIO3(true)
              .allowRequest(CountersTest::decide)
              .limits(
                  Limits.builder()
                      .connectionsMax(3)
                      .namespacesPerConnectionMax(2)
                      .allowRequestTimeout(Duration.ofMillis(1))
                      .build())
              .build());
  private final Namespace main = server.io().of("/");
  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

  private static void decide(Handshake handshake, AllowRequest.Decision decision) {
    switch (handshake.query("wish")) {
      case "forbidden" -> decision.refuse(null);
      case "failing" -> throw new IllegalStateException("on purpose");
      case "undecided" -> {}
      case null, default -> decision.allow();
    }
  }

  @BeforeEach
  void listen() {
    main.onDisconnect((_, reason) -> reasons.add(reason));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Counters counters() {
    return server.io().counters();
  }

  private Traffic traffic(TransportName transport) {
    return of(counters().transports(), transport);
  }

  private static <K, V> V of(Map<K, V> map, K key) {
    V value = map.get(key);
    assertNotNull(value, () -> "no count of " + key);
    return value;
  }

  @Test
  void countsWhatAWebSocketCarries() throws IOException, InterruptedException {
    try (RawClient client = new RawClient(server)) {
      client.send(RawClient.upgrade(""));
      client.readHead();
      int open = client.readFrame().length();
      client.send(RawClient.frame(0x81, "40"));
      int connect = client.readFrame().length();
      Socket socket = server.nextSocket();
      Traffic before = traffic(TransportName.WEBSOCKET);
      assertEquals(1, before.sessionsOpen());
      assertEquals(1, before.handshakes());
      assertEquals(2, before.packetsOut());
      int headers = 2 + (open > 125 ? 4 : 2);
      assertEquals(open + connect + headers, before.bytesOut());
      assertEquals(1, before.packetsIn());
      assertEquals(2 + 4 + 2, before.bytesIn());
      assertEquals(Map.of("/", 1), counters().sockets());
      socket.emit("x", 1, new byte[] {1, 2});
      server.settle();
      // An attachment counts with its packet.
      Traffic after = traffic(TransportName.WEBSOCKET);
      String text = "451-[\"x\",1,{\"_placeholder\":true,\"num\":0}]";
      assertEquals(3, after.packetsOut());
      assertEquals(open + connect + headers + 2 + text.length() + 2 + 2, after.bytesOut());
    }
  }

  @Test
  void countsWhatPollingCarries() throws IOException {
    try (RawClient client = new RawClient(server)) {
      client.send(get(POLLING));
      String open = client.readAnswer(200);
      String session = POLLING + "&sid=" + RawClient.sid(open);
      String body = "40\u001e41\u001e40";
      client.send(post(session, body));
      client.readAnswer(200);
      client.send(get(session));
      String answer = client.readAnswer(200);
      Traffic traffic = traffic(TransportName.POLLING);
      assertEquals(1, traffic.sessionsOpen());
      assertEquals(1, traffic.handshakes());
      assertEquals(3, traffic.packetsIn());
      assertEquals(body.length(), traffic.bytesIn());
      assertEquals(1 + answer.split("\u001e").length, traffic.packetsOut());
      assertEquals(open.length() + answer.length(), traffic.bytesOut());
      assertEquals(0, traffic(TransportName.WEBSOCKET).handshakes());
    }
  }

  @Test
  void countsUpgradesAndMovesTheSession() throws IOException, InterruptedException {
    try (RawClient client = new RawClient(server)) {
      String sid = client.connectPolling().substring(POLLING.length());
      Socket socket = server.nextSocket();
      String path = "/socket.io/?EIO=4&transport=websocket" + sid;
      try (WebSocketClient early = WebSocketClient.open(server.webSocket(path))) {
        early.send("4early");
        assertEquals(1002, early.closeCode());
      }
      assertEquals(new Counters.Upgrades(1, 0, 1), counters().upgrades());
      try (WebSocketClient upgraded = WebSocketClient.open(server.webSocket(path))) {
        upgraded.send("2probe");
        assertEquals("3probe", upgraded.nextText());
        upgraded.send("5");
        socket.emit("x");
        String message = upgraded.nextText();
        while (!message.equals("42[\"x\"]")) {
          message = upgraded.nextText();
        }
        assertEquals(new Counters.Upgrades(2, 1, 1), counters().upgrades());
        assertEquals(0, traffic(TransportName.POLLING).sessionsOpen());
        assertEquals(1, traffic(TransportName.WEBSOCKET).sessionsOpen());
        assertEquals(0, traffic(TransportName.WEBSOCKET).handshakes());
      }
    }
  }

  @Test
  void countsAPacketThatMovesToAWebSocketOnce() throws IOException {
    try (RawClient client = new RawClient(server)) {
      String sid = client.connectPolling().substring(POLLING.length());
      Socket socket = server.nextSocket();
      long polled = traffic(TransportName.POLLING).packetsOut();
      socket.emit("x", new byte[] {1, 2}, new byte[] {3});
      server.settle();
      String path = "/socket.io/?EIO=4&transport=websocket" + sid;
      try (WebSocketClient upgraded = WebSocketClient.open(server.webSocket(path))) {
        upgraded.send("2probe");
        assertEquals("3probe", upgraded.nextText());
        upgraded.send("5");
        upgraded.expectPrefix("452-");
        assertArrayEquals(new byte[] {1, 2}, upgraded.nextBytes());
        assertArrayEquals(new byte[] {3}, upgraded.nextBytes());
        assertEquals(2, traffic(TransportName.WEBSOCKET).packetsOut());
        assertEquals(polled, traffic(TransportName.POLLING).packetsOut());
      }
    }
  }

  @Test
  void countsHowLongPongsTake() {
    SocketIoOptions beating =
        SocketIoOptions.builder()
            .pingInterval(Duration.ofMillis(50))
            .pingTimeout(Duration.ofSeconds(100))
            .build();
    try (TestServer other = new TestServer(beating);
        WebSocketClient client =
            WebSocketClient.open(other.webSocket("/socket.io/?EIO=4&transport=websocket"))) {
      client.expectPrefix("0{");
      assertEquals("2", client.nextText());
      assertEquals(0, other.io().counters().heartbeats().count());
      client.send("3");
      // The pong has come when the next ping does.
      assertEquals("2", client.nextText());
      Counters.Latencies pongs = other.io().counters().heartbeats();
      assertEquals(1, pongs.count());
      int bucket = pongs.counts().indexOf(1L);
      boolean isLast = bucket == pongs.counts().size() - 1;
      assertTrue(
          isLast || pongs.total().compareTo(pongs.bound(bucket)) < 0, () -> pongs.toString());
      assertTrue(
          bucket == 0 || pongs.total().compareTo(pongs.bound(bucket - 1)) >= 0,
          () -> pongs.toString());
    }
  }

  @Test
  void countsWhatBroadcastsBring() throws InterruptedException {
    try (WebSocketClient ada = WebSocketClient.connect(server);
        WebSocketClient bob = WebSocketClient.connect(server);
        WebSocketClient eve = WebSocketClient.connect(server)) {
      Socket first = server.nextSocket();
      first.join("room");
      server.nextSocket().join("room");
      server.settle();
      main.to("room").emit("told");
      main.broadcast().emit("told");
      server.settle();
      assertEquals(2 + 3, counters().deliveries());
      assertEquals(0, counters().batches().count(), "a broadcast is no batch");
      Frame frame = Frame.event(main, "new");
      main.batch()
          .to("room", frame)
          .to("room", frame, first, Frame.event(main, "sent"), Frame.event(main, "answer"))
          .toAllBut("room", frame, first)
          .toOne("elsewhere", first, frame)
          .to("nobody", frame)
          .send();
      server.settle();
      assertEquals(5 + 4 + 3, counters().deliveries());
      long loops = counters().batches().count();
      assertTrue(loops == 1 || loops == 2, "each loop of the two members once: " + loops);
      main.batch().to("nobody", frame).send();
      server.settle();
      assertEquals(loops, counters().batches().count());
    }
  }

  @Test
  void timesABatchFromItsSendingUntilItIsFlushed() {
    try (EmbeddedServer held = new EmbeddedServer()) {
      held.send(RawClient.upgrade(""));
      held.send(new String(RawClient.frame(0x81, "40"), StandardCharsets.ISO_8859_1));
      held.pass(Duration.ZERO);
      Namespace namespace = held.io().of("/");
      held.late(
          Duration.ofMillis(5),
          () -> namespace.batch().to("room", Frame.event(namespace, "new")).send());
      Counters counters = held.io().counters();
      assertEquals(1, counters.deliveries());
      assertEquals(Duration.ofMillis(5), counters.batches().total());
      // 64 µs, 128 µs … 4.096 ms, 8.192 ms.
      assertEquals(7, counters.batches().counts().indexOf(1L));
    }
  }

  @Test
  void timesHowLateALoopComesToWhatIsDue() {
    try (EmbeddedServer held = new EmbeddedServer()) {
      held.send(RawClient.upgrade(""));
      held.pass(Duration.ofMinutes(1));
      Counters.Latencies delays = held.io().counters().loopDelays();
      // A tick is as long as a 64th of the 20 s for a pong, and each that was left out counts.
      assertEquals(192, delays.count());
      assertEquals(Duration.ofSeconds(5_730), delays.total());
      assertEquals(165, delays.counts().getLast(), "those that were late by more than 8.4 s");
    }
  }

  @Test
  void countsRefusalsByReason() throws IOException {
    refuses(Refusal.TRANSPORT_UNKNOWN, 400, get(POLLING.replace("polling", "smoke")));
    refuses(Refusal.SESSION_UNKNOWN, 400, get(POLLING + "&sid=nobody"));
    refuses(Refusal.SESSION_UNKNOWN, 400, post(POLLING + "&sid=nobody", "40"));
    refuses(Refusal.BAD_HANDSHAKE_METHOD, 400, post(POLLING, "40"));
    refuses(Refusal.BAD_REQUEST, 400, get(POLLING.replace("polling", "websocket")));
    refuses(Refusal.FORBIDDEN, 403, get(POLLING + "&wish=forbidden"));
    refuses(Refusal.UNDECIDED, 503, get(POLLING + "&wish=undecided"));
    refuses(Refusal.INTERNAL_ERROR, 500, get(POLLING + "&wish=failing"));
    refuses(Refusal.JSONP_NOT_SUPPORTED, 400, get(POLLING.replace("EIO=4", "EIO=3") + "&j=0"));
    refuses(Refusal.UNSUPPORTED_PROTOCOL_VERSION, 400, get(POLLING.replace("EIO=4", "EIO=9")));
    refuses(
        Refusal.WEBSOCKET_VERSION, 426, RawClient.upgrade("").replace("Version: 13", "Version: 8"));
    refuses(Refusal.BODY_TOO_LARGE, 413, post(POLLING, "x".repeat(1_001)));
    refuses(Refusal.MALFORMED_HTTP, 400, get(POLLING + "&x=%zz"));
    try (WebSocketClient _ = WebSocketClient.connect(server);
        WebSocketClient _ = WebSocketClient.connect(server);
        WebSocketClient _ = WebSocketClient.connect(server)) {
      refuses(Refusal.TOO_MANY_CONNECTIONS, 503, get(POLLING));
    }
    server.io().close(Duration.ofSeconds(60)).toCompletableFuture().join();
    refuses(Refusal.SHUTTING_DOWN, 503, get(POLLING));
  }

  private void refuses(Refusal reason, int status, String request) throws IOException {
    long before = of(counters().refusals(), reason);
    try (RawClient client = new RawClient(server)) {
      client.send(request);
      client.readAnswer(status);
    }
    assertEquals(before + 1, of(counters().refusals(), reason), reason.name());
  }

  @Test
  void countsRequestsThatTakeTooLong() {
    Limits limits = Limits.builder().requestTimeout(Duration.ofSeconds(10)).build();
    try (EmbeddedServer held = new EmbeddedServer(limits)) {
      held.send(get(POLLING));
      String sid = RawClient.sid(held.receivedText());
      String whole = post(POLLING + "&sid=" + sid, "40");
      held.send(whole.substring(0, whole.length() - 1));
      assertEquals(0, of(held.io().counters().refusals(), Refusal.REQUEST_TIMEOUT));
      held.pass(Duration.ofSeconds(11));
      assertTrue(held.receivedText().startsWith("HTTP/1.1 408 "));
      assertEquals(1, of(held.io().counters().refusals(), Refusal.REQUEST_TIMEOUT));
    }
  }

  @Test
  void countsRefusedConnects() {
    server.io().of("/other");
    server.io().of("/closed").use((_, next) -> next.refuse("no"));
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("40/nowhere,");
      client.expectPrefix("44/nowhere,");
      client.send("40/closed,");
      client.expectPrefix("44/closed,");
      client.send("40/other,");
      client.expectPrefix("40/other,");
      client.send("40/closed,");
      client.expectPrefix("44/closed,");
      Map<Refusal, Long> refusals = counters().refusals();
      assertEquals(1, of(refusals, Refusal.INVALID_NAMESPACE));
      assertEquals(1, of(refusals, Refusal.MIDDLEWARE));
      assertEquals(1, of(refusals, Refusal.TOO_MANY_NAMESPACES));
      assertEquals(Map.of("/", 1, "/other", 1, "/closed", 0), counters().sockets());
    }
  }

  @Test
  void countsVolatileFramesThatAreDropped() throws IOException, InterruptedException {
    try (RawClient client = new RawClient(server)) {
      String session = client.openPolling();
      client.send(post(session, "40"));
      client.readAnswer(200);
      Socket socket = server.nextSocket();
      main.volatile_().emit("little");
      socket.emit("much", "x".repeat(20_000));
      main.volatile_().emit("dropped");
      socket.volatile_().send(Frame.event(main, "dropped", 1));
      server.settle();
      assertEquals(2, of(counters().dropped(), Drop.VOLATILE));
    }
  }

  @Test
  void countsEndsAndMalformedPacketsByReason() throws IOException, InterruptedException {
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("42nonsense");
      assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(60, TimeUnit.SECONDS));
    }
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("9");
      assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(60, TimeUnit.SECONDS));
    }
    try (RawClient client = new RawClient(server)) {
      String session = client.openPolling();
      client.send(post(session, "40"));
      client.readAnswer(200);
      client.send(post(session, "b!"));
      client.readAnswer(400);
      assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(60, TimeUnit.SECONDS));
    }
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("1");
      assertEquals(DisconnectReason.TRANSPORT_CLOSE, reasons.poll(60, TimeUnit.SECONDS));
    }
    Counters counters = counters();
    assertEquals(3, of(counters.closed(), DisconnectReason.PARSE_ERROR));
    assertEquals(1, of(counters.closed(), DisconnectReason.TRANSPORT_CLOSE));
    Map<MalformedPacketException.Reason, Long> malformed = counters.malformed();
    assertEquals(1, of(malformed, MalformedPacketException.Reason.INVALID_PAYLOAD));
    assertEquals(1, of(malformed, MalformedPacketException.Reason.UNKNOWN_TYPE));
    assertEquals(1, of(malformed, MalformedPacketException.Reason.INVALID_BASE64));
    assertEquals(0, of(malformed, MalformedPacketException.Reason.EMPTY_PACKET));
    assertEquals(0, traffic(TransportName.WEBSOCKET).sessionsOpen());
  }
}
