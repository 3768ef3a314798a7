package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.POLLING;
import static dev.verbatim.socketio.RawClient.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.ConnectionError.Context;
import dev.verbatim.socketio.SocketIoOptions.TransportName;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong requests, with what they are answered and what the application is told. */
@Timeout(180)
final class VerificationTest {
  private static final BlockingQueue<ConnectionError> errors = new LinkedBlockingQueue<>();
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");
  private static final String UPGRADE =
      String.join(
          "\r\n",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "");

  private static TestServer server;
  private static RawClient pollingClient;
  private static RawClient webSocketClient;

  /** Ids of a session that polls and of one that has a WebSocket. */
  private static String polling;

  private static String webSocket;

  @BeforeAll
  static void listen() throws IOException {
    server =
        new TestServer(
            SocketIoOptions.builder()
                .allowRequest(handshake -> handshake.query("forbidden") == null)
                .build());
    server.io().of("/");
    server.io().onConnectionError(errors::add);
    pollingClient = new RawClient(server);
    pollingClient.send(get(POLLING));
    polling = RawClient.sid(pollingClient.readAnswer(200));
    webSocketClient = new RawClient(server);
    webSocketClient.send(RawClient.upgrade(""));
    webSocketClient.readHead();
    webSocket = RawClient.sid(webSocketClient.readFrame());
  }

  @AfterAll
  static void close() throws IOException {
    pollingClient.close();
    webSocketClient.close();
    server.close();
  }

  @BeforeEach
  void forget() {
    errors.clear();
  }

  private static Arguments row(
      String method, String query, boolean isUpgrade, int status, int code, Context context) {
    return Arguments.of(method, query, isUpgrade, status, code, context);
  }

  static Stream<Arguments> wrongRequests() {
    String poll = "EIO=4&transport=polling";
    String socket = "EIO=4&transport=websocket";
    return Stream.of(
        // The transport comes first.
        row("GET", "EIO=4", false, 400, 0, new Context.TransportUnknown(null)),
        row("GET", "EIO=4&transport=", false, 400, 0, new Context.TransportUnknown("")),
        row("GET", "EIO=4&transport=tobi", false, 400, 0, new Context.TransportUnknown("tobi")),
        row("GET", "transport=__proto__", true, 400, 0, new Context.TransportUnknown("__proto__")),
        row("GET", "transport=webtransport&sid=x", false, 400, 0, unknown("webtransport")),
        row("DELETE", "EIO=4&transport=POLLING", false, 400, 0, unknown("POLLING")),
        // Then the session.
        row("GET", poll + "&sid=nobody", false, 400, 1, new Context.SessionUnknown("nobody")),
        row("POST", poll + "&sid=nobody", false, 400, 1, new Context.SessionUnknown("nobody")),
        row("PUT", poll + "&sid=nobody", false, 400, 1, new Context.SessionUnknown("nobody")),
        row("GET", socket + "&sid=nobody", true, 400, 1, new Context.SessionUnknown("nobody")),
        row("GET", socket + "&sid=nobody", false, 400, 1, new Context.SessionUnknown("nobody")),
        // Handshakes are GETs.
        row("POST", poll, false, 400, 2, new Context.BadHandshakeMethod("POST")),
        row("PUT", poll, false, 400, 2, new Context.BadHandshakeMethod("PUT")),
        row("DELETE", poll + "&sid=", false, 400, 2, new Context.BadHandshakeMethod("DELETE")),
        row("HEAD", poll, false, 400, 2, new Context.BadHandshakeMethod("HEAD")),
        row("OPTIONS", poll, false, 400, 2, new Context.BadHandshakeMethod("OPTIONS")),
        row("POST", socket, true, 400, 2, new Context.BadHandshakeMethod("POST")),
        // And of their transport.
        row("GET", socket, false, 400, 3, new Context.TransportHandshakeError()),
        row("GET", poll, true, 400, 3, new Context.TransportHandshakeError()),
        // So are the requests of sessions.
        row("GET", socket + "&sid=POLLING", false, 400, 3, mismatch("websocket")),
        row("GET", poll + "&sid=POLLING", true, 400, 3, mismatch("polling")),
        row("POST", socket + "&sid=POLLING", true, 400, 3, new Context.BadMethod("POST")),
        row("PUT", poll + "&sid=POLLING", false, 400, 3, new Context.BadMethod("PUT")),
        row("DELETE", poll + "&sid=POLLING", false, 400, 3, new Context.BadMethod("DELETE")),
        row("HEAD", poll + "&sid=POLLING", false, 400, 3, new Context.BadMethod("HEAD")),
        row("GET", poll + "&sid=WEBSOCKET", false, 400, 3, mismatch("polling")),
        row("POST", poll + "&sid=WEBSOCKET", false, 400, 3, mismatch("polling")),
        row("GET", socket + "&sid=WEBSOCKET", false, 400, 3, mismatch("websocket")),
        // Then come allowRequest and the version.
        row("GET", poll + "&forbidden=1", false, 403, 4, new Context.Forbidden(null)),
        row("GET", socket + "&forbidden=1", true, 403, 4, new Context.Forbidden(null)),
        row("GET", "transport=polling&forbidden=1", false, 403, 4, new Context.Forbidden(null)),
        row("GET", "transport=polling", false, 400, 5, version(null)),
        row("GET", "EIO=3&transport=polling", false, 400, 5, version("3")),
        row("GET", "EIO=abc&transport=polling", false, 400, 5, version("abc")),
        row("GET", "EIO=&transport=websocket", true, 400, 5, version("")),
        row("GET", "EIO=3&transport=websocket", true, 400, 5, version("3")));
  }

