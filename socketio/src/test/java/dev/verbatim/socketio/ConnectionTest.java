package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.POLLING;
import static dev.verbatim.socketio.RawClient.get;
import static dev.verbatim.socketio.RawClient.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What connections do that are slow, silent or broken. */
@Timeout(180)
final class ConnectionTest {
  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

  private TestServer server(SocketIoOptions.Builder options) {
    TestServer server = new TestServer(options.build());
    server.io().of("/").onDisconnect((_, reason) -> reasons.add(reason));
    return server;
  }

  private DisconnectReason reason() throws InterruptedException {
    DisconnectReason reason = reasons.poll(60, TimeUnit.SECONDS);
    if (reason == null) {
      throw new AssertionError("still connected");
    }
    return reason;
  }

  @Test
  void closesSessionWhenPongDoesNotCome() throws InterruptedException {
    SocketIoOptions.Builder options =
        SocketIoOptions.builder()
            .pingInterval(Duration.ofMillis(1))
            .pingTimeout(Duration.ofSeconds(3));
    try (TestServer server = server(options);
        WebSocketClient client =
            WebSocketClient.open(server.webSocket("/socket.io/?EIO=4&transport=websocket"))) {
      client.send("40");
      assertEquals(1008, client.closeCode());
      assertEquals(DisconnectReason.PING_TIMEOUT, reason());
    }
  }

  @Test
  void pingsAgainAfterEachPong() {
    SocketIoOptions.Builder options = SocketIoOptions.builder().pingInterval(Duration.ofMillis(1));
    try (TestServer server = server(options);
        WebSocketClient client =
            WebSocketClient.open(server.webSocket("/socket.io/?EIO=4&transport=websocket"))) {
      client.expectPrefix("0{");
      for (int i = 0; i < 10; i++) {
        assertEquals("2", client.nextText());
        client.send("3");
      }
    }
  }

  @Test
  void closesSessionThatJoinsNoNamespace() {
    SocketIoOptions.Builder options =
        SocketIoOptions.builder().connectTimeout(Duration.ofMillis(50));
    try (TestServer server = server(options);
        WebSocketClient client =
            WebSocketClient.open(server.webSocket("/socket.io/?EIO=4&transport=websocket"))) {
      assertEquals(1008, client.closeCode());
    }
  }

  @Test
  void closesSessionThatHasLeftAllNamespaces() {
    SocketIoOptions.Builder options =
        SocketIoOptions.builder().connectTimeout(Duration.ofMillis(500));
    try (TestServer server = server(options);
        WebSocketClient client =
            WebSocketClient.open(server.webSocket("/socket.io/?EIO=4&transport=websocket"))) {
      client.send("40");
      client.send("41");
      assertEquals(1008, client.closeCode());
    }
  }

  @Test
  void cutsWhoDoesNotAnswerTheCloseWhenTheServerGoes() throws IOException {
    try (TestServer server = server(SocketIoOptions.builder());
        RawClient client = RawClient.webSocket(server)) {
      // The time of all is long: when that is over whoever is left is cut without a close.
      Drain drain = Drain.within(Duration.ofMinutes(1)).clientWaitMax(Duration.ofMillis(1));
      server.io().close(drain).toCompletableFuture().join();
      assertEquals(1001, client.readClose());
      assertTrue(client.isEnded());
      assertEquals(0, server.io().sessionCount());
    }
  }

  @Test
  void cutsWhoHasLeftTheCloseUnansweredBeforeTheServerGoes() throws Exception {
    SocketIoOptions.Builder options =
        SocketIoOptions.builder()
            .limits(Limits.builder().closeTimeout(Duration.ofDays(1)).build())
            .maxHttpBufferSize(100);
    try (TestServer server = server(options);
        RawClient client = RawClient.webSocket(server)) {
      client.send(RawClient.frame(0x81, "x"));
      assertEquals(1002, client.readClose());
      CompletableFuture<Void> first = server.io().close(Duration.ofMillis(1)).toCompletableFuture();
      server.io().close(Duration.ofDays(1)).toCompletableFuture().join();
      first.join();
      assertTrue(client.isEnded());
    }
  }

