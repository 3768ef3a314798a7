package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients of Engine.IO v3, which are those of Socket.IO 1 and 2. */
@Timeout(180)
final class OldClientsTest {
  private static final String POLLING = "/socket.io/?EIO=3&transport=polling";
  private static final String WEB_SOCKET = "/socket.io/?EIO=3&transport=websocket";

  private final HttpClient http = HttpClient.newHttpClient();
  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
  private TestServer server = new TestServer(SocketIoOptions.builder().allowEIO3(true).build());

  @BeforeEach
  void listen() {
    listen(server.io().of("/"));
  }

  private void listen(Namespace namespace) {
    namespace.onDisconnect((_, reason) -> reasons.add(reason));
    namespace.on("echo", (socket, event) -> socket.emit("echo", event.argument(0, Object.class)));
    namespace.on("ask", (_, event) -> event.ack().send(event.argument(0, Object.class)));
    namespace.on("bytes", (socket, event) -> socket.emit("bytes", event.argument(0, byte[].class)));
  }

  private void serve(SocketIoOptions.Builder options) {
    server.close();
    server = new TestServer(options.allowEIO3(true).build());
    listen();
  }

  @AfterEach
  void close() {
    http.shutdownNow();
    server.close();
  }

  private WebSocketClient webSocket(String query) {
    return WebSocketClient.open(server.webSocket(WEB_SOCKET + query));
  }

  /** A WebSocket in the main namespace. */
  private WebSocketClient webSocket() {
    WebSocketClient client = webSocket("");
    client.expectPrefix("0{");
    assertEquals("40", client.nextText());
    return client;
  }

  private CompletableFuture<HttpResponse<byte[]>> poll(String path) {
    return http.sendAsync(
            HttpRequest.newBuilder(server.http(path)).build(),
            HttpResponse.BodyHandlers.ofByteArray())
        .orTimeout(60, TimeUnit.SECONDS);
  }

  private String get(String path) {
    return new String(poll(path).join().body(), UTF_8);
  }