  private static Context unknown(String transport) {
    return new Context.TransportUnknown(transport);
  }

  private static Context mismatch(String transport) {
    return new Context.TransportMismatch(transport);
  }

  private static Context version(@Nullable String version) {
    return new Context.UnsupportedProtocolVersion(version);
  }

  private static final String[] WORDS = {
    "Transport unknown",
    "Session ID unknown",
    "Bad handshake method",
    "Bad request",
    "Forbidden",
    "Unsupported protocol version"
  };

  @ParameterizedTest(name = "{0} {1}, upgrade: {2}")
  @MethodSource("wrongRequests")
  void refuses(
      String method, String query, boolean isUpgrade, int status, int code, Context context)
      throws Exception {
    String named = query.replace("POLLING", polling).replace("WEBSOCKET", webSocket);
    // The name of a transport is not an id.
    String sent = query.contains("sid=") ? named : query;
    try (RawClient client = new RawClient(server)) {
      client.send(
          method
              + " /socket.io/?"
              + sent
              + " HTTP/1.1\r\nHost: x\r\n"
              + (isUpgrade ? UPGRADE : "")
              + "\r\n");
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 " + status + " "), head);
      String body =
          isUpgrade ? WORDS[code] : "{\"code\":" + code + ",\"message\":\"" + WORDS[code] + "\"}";
      Matcher length = LENGTH.matcher(head);
      assertTrue(length.find(), head);
      assertEquals(body.length(), Integer.parseInt(length.group(1)));
      if (!method.equals("HEAD")) {
        assertEquals(body, client.read(body.length()));
      }
      if (isUpgrade) {
        assertTrue(head.contains("connection: close"), head);
        assertTrue(client.isEnded());
      } else {
        client.send(get(POLLING));
        client.readAnswer(200);
      }
    }
    ConnectionError error = errors.take();
    assertEquals(context, error.context());
    assertEquals(code, error.code());
    assertEquals(WORDS[code], error.message());
    assertEquals("/socket.io/?" + sent, error.request().url());
  }

  @Test
  void leavesTheSessionsAsTheyAre() throws IOException {
    pollingClient.send(RawClient.post(POLLING + "&sid=" + polling, "40"));
    assertEquals("ok", pollingClient.readAnswer(200));
    webSocketClient.send(RawClient.frame(0x81, "40"));
    assertTrue(webSocketClient.readFrame().startsWith("40{"));
  }

