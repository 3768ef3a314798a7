package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.get;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class PollingTest {
  private static final String HANDSHAKE = "/socket.io/?EIO=4&transport=polling";
  private final HttpClient http = HttpClient.newHttpClient();
  private final TestServer server =
      new TestServer(
          SocketIoOptions.builder()
              .cors(Cors.origin("https://a.example").credentials(true).build())
              .allowRequest(handshake -> handshake.query("forbidden") == null)
              .build());
  private final Namespace main = server.io().of("/");
  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

  @BeforeEach
  void listen() {
    main.onDisconnect((_, reason) -> reasons.add(reason));
    main.on("echo", (_, event) -> event.ack().send(event.argument(0, Object.class)));
  }

  @AfterEach
  void close() {
    http.shutdownNow();
    server.close();
  }

  private HttpResponse<String> get(String path) {
    return poll(path).orTimeout(60, TimeUnit.SECONDS).join();
  }

  private CompletableFuture<HttpResponse<String>> poll(String path) {
    return http.sendAsync(
        HttpRequest.newBuilder(server.http(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) {
    return http.sendAsync(
            HttpRequest.newBuilder(server.http(path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  private String open() {
    String body = get(HANDSHAKE).body();
    assertTrue(body.startsWith("0{\"sid\":\"") && body.contains("[\"websocket\"]"), body);
    return HANDSHAKE + "&sid=" + RawClient.sid(body);
  }

  private String connect() {
    String session = open();
    assertEquals("ok", post(session, "40").body());
    assertTrue(get(session).body().startsWith("40{\"sid\":"));
    return session;
  }

  @Test
  void answersAPollWithAllThatWaits() {
    String session = connect();
    assertEquals("ok", post(session, "421[\"echo\",1]\u001e422[\"echo\",\"é\"]").body());
    StringBuilder answers = new StringBuilder();
    while (answers.length() < "431[1]432[\"é\"]".length()) {
      answers.append(get(session).body().replace("\u001e", ""));
    }
    assertEquals("431[1]432[\"é\"]", answers.toString());
  }

  @Test
  void holdsAPollUntilSomethingComes() throws InterruptedException {
    String session = connect();
    CompletableFuture<HttpResponse<String>> held = poll(session);
    assertEquals("ok", post(session, "421[\"echo\",null]").body());
    assertEquals("431[null]", held.join().body());
    Socket socket = server.nextSocket();
    held = poll(session);
    socket.emit("x", new byte[] {1, 2, 3, 4});
    assertEquals(
        "451-[\"x\",{\"_placeholder\":true,\"num\":0}]\u001ebAQIDBA==", held.join().body());
  }

  @Test
  void deliversRoomsAndBatchesToPolls() throws InterruptedException {
    String session = connect();
    Socket socket = server.nextSocket();
    socket.join("a");
    main.batch()
        .to("a", Frame.event(main, "x", 1), socket, Frame.event(main, "own", 1))
        .to("a", Frame.event(main, "y", 1))
        .send();
    assertEquals("42[\"own\",1]\u001e42[\"y\",1]", get(session).body());
  }

  @Test
  void dropsVolatileFramesForAClientThatIsBehind() throws InterruptedException {
    String session = connect();
    Socket socket = server.nextSocket();
    socket.volatile_().send(Frame.event(main, "little", 1));
    socket.emit("much", "x".repeat(20_000));
    socket.volatile_().send(Frame.event(main, "dropped", 1));
    socket.emit("end");
    // A poll that comes before these were taken up would make the connection ready again.
    server.settle();
    String body = get(session).body();
    assertTrue(body.startsWith("42[\"little\",1]\u001e42[\"much\""), body);
    assertTrue(body.endsWith("x\"]\u001e42[\"end\"]"), body);
  }

  @Test
  void refusesInTheReferenceServersWords() {
    refuses(400, 0, "Transport unknown", get("/socket.io/?EIO=4&transport=smoke"));
    refuses(400, 1, "Session ID unknown", get(HANDSHAKE + "&sid=nobody"));
    refuses(400, 2, "Bad handshake method", post(HANDSHAKE, ""));
    refuses(400, 3, "Bad request", get("/socket.io/?EIO=4&transport=websocket"));
    refuses(403, 4, "Forbidden", get(HANDSHAKE + "&forbidden=1"));
    refuses(400, 5, "Unsupported protocol version", get("/socket.io/?EIO=5&transport=polling"));
  }

  private static void refuses(int status, int code, String words, HttpResponse<String> response) {
    assertEquals(status, response.statusCode());
    assertEquals("{\"code\":" + code + ",\"message\":\"" + words + "\"}", response.body());
  }

  @Test
  void closesASessionThatPollsTwiceAtOnce() throws InterruptedException {
    String session = connect();
    CompletableFuture<HttpResponse<String>> first = poll(session);
    CompletableFuture<HttpResponse<String>> second = poll(session);
    String bodies = first.join().body() + second.join().body();
    assertTrue(bodies.contains("Bad request") && bodies.contains("1"), bodies);
    assertEquals(DisconnectReason.TRANSPORT_ERROR, reasons.poll(60, TimeUnit.SECONDS));
    assertEquals(400, get(session).statusCode());
  }

  @Test
  void endsBySayingSo() throws InterruptedException {
    String session = connect();
    CompletableFuture<HttpResponse<String>> held = poll(session);
    // The poll and the close race on two connections: in either order the poll ends well.
    assertEquals("ok", post(session, "1").body());
    assertEquals("6", held.join().body());
    assertEquals(DisconnectReason.TRANSPORT_CLOSE, reasons.poll(30, TimeUnit.SECONDS));
    refuses(400, 1, "Session ID unknown", get(session));
  }

  @Test
  void answersThePollThatComesBehindTheClientsClose() throws InterruptedException {
    String session = connect();
    assertEquals("ok", post(session, "1").body());
    assertEquals(DisconnectReason.TRANSPORT_CLOSE, reasons.poll(30, TimeUnit.SECONDS));
    refuses(400, 1, "Session ID unknown", post(session, "42[\"echo\"]"));
    assertEquals("6", get(session).body());
    refuses(400, 1, "Session ID unknown", get(session));
  }

  @Test
  void doesNotWaitForWhoHasClosedWhenTheServerGoes() throws InterruptedException {
    String session = connect();
    assertEquals("ok", post(session, "1").body());
    assertEquals(DisconnectReason.TRANSPORT_CLOSE, reasons.poll(30, TimeUnit.SECONDS));
    server.io().close(Duration.ofDays(1)).toCompletableFuture().join();
    assertEquals(0, server.io().sessionCount());
  }

  @Test
  void closesTheSessionOfAMalformedPayload() throws InterruptedException {
    String session = connect();
    assertEquals(400, post(session, "abc").statusCode());
    assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(60, TimeUnit.SECONDS));
    assertEquals(400, get(session).statusCode());
  }

  @Test
  void refusesTooLargeABody() {
    String session = connect();
    assertEquals(413, post(session, "4" + "x".repeat(1_000_000)).statusCode());
  }

  @Test
  void bringsTheDisconnectAndTheCloseToTheNextPoll() throws InterruptedException {
    String session = connect();
    server.nextSocket().disconnect(true);
    assertEquals(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, reasons.poll(60, TimeUnit.SECONDS));
    assertEquals("41\u001e1", get(session).body());
    assertEquals(400, get(session).statusCode());
  }

  @Test
  void tellsPollsThatTheServerGoes() {
    String session = connect();
    CompletableFuture<Void> closed =
        server.io().close(Duration.ofSeconds(60)).toCompletableFuture();
    assertEquals("1", get(session).body());
    closed.join();
    assertEquals(503, get(HANDSHAKE).statusCode());
  }

  @Test
  void bringsWhatWaitsToTheNextPollBeforeItTellsThatTheServerGoes() throws InterruptedException {
    String session = connect();
    Socket socket = server.nextSocket();
    socket.emit("a", 1);
    main.emit("b", new byte[] {1});
    CompletableFuture<Void> closed =
        server.io().close(Duration.ofSeconds(60)).toCompletableFuture();
    // From then on the close waits for the poll.
    assertEquals(DisconnectReason.SERVER_SHUTTING_DOWN, reasons.poll(60, TimeUnit.SECONDS));
    String binary = "451-[\"b\",{\"_placeholder\":true,\"num\":0}]\u001ebAQ==";
    assertEquals("42[\"a\",1]\u001e" + binary + "\u001e1", get(session).body());
    closed.join();
  }

  @Test
  void cutsWhoNeverPollsAgainInTheTimeThatTheServerHas() throws InterruptedException {
    Limits patient = Limits.builder().closeTimeout(Duration.ofDays(1)).build();
    try (TestServer other = new TestServer(SocketIoOptions.builder().limits(patient).build())) {
      PollingClient client = PollingClient.open(other);
      assertEquals(200, client.post("40"));
      other.nextSocket();
      CompletableFuture<Void> longer = other.io().close(Duration.ofDays(1)).toCompletableFuture();
      other.settle();
      assertFalse(longer.isDone());
      assertEquals(1, other.io().sessionCount());
      other.io().close(Duration.ofMillis(1)).toCompletableFuture().join();
      assertEquals(0, other.io().sessionCount());
      longer.join();
      refuses(400, 1, "Session ID unknown", PollingClient.await(client.pollLater()));
    }
  }

  @Test
  void namesTheOriginThatMayReadAnswers() throws IOException, InterruptedException {
    HttpResponse<String> allowed = from("https://a.example");
    assertEquals(
        "https://a.example",
        allowed.headers().firstValue("access-control-allow-origin").orElse(""));
    assertEquals(
        "true", allowed.headers().firstValue("access-control-allow-credentials").orElse(""));
    HttpResponse<String> other = from("https://b.example");
    assertTrue(other.headers().firstValue("access-control-allow-origin").isEmpty());
    assertEquals("origin", other.headers().firstValue("vary").orElse(""));
  }

  private HttpResponse<String> from(String origin) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(server.http(HANDSHAKE)).header("Origin", origin).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void upgradesWithoutLosingAPacket() throws InterruptedException {
    for (int round = 0; round < 8; round++) {
      String session = connect();
      Socket socket = server.nextSocket();
      String webSocket = session.replace("polling", "websocket");
      CompletableFuture<HttpResponse<String>> held = poll(session);
      try (WebSocketClient client = WebSocketClient.open(server.webSocket(webSocket))) {
        client.send("2probe");
        assertEquals("3probe", client.nextText());
        String last = held.join().body();
        assertTrue(last.equals("6"), last);
        socket.emit("a", 1);
        socket.emit("b", 1);
        client.send("5");
        socket.emit("c", 1);
        assertEquals("42[\"a\",1]", client.nextText());
        assertEquals("42[\"b\",1]", client.nextText());
        assertEquals("42[\"c\",1]", client.nextText());
        client.send("421[\"echo\",2]");
        assertEquals("431[2]", client.nextText());
        refuses(400, 3, "Bad request", get(session));
      }
      assertEquals(DisconnectReason.TRANSPORT_CLOSE, reasons.poll(60, TimeUnit.SECONDS));
    }
  }

  @Test
  void holdsPollsUntilTheWebSocketProbes() throws InterruptedException {
    String session = connect();
    String webSocket = session.replace("polling", "websocket");
    try (WebSocketClient client = WebSocketClient.open(server.webSocket(webSocket))) {
      CompletableFuture<HttpResponse<String>> held = poll(session);
      server.nextSocket().emit("a", 1);
      assertEquals("42[\"a\",1]", held.join().body());
      client.send("2probe");
      assertEquals("3probe", client.nextText());
      // A client that has not seen the answer yet may poll once more.
      assertEquals("6", get(session).body());
      assertEquals("6", get(session).body());
    }
  }

  @Test
  void keepsPollingWhenAnUpgradeFails() throws InterruptedException {
    String session = connect();
    String webSocket = session.replace("polling", "websocket");
    try (WebSocketClient client = WebSocketClient.open(server.webSocket(webSocket))) {
      client.send("4early");
      assertEquals(1002, client.closeCode());
    }
    server.nextSocket().emit("still", 1);
    assertEquals("42[\"still\",1]", get(session).body());
  }
}