  private HttpResponse<String> post(String path, String contentType, byte[] body) {
    return http.sendAsync(
            HttpRequest.newBuilder(server.http(path))
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  private void post(String path, String body) {
    assertEquals("ok", post(path, "text/plain;charset=UTF-8", body.getBytes(UTF_8)).body());
  }

  /** One packet of a text payload. */
  private static String piece(String packet) {
    return packet.length() + ":" + packet;
  }

  /** A polling session in the main namespace. */
  private String openPolling(String query) {
    String body = get(POLLING + query);
    String path = POLLING + "&sid=" + RawClient.sid(body);
    // The CONNECT may come with the OPEN or behind it.
    assertEquals("2:40", body.endsWith("2:40") ? "2:40" : get(path));
    return path;
  }

  private DisconnectReason reason() throws InterruptedException {
    DisconnectReason reason = reasons.poll(60, TimeUnit.SECONDS);
    assertNotNull(reason);
    return reason;
  }

  // The handshake

  @Test
  void areRefusedUnlessTheyAreAllowed() {
    server.close();
    server = new TestServer(SocketIoOptions.defaults());
    String refusal = "{\"code\":5,\"message\":\"Unsupported protocol version\"}";
    assertEquals(refusal, get(POLLING));
    assertEquals(refusal, get("/socket.io/?transport=polling"));
  }

  @Test
  void mayLeaveOutTheirRevisionButGiveNoOther() {
    String opened = get("/socket.io/?transport=polling");
    assertTrue(opened.matches("\\d+:0\\{.*"), opened);
    for (String other : new String[] {"", "2", "5", "03"}) {
      assertEquals(
          "{\"code\":5,\"message\":\"Unsupported protocol version\"}",
          get("/socket.io/?transport=polling&EIO=" + other));
    }
  }

  @Test
  void areToldTheTermsWithoutAMaximum() throws InterruptedException {
    String body = get(POLLING);
    String sid = server.nextSocket().session().id();
    String open =
        "0{\"sid\":\""
            + sid
            + "\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,\"pingTimeout\":20000}";
    assertTrue(body.startsWith(open.length() + ":" + open), body);
    try (WebSocketClient client = webSocket("")) {
      String terms = client.expectPrefix("0{");
      assertTrue(terms.contains("\"upgrades\":[]"), terms);
      assertFalse(terms.contains("maxPayload"), terms);
    }
  }

  @Test
  void areNotServedJsonp() {
    HttpResponse<byte[]> response = poll(POLLING + "&j=0").join();
    assertEquals(400, response.statusCode());
    assertEquals(
        "{\"code\":3,\"message\":\"JSONP is not supported\"}", new String(response.body(), UTF_8));
  }

  // Namespaces

  @Test
  void areConnectedToTheMainNamespaceUnasked() throws InterruptedException {
    try (WebSocketClient client = webSocket("&token=abc")) {
      String sid = client.expectPrefix("0{\"sid\":\"").substring(0, Ids.LENGTH);
      assertEquals("40", client.nextText());
      Socket socket = server.nextSocket();
      assertEquals(sid, socket.id());
      // Whoever reads a log shall not be able to speak in the client's name.
      assertEquals(sid.substring(0, 8), socket.publicId());
      assertNull(socket.handshake().auth());
      assertEquals("abc", socket.handshake().query("token"));
      client.send("40");
      assertEquals(1002, client.closeCode());
    }
  }

  @Test
  void areInNoNamespaceBeforeItsMiddlewareLetsThemIn() throws Exception {
    CompletableFuture<Middleware.Next> asked = new CompletableFuture<>();
    server.io().of("/").use((_, next) -> asked.complete(next));
    try (WebSocketClient client = webSocket("")) {
      client.expectPrefix("0{");
      Middleware.Next next = asked.get(60, TimeUnit.SECONDS);
      server.io().of("/").emit("secret");
      assertEquals(0, server.io().of("/").socketCount());
      next.proceed();
      assertEquals("40", client.nextText());
    }
    CompletableFuture<Middleware.Next> askedAgain = new CompletableFuture<>();
    server.io().of("/late").use((_, next) -> askedAgain.complete(next));
    try (WebSocketClient client = webSocket("")) {
      client.expectPrefix("0{");
      client.send("40/late,");
      client.send("42/late,[\"echo\",1]");
      assertEquals(1002, client.closeCode());
    }
  }

  @Test
  void areRefusedByAnErrorThatIsTheDataOrTheMessage() {
    server
        .io()
        .of("/")
        .use(
            (socket, next) -> {
              String data = socket.handshake().query("data");
              next.refuseJson("not \"you\"", data == null ? null : data.getBytes(UTF_8));
            });
    server.io().of("/other");
    try (WebSocketClient client = webSocket("")) {
      client.expectPrefix("0{");
      assertEquals("44\"not \\\"you\\\"\"", client.nextText());
      client.send("40/other,");
      assertEquals("40/other,", client.nextText());
    }
    try (WebSocketClient client = webSocket("&data=%7B%22code%22:7%7D")) {
      client.expectPrefix("0{");
      assertEquals("44{\"code\":7}", client.nextText());
    }
  }

  @Test
  void sendTheirAuthInTheNamespacesQuery() throws InterruptedException {
    Namespace named = server.io().of("/named");
    listen(named);
    server.watch(named);
    try (WebSocketClient client = webSocket()) {
      Socket main = server.nextSocket();
      client.send("40/named?token=a%20b&token=%22c&x,");
      assertEquals("40/named,", client.nextText());
      Socket socket = server.nextSocket();
      assertEquals("/named#" + main.id(), socket.id());
      byte[] auth = socket.handshake().auth();
      assertNotNull(auth);
      assertEquals("{\"token\":\"\\\"c\",\"x\":\"\"}", new String(auth, UTF_8));
      named.to(socket.id()).emit("you", 1);
      assertEquals("42/named,[\"you\",1]", client.nextText());
      client.send("42/named,1[\"ask\",2]");
      assertEquals("43/named,1[2]", client.nextText());
      client.send("40/nowhere?a=1,");
      assertEquals("44/nowhere,\"Invalid namespace\"", client.nextText());
      client.send("40/nowhere?a=%1,");
      assertEquals(1002, client.closeCode());
    }
  }

  @Test
  void leaveANamespaceAndComeBackUnderTheSameId() throws InterruptedException {
    Namespace named = server.io().of("/named");
    listen(named);
    server.watch(named);
    try (WebSocketClient client = webSocket()) {
      server.nextSocket();
      client.send("40/named,");
      assertEquals("40/named,", client.nextText());
      Socket first = server.nextSocket();
      client.send("41/named,");
      assertEquals(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT, reason());
      client.send("40/named,");
      assertEquals("40/named,", client.nextText());
      Socket second = server.nextSocket();
      assertEquals(first.id(), second.id());
      assertNotEquals(first, second);
      assertEquals(second, named.socket(second.id()));
      second.disconnect();
      assertEquals("41/named,", client.nextText());
    }
  }

  // Messages

  @Test
  void shareRoomsWithNewOnes() throws InterruptedException {
    Namespace main = server.io().of("/");
    try (WebSocketClient old = webSocket();
        WebSocketClient young = WebSocketClient.connect(server)) {
      Socket one = server.nextSocket();
      Socket other = server.nextSocket();
      String polling = openPolling("");
      Socket third = server.nextSocket();
      for (Socket socket : new Socket[] {one, other, third}) {
        socket.join("all");
      }
      main.to("all").emit("text", "é😀");
      main.to("all").emit("bytes", new byte[] {1, 2}, "é😀");
      main.to("all").emit("end");
      String text = "42[\"text\",\"é😀\"]";
      String head = "451-[\"bytes\",{\"_placeholder\":true,\"num\":0},\"é😀\"]";
      assertEquals(text, old.nextText());
      assertEquals(text, young.nextText());
      assertEquals(head, old.nextText());
      assertEquals(head, young.nextText());
      assertArrayEquals(new byte[] {4, 1, 2}, old.nextBytes());
      assertArrayEquals(new byte[] {1, 2}, young.nextBytes());
      assertEquals("42[\"end\"]", old.nextText());
      assertEquals("42[\"end\"]", young.nextText());
      StringBuilder polled = new StringBuilder();
      while (polled.indexOf("end") < 0) {
        byte[] body = poll(polling).join().body();
        polled.append(new String(body, UTF_8));
      }
      assertTrue(polled.indexOf("é😀") >= 0);
    }
  }

  @Test
  void sendAndGetBytesByWebSocket() {
    try (WebSocketClient client = webSocket()) {
      client.send("451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]");
      client.send(new byte[] {4, 9, 8, 7});
      assertEquals("451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]", client.nextText());
      assertArrayEquals(new byte[] {4, 9, 8, 7}, client.nextBytes());
      client.send("451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]");
      client.send("b4CQgH");
      assertEquals("451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]", client.nextText());
      assertArrayEquals(new byte[] {4, 9, 8, 7}, client.nextBytes());
      client.send(new byte[] {3});
      assertEquals(1002, client.closeCode());
    }
  }

  @Test
  void getBase64ByWebSocketIfTheyTakeTextAlone() {
    try (WebSocketClient client = webSocket("&b64=1")) {
      client.expectPrefix("0{");
      assertEquals("40", client.nextText());
      client.send("451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]");
      client.send("b4CQgH");
      assertEquals("451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]", client.nextText());
      assertEquals("b4CQgH", client.nextText());
    }
  }

  @Test
  void sendAndGetTextByPolling() {
    String path = openPolling("");
    post(path, piece("42[\"echo\",\"é😀€\"]") + piece("421[\"ask\",\"😀\"]"));
    String expected = piece("42[\"echo\",\"é😀€\"]") + piece("431[\"😀\"]");
    StringBuilder answers = new StringBuilder();
    while (answers.length() < expected.length()) {
      HttpResponse<byte[]> response = poll(path).join();
      assertEquals(
          "text/plain; charset=UTF-8", response.headers().firstValue("content-type").orElse(""));
      answers.append(new String(response.body(), UTF_8));
    }
    assertEquals(expected, answers.toString());
  }

  @Test
  void sendAndGetBytesByPolling() throws InterruptedException {
    String path = openPolling("");
    String head = "451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]";
    String hex = "000403ff" + HexFormat.of().formatHex(head.getBytes(UTF_8)) + "0104ff04090807";
    assertEquals(43, head.length());
    byte[] payload = HexFormat.of().parseHex(hex);
    assertEquals("ok", post(path, "application/octet-stream", payload).body());
    HttpResponse<byte[]> response = poll(path).join();
    assertEquals(
        "application/octet-stream", response.headers().firstValue("content-type").orElse(""));
    assertEquals(hex, HexFormat.of().formatHex(response.body()));
    assertEquals(400, post(path, "application/octet-stream", new byte[] {0, 1}).statusCode());
    assertEquals(DisconnectReason.PARSE_ERROR, reason());
  }

  @Test
  void getBase64ByPollingIfTheyTakeTextAlone() {
    String path = openPolling("&b64=1");
    String both = piece("451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]") + piece("b4CQgH");
    post(path, both);
    HttpResponse<byte[]> response = poll(path).join();
    assertEquals(
        "text/plain; charset=UTF-8", response.headers().firstValue("content-type").orElse(""));
    assertEquals(both, new String(response.body(), UTF_8));
  }

  @Test
  void areClosedForAMalformedPayload() throws InterruptedException {
    String path = openPolling("");
    assertEquals(400, post(path, "text/plain", "abc".getBytes(UTF_8)).statusCode());
    assertEquals(DisconnectReason.PARSE_ERROR, reason());
    assertEquals("{\"code\":1,\"message\":\"Session ID unknown\"}", get(path));
  }

  // The heartbeat

  @Test
  void pingAndAreNotPinged() throws InterruptedException {
    serve(
        SocketIoOptions.builder()
            .pingInterval(Duration.ofMillis(1))
            .pingTimeout(Duration.ofDays(1)));
    try (WebSocketClient client = webSocket()) {
      for (int i = 0; i < 10; i++) {
        client.send("2");
        assertEquals("3", client.nextText());
        client.send("42[\"echo\"," + i + "]");
        assertEquals("42[\"echo\"," + i + "]", client.nextText());
      }
      client.send("2probe");
      assertEquals("3probe", client.nextText());
    }
    assertEquals(DisconnectReason.TRANSPORT_CLOSE, reason());
    String path = openPolling("");
    for (int i = 0; i < 3; i++) {
      post(path, "1:2");
      assertEquals("1:3", get(path));
    }
  }

  @Test
  void areClosedIfTheyDoNotPing() throws InterruptedException {
    serve(
        SocketIoOptions.builder()
            .pingInterval(Duration.ofMillis(1))
            .pingTimeout(Duration.ofMillis(500)));
    try (WebSocketClient client = webSocket()) {
      assertEquals(1008, client.closeCode());
      assertEquals(DisconnectReason.PING_TIMEOUT, reason());
    }
  }

  @Test
  void areClosedForAPongAsNewOnesAreForAPing() throws InterruptedException {
    try (WebSocketClient client = webSocket()) {
      client.send("3");
      assertEquals(1002, client.closeCode());
      assertEquals(DisconnectReason.TRANSPORT_ERROR, reason());
    }
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("2");
      assertEquals(1002, client.closeCode());
      assertEquals(DisconnectReason.TRANSPORT_ERROR, reason());
    }
  }

  @Test
  void areClosedIfTheyPingAndNeverPoll() throws InterruptedException {
    serve(SocketIoOptions.builder().limits(Limits.builder().queuedBytesMax(1_000).build()));
    String path = openPolling("");
    post(path, "1:2".repeat(100));
    assertEquals(DisconnectReason.SLOW_READER, reason());
  }

  // The change of transport

  @Test
  void upgradeWithoutLosingAPacket() throws InterruptedException {
    String path = openPolling("&b64=1");
    Socket socket = server.nextSocket();
    CompletableFuture<HttpResponse<byte[]>> held = poll(path);
    try (WebSocketClient client =
        WebSocketClient.open(server.webSocket(path.replace("polling", "websocket")))) {
      client.send("2probe");
      assertEquals("3probe", client.nextText());
      assertEquals("1:6", new String(held.join().body(), UTF_8));
      socket.emit("a", 1);
      socket.emit("b", new byte[] {5});
      client.send("5");
      assertEquals("42[\"a\",1]", client.nextText());
      assertEquals("451-[\"b\",{\"_placeholder\":true,\"num\":0}]", client.nextText());
      assertArrayEquals(new byte[] {4, 5}, client.nextBytes());
      client.send("2");
      assertEquals("3", client.nextText());
    }
  }

  @Test
  void areToldThatTheServerGoes() {
    String path = openPolling("");
    CompletableFuture<Void> closed =
        server.io().close(Duration.ofSeconds(60)).toCompletableFuture();
    assertEquals("1:1", get(path));
    closed.join();
  }
}