  @Test
  void tellsWhatIsMissingInAnUpgrade() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send(RawClient.upgrade("").replace("Version: 13", "Version: 7"));
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 426 "), head);
      assertTrue(head.contains("sec-websocket-version: 13\r\n"), head);
      assertEquals(new Context.WebSocketVersionUnknown("7"), errors.take().context());
    }
    try (RawClient client = new RawClient(server)) {
      client.send(RawClient.upgrade("").replace("Sec-WebSocket-Key", "X"));
      assertEquals("Bad request", client.readAnswer(400));
      assertEquals(new Context.WebSocketKeyMissing(), errors.take().context());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZQA=",
        "dGhlIHNhbXBsZSBub25jZQ==x",
        "dGhlIHNhbXBsZSBub25j_Q=="
      })
  void refusesAnUpgradeWhoseKeyIsNot16BytesInBase64(String key) throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send(RawClient.upgrade("").replace("dGhlIHNhbXBsZSBub25jZQ==", key));
      assertEquals("Bad request", client.readAnswer(400));
      assertEquals(new Context.WebSocketKeyMissing(), errors.take().context());
    }
  }

  @Test
  void refusesABodyThatBelongsNowhere() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send(get(POLLING).replace("\r\n\r\n", "\r\nContent-Length: 1\r\n\r\nx"));
      assertEquals("{\"code\":3,\"message\":\"Bad request\"}", client.readAnswer(400));
      assertEquals(new Context.UnexpectedBody(), errors.take().context());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Origin: http://a\u0001", "Origin: http://a\u007f", "No colon"})
  void refusesAndClosesWhatIsNoHeader(String line) throws IOException {
    try (RawClient client = new RawClient(server)) {
      client.send(get(POLLING).replace("Host: x\r\n", "Host: x\r\n" + line + "\r\n"));
      assertEquals("{\"code\":3,\"message\":\"Bad request\"}", client.readAnswer(400));
      assertTrue(client.isEnded());
    }
    assertNull(errors.poll());
  }

  @Test
  void knowsOnlyTheTransportsThatAreAllowed() throws Exception {
    SocketIoOptions options =
        SocketIoOptions.builder().transports(EnumSet.of(TransportName.WEBSOCKET)).build();
    try (TestServer other = new TestServer(options);
        RawClient client = new RawClient(other)) {
      client.send(get(POLLING));
      assertTrue(client.readAnswer(400).contains("Transport unknown"));
      client.send(RawClient.upgrade(""));
      assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
    }
  }

  @Test
  void takesNoWebSocketWherePollingAloneIsAllowed() throws Exception {
    SocketIoOptions options =
        SocketIoOptions.builder().transports(EnumSet.of(TransportName.POLLING)).build();
    try (TestServer other = new TestServer(options);
        RawClient client = new RawClient(other)) {
      other.io().onConnectionError(errors::add);
      client.send(get(POLLING));
      String open = client.readAnswer(200);
      assertTrue(open.contains("\"upgrades\":[],"), open);
      for (String query : new String[] {"", "&sid=" + RawClient.sid(open)}) {
        refusesWebSocket(other, query, "Transport unknown");
        assertEquals(unknown("websocket"), errors.take().context());
      }
      goesOnPolling(client, RawClient.sid(open));
    }
  }

  @Test
  void takesNoWebSocketForASessionThatMayNotUpgrade() throws Exception {
    SocketIoOptions options = SocketIoOptions.builder().allowUpgrades(false).build();
    try (TestServer other = new TestServer(options);
        RawClient client = new RawClient(other)) {
      other.io().onConnectionError(errors::add);
      client.send(get(POLLING));
      String open = client.readAnswer(200);
      assertTrue(open.contains("\"upgrades\":[],"), open);
      refusesWebSocket(other, "&sid=" + RawClient.sid(open), "Bad request");
      assertEquals(mismatch("websocket"), errors.take().context());
      goesOnPolling(client, RawClient.sid(open));
      // Who begins with a WebSocket changes nothing.
      try (RawClient webSocket = RawClient.webSocket(other)) {
        webSocket.send(RawClient.frame(0x81, "40"));
        assertTrue(webSocket.readFrame().startsWith("40{"));
      }
    }
  }

  private static void refusesWebSocket(TestServer server, String query, String words)
      throws IOException {
    try (RawClient client = new RawClient(server)) {
      client.send(RawClient.upgrade(query));
      assertEquals(words, client.readAnswer(400));
      assertTrue(client.isEnded());
    }
  }

  private static void goesOnPolling(RawClient client, String sid) throws IOException {
    client.send(RawClient.post(POLLING + "&sid=" + sid, "40"));
    assertEquals("ok", client.readAnswer(200));
    client.send(get(POLLING + "&sid=" + sid));
    assertTrue(client.readAnswer(200).startsWith("40{"));
  }

  @Test
  void tellsOfOldClientsThatWouldReadScripts() throws Exception {
    try (TestServer other = new TestServer(SocketIoOptions.builder().allowEIO3(true).build());
        RawClient client = new RawClient(other)) {
      other.io().onConnectionError(errors::add);
      client.send(get(POLLING.replace("EIO=4", "EIO=3") + "&j=0"));
      client.readAnswer(400);
      ConnectionError error = errors.remove();
      assertEquals(new Context.JsonpNotSupported(), error.context());
      assertEquals(3, error.code());
      assertEquals("JSONP is not supported", error.message());
    }
  }

  @Test
  void tellsOfWhoComesWhileTheServerGoes() throws Exception {
    try (TestServer other = new TestServer(SocketIoOptions.defaults());
        RawClient client = new RawClient(other)) {
      other.io().onConnectionError(errors::add);
      other.io().close(Duration.ofDays(1)).toCompletableFuture().join();
      client.send(get(POLLING));
      client.readAnswer(503);
      ConnectionError error = errors.remove();
      assertEquals(new Context.ShuttingDown(), error.context());
      assertEquals(-1, error.code());
      assertEquals("Shutting down", error.message());
    }
  }

  @Test
  void keepsAConnectionAsItsVersionOfHttpSays() throws IOException {
    String open = get(POLLING);
    String old = open.replace("HTTP/1.1", "HTTP/1.0");
    try (RawClient client = new RawClient(server)) {
      client.send(old);
      assertTrue(client.readHead().contains("connection: close\r\n"));
    }
    try (RawClient client = new RawClient(server)) {
      client.send(old.replace("Host: x", "Connection: keep-alive"));
      String head = client.readHead();
      assertTrue(head.contains("connection: keep-alive\r\n"), head);
    }
    try (RawClient client = new RawClient(server)) {
      client.send(open.replace("Host: x", "Host: x\r\nConnection: close"));
      client.readAnswer(200);
      assertTrue(client.isEnded());
    }
  }
}