  @Test
  void waitsForDisconnectHandlersWhenTheServerGoes() throws Exception {
    HeldHandler handler = new HeldHandler();
    try (TestServer server = server(SocketIoOptions.builder())) {
      server.io().of("/").onDisconnect((_, _) -> handler.run());
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        CompletableFuture<Void> closed =
            server.io().close(Duration.ofDays(1)).toCompletableFuture();
        assertEquals(1001, client.closeCode());
        handler.awaitEntered();
        assertFalse(closed.isDone());
        handler.letGo();
        closed.join();
      }
    }
  }

  @Test
  void closesWhoReadsTooSlowly() throws IOException, InterruptedException {
    SocketIoOptions.Builder options =
        SocketIoOptions.builder().limits(Limits.builder().queuedBytesMax(1 << 20).build());
    try (TestServer server = server(options);
        RawClient slow = RawClient.webSocket(server);
        WebSocketClient quick = WebSocketClient.connect(server)) {
      slow.send(RawClient.frame(0x81, "40"));
      slow.readFrame();
      Namespace main = server.io().of("/");
      Frame frame = Frame.event(main, "x", ("\"" + "x".repeat(100_000) + "\"").getBytes(UTF_8));
      // The system's buffers take some; what they do not take is waiting and counted.
      while (reasons.isEmpty()) {
        main.batch().to("nobody", frame).send();
        server.io().of("/").local().send(frame);
        quick.nextText();
      }
      assertEquals(DisconnectReason.SLOW_READER, reason());
      assertEquals(1, main.socketCount());
    }
  }

  @Test
  void countsWhatIsHeldBack() throws IOException, InterruptedException {
    SocketIoOptions.Builder options =
        SocketIoOptions.builder().limits(Limits.builder().queuedBytesMax(1 << 20).build());
    try (TestServer server = server(options)) {
      Namespace main = server.io().of("/");
      main.onConnection(socket -> socket.joinHolding("a"));
      try (WebSocketClient _ = WebSocketClient.connect(server)) {
        Frame frame = Frame.event(main, "x", ("\"" + "x".repeat(100_000) + "\"").getBytes(UTF_8));
        while (reasons.isEmpty()) {
          main.to("a").send(frame);
          main.in("a").fetchSockets().toCompletableFuture().join();
        }
        assertEquals(DisconnectReason.SLOW_READER, reason());
      }
    }
  }

  @Test
  void answersPingsAndJoinsFragments() throws IOException {
    try (TestServer server = server(SocketIoOptions.builder());
        RawClient client = RawClient.webSocket(server)) {
      client.send(RawClient.frame(0x01, "4"));
      client.send(RawClient.frame(0x89, "hello"));
      assertEquals("hello", client.readFrame());
      client.send(RawClient.frame(0x80, "0"));
      assertTrue(client.readFrame().startsWith("40{"));
    }
  }

  @Test
  void closesBrokenWebSocketsWithTheirCodes() throws IOException, InterruptedException {
    SocketIoOptions.Builder options = SocketIoOptions.builder().maxHttpBufferSize(100);
    try (TestServer server = server(options)) {
      assertEquals(1002, closeCode(server, new byte[] {(byte) 0x81, 1, '2'}));
      assertEquals(1002, closeCode(server, RawClient.frame(0xf1, "2")));
      assertEquals(1002, closeCode(server, RawClient.frame(0x80, "2")));
      assertEquals(1002, closeCode(server, RawClient.frame(0x81, "x")));
      assertEquals(
          1007, closeCode(server, RawClient.frame(0x81, new byte[] {'4', (byte) 0xc3, '0'})));
      assertEquals(1009, closeCode(server, RawClient.frame(0x81, "4".repeat(101))));
      byte[] fragments = RawClient.frame(0x01, "4".repeat(60));
      byte[] rest = RawClient.frame(0x80, "4".repeat(60));
      byte[] both = new byte[fragments.length + rest.length];
      System.arraycopy(fragments, 0, both, 0, fragments.length);
      System.arraycopy(rest, 0, both, fragments.length, rest.length);
      assertEquals(1009, closeCode(server, both));
      assertEquals(0, server.io().sessionCount());
    }
  }

  /** What a client sends that is to be closed for it. */
  enum Malformed {
    PACKET_ON_A_WEBSOCKET,
    FRAME_OF_A_WEBSOCKET,
    PACKET_IN_A_POST,
    POST
  }

  @ParameterizedTest
  @EnumSource
  void closesNobodyElseForMalformedInput(Malformed malformed) throws Exception {
    // On one loop they have as much in common as clients can have.
    try (TestServer server = new TestServer(SocketIoOptions.defaults(), 1, 0)) {
      Namespace main = server.io().of("/");
      main.onDisconnect((_, reason) -> reasons.add(reason));
      main.onConnection(socket -> socket.join("a")).on("e", (_, event) -> event.ack().send());
      try (WebSocketClient webSocket = WebSocketClient.connect(server);
          RawClient polling = new RawClient(server)) {
        String session = polling.connectPolling();
        switch (malformed) {
          case PACKET_ON_A_WEBSOCKET ->
              breakWebSocket(
                  server, RawClient.frame(0x81, "42nonsense"), DisconnectReason.PARSE_ERROR);
          case FRAME_OF_A_WEBSOCKET ->
              breakWebSocket(
                  server, new byte[] {(byte) 0x81, 1, '2'}, DisconnectReason.TRANSPORT_ERROR);
          case PACKET_IN_A_POST -> breakPolling(server, "42nonsense", 200);
          case POST -> breakPolling(server, "9", 400);
        }
        // The reason is told in the middle of the end.
        server.settle();
        assertEquals(2, main.socketCount());
        assertEquals(2, server.io().sessionCount());
        main.to("a").emit("still", 1);
        assertEquals("42[\"still\",1]", webSocket.nextText());
        polling.send(get(session));
        assertEquals("42[\"still\",1]", polling.readAnswer(200));
        webSocket.send("421[\"e\"]");
        assertEquals("431[]", webSocket.nextText());
        polling.send(post(session, "421[\"e\"]") + get(session));
        assertEquals("ok", polling.readAnswer(200));
        assertEquals("431[]", polling.readAnswer(200));
        assertTrue(reasons.isEmpty());
      }
    }
  }

  private void breakWebSocket(TestServer server, byte[] sent, DisconnectReason expected)
      throws Exception {
    try (RawClient client = RawClient.webSocket(server)) {
      client.send(RawClient.frame(0x81, "40"));
      client.readFrame();
      client.send(sent);
      assertEquals(1002, client.readClose());
      assertEquals(expected, reason());
    }
  }

  private void breakPolling(TestServer server, String sent, int status) throws Exception {
    try (RawClient client = new RawClient(server)) {
      String session = client.connectPolling();
      client.send(post(session, sent));
      client.readAnswer(status);
      assertEquals(DisconnectReason.PARSE_ERROR, reason());
    }
  }

  private static int closeCode(TestServer server, byte[] bytes) throws IOException {
    try (RawClient client = RawClient.webSocket(server)) {
      client.send(bytes);
      int code = client.readClose();
      client.send(RawClient.frame(0x88, ""));
      assertTrue(client.isEnded());
      return code;
    }
  }

  @Test
  void takesFramesSentTogetherWithTheHandshake() throws IOException {
    try (TestServer server = server(SocketIoOptions.builder());
        RawClient client = new RawClient(server)) {
      server.io().of("/");
      byte[] head = RawClient.upgrade("").getBytes(UTF_8);
      byte[] frame = RawClient.frame(0x81, "40");
      byte[] both = new byte[head.length + frame.length];
      System.arraycopy(head, 0, both, 0, head.length);
      System.arraycopy(frame, 0, both, head.length, frame.length);
      client.send(both);
      String answer = client.readHead();
      assertTrue(answer.startsWith("HTTP/1.1 101 "), answer);
      assertTrue(answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), answer);
      assertTrue(client.readFrame().startsWith("0{"));
      assertTrue(client.readFrame().startsWith("40{"));
    }
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws IOException {
    try (TestServer server = server(SocketIoOptions.builder());
        RawClient client = new RawClient(server)) {
      client.send(get(POLLING) + get(POLLING + "&sid=1") + get(POLLING));
      assertTrue(client.readAnswer(200).startsWith("0{"));
      assertTrue(client.readAnswer(400).startsWith("{\"code\":1,"));
      assertTrue(client.readAnswer(200).startsWith("0{"));
    }
  }

  @Test
  void endsAPollWhoseConnectionIsCut() throws IOException, InterruptedException {
    try (TestServer server = server(SocketIoOptions.builder())) {
      try (RawClient client = new RawClient(server)) {
        client.send(get(client.connectPolling()));
      }
      assertEquals(DisconnectReason.TRANSPORT_ERROR, reason());
    }
  }

  @Test
  void servesTheBrowsersClient() throws IOException, InterruptedException {
    SocketIoOptions.Builder options =
        SocketIoOptions.builder()
            .clientFiles(name -> name.equals("socket.io.js") ? "io()".getBytes(UTF_8) : null);
    try (TestServer server = server(options);
        HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest.Builder request = HttpRequest.newBuilder(server.http("/socket.io/socket.io.js"));
      HttpResponse<String> first = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      assertEquals("io()", first.body());
      assertEquals(
          "application/javascript; charset=utf-8",
          first.headers().firstValue("content-type").orElse(""));
      String tag = first.headers().firstValue("etag").orElse("");
      HttpResponse<String> second =
          http.send(
              request.header("If-None-Match", tag).build(), HttpResponse.BodyHandlers.ofString());
      assertEquals(304, second.statusCode());
      HttpRequest missing =
          HttpRequest.newBuilder(server.http("/socket.io/socket.io.min.js")).build();
      assertEquals(404, http.send(missing, HttpResponse.BodyHandlers.ofString()).statusCode());
    }
  }
}
