package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.POLLING;
import static dev.verbatim.socketio.RawClient.get;
import static dev.verbatim.socketio.RawClient.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.ConnectionError.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handshakes beyond a bound: what they are answered, told as and counted as. */
@Timeout(180)
final class HandshakeLimitsTest {
  private static final String OPEN = get(POLLING);

  private static final String FORBIDDEN = "{\"code\":4,\"message\":\"Forbidden\"}";
  private static final String TOO_MANY = "{\"message\":\"Too many connections\"}";

  private final BlockingQueue<ConnectionError> errors = new LinkedBlockingQueue<>();

  private TestServer server(SocketIoOptions.Builder options, Limits.Builder limits) {
    TestServer server = new TestServer(options.limits(limits.build()).build());
    server.io().onConnectionError(errors::add);
    return server;
  }

  /** What the application was told, which is before the client was. */
  private Context told(String message) {
    ConnectionError error = errors.remove();
    assertEquals(-1, error.code());
    assertEquals(message, error.message());
    return error.context();
  }

  private static long refusals(TestServer server, Refusal reason) {
    return server.io().counters().refusals().getOrDefault(reason, -1L);
  }

  @Test
  void refusesHandshakesBeyondConnectionsMax() throws IOException {
    try (TestServer server = server(SocketIoOptions.builder(), Limits.builder().connectionsMax(2));
        WebSocketClient _ = WebSocketClient.connect(server);
        WebSocketClient _ = WebSocketClient.connect(server);
        RawClient third = new RawClient(server)) {
      assertNull(errors.poll());
      third.send(OPEN);
      assertEquals(TOO_MANY, third.readAnswer(503));
      assertEquals(2, server.io().sessionCount());
      assertEquals(new Context.TooManyConnections(), told("Too many connections"));
      assertEquals(1, refusals(server, Refusal.TOO_MANY_CONNECTIONS));
    }
  }

  @Test
  void countsHandshakesThatAreNotAllowedYetAsConnections() throws Exception {
    BlockingQueue<AllowRequest.Decision> asked = new LinkedBlockingQueue<>();
    SocketIoOptions.Builder options =
        SocketIoOptions.builder()
            .allowRequest(
                (request, decision) -> {
                  if (request.query("again") == null) {
                    asked.add(decision);
                  } else {
                    decision.refuse(null);
                  }
                });
    try (TestServer server = server(options, Limits.builder().connectionsMax(1));
        RawClient second = new RawClient(server)) {
      try (RawClient first = new RawClient(server)) {
        first.send(OPEN);
        AllowRequest.Decision decision = asked.take();
        second.send(OPEN);
        assertEquals(TOO_MANY, second.readAnswer(503));
        decision.refuse(null);
        first.readAnswer(403);
        first.send(OPEN);
        asked.take();
      }
      // The first is gone, and does not keep its place.
      for (boolean isIn = false; !isIn; ) {
        second.send(OPEN.replace("polling", "polling&again=1"));
        isIn = second.readHead().startsWith("HTTP/1.1 403 ");
        second.read(isIn ? FORBIDDEN.length() : TOO_MANY.length());
      }
    }
  }

  @Test
  void refusesMoreConnectionsThanConnectionsPerAddressMax() throws IOException {
    SocketIoOptions.Builder options =
        SocketIoOptions.builder()
            .addressOf(handshake -> InetAddress.ofLiteral(handshake.header("X-Address")));
    try (TestServer server = server(options, Limits.builder().connectionsPerAddressMax(1));
        RawClient client = new RawClient(server)) {
      String sid = open(client, 200, "192.0.2.1");
      assertNull(errors.poll());
      open(client, 503, "192.0.2.1");
      assertEquals(new Context.TooManyConnectionsOfAddress(), told("Too many connections"));
      assertEquals(1, refusals(server, Refusal.TOO_MANY_CONNECTIONS));
      open(client, 200, "192.0.2.2");
      open(client, 200, "2001:db8::1");
      open(client, 503, "2001:db8::2");
      open(client, 200, "2001:db8:0:1::2");
      client.send(post(POLLING + "&sid=" + sid, "1"));
      client.readAnswer(200);
      client.send(get(POLLING + "&sid=" + sid));
      client.readAnswer(200);
      open(client, 200, "192.0.2.1");
      assertEquals(2, refusals(server, Refusal.TOO_MANY_CONNECTIONS));
    }
  }

  /** Asks for a session as somebody, and gives its id if there is one. */
  private static String open(RawClient client, int status, String address) throws IOException {
    client.send(OPEN.replace("Host: x", "Host: x\r\nX-Address: " + address));
    String body = client.readAnswer(status);
    return status == 200 ? RawClient.sid(body) : "";
  }

  @Test
  void refusesHandshakesBeyondTheirRate() throws IOException {
    try (TestServer server =
            server(SocketIoOptions.builder(), Limits.builder().handshakeRate(1, 2));
        RawClient client = new RawClient(server)) {
      // However slowly this is run, one of them follows the others too soon.
      int admitted = 0;
      String head = handshake(client);
      while (head.startsWith("HTTP/1.1 200 ")) {
        admitted++;
        assertEquals(0, refusals(server, Refusal.TOO_MANY_HANDSHAKES));
        head = handshake(client);
      }
      assertTrue(admitted >= 2);
      assertTrue(head.startsWith("HTTP/1.1 429 "), head);
      assertTrue(head.contains("\r\nretry-after: 1\r\n"), head);
      Duration retryAfter =
          assertInstanceOf(Context.TooManyHandshakes.class, told("Too many handshakes"))
              .retryAfter();
      assertTrue(
          retryAfter.isPositive() && retryAfter.compareTo(Duration.ofSeconds(1)) <= 0,
          retryAfter::toString);
      assertEquals(1, refusals(server, Refusal.TOO_MANY_HANDSHAKES));
    }
  }

  private static String handshake(RawClient client) throws IOException {
    client.send(OPEN);
    return client.readAnswer().head();
  }

  @Test
  void hasThoseBeyondTheRateOfAdmissionsStandInLine() throws Exception {
    Limits.Builder limits = Limits.builder().admissionRate(1, 1).admissionsWaitingMax(1);
    try (TestServer server = server(SocketIoOptions.builder(), limits);
        RawClient first = new RawClient(server);
        RawClient second = new RawClient(server);
        RawClient third = new RawClient(server)) {
      first.send(OPEN);
      first.readAnswer(200);
      second.send(OPEN);
      while (server.io().counters().admissions().waiting() == 0) {
        Thread.onSpinWait();
      }
      third.send(OPEN);
      String head = third.readAnswer().head();
      // However slowly this is run: if the second is in by now, the third waits.
      if (head.startsWith("HTTP/1.1 503 ")) {
        assertTrue(head.contains("\r\nretry-after: 1\r\n"), head);
        assertInstanceOf(Context.TooManyWaiting.class, told("Too many handshakes wait"));
        assertEquals(1, refusals(server, Refusal.TOO_MANY_WAITING));
      }
      second.readAnswer(200);
      assertEquals(0, server.io().counters().admissions().waiting());
      assertTrue(server.io().counters().admissions().waited() >= 1);
    }
  }

  @Test
  void refusesWhoStandsInLineWhenTheServerGoes() throws Exception {
    Limits.Builder limits =
        Limits.builder()
            .admissionRate(1, 1)
            .admissionWaitMax(Duration.ofDays(1))
            .closeTimeout(Duration.ofMillis(10));
    try (TestServer server = server(SocketIoOptions.builder(), limits)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        RawClient client = new RawClient(server);
        clients.add(client);
        client.send(OPEN);
      }
      while (server.io().counters().admissions().waiting() < 100) {
        Thread.onSpinWait();
      }
      server.io().close(Duration.ofSeconds(60)).toCompletableFuture().join();
      int refused = 0;
      for (RawClient client : clients) {
        String head = client.readAnswer().head();
        refused += head.startsWith("HTTP/1.1 503 ") ? 1 : 0;
        client.close();
      }
      assertTrue(refused >= 100, refused + " were refused");
      assertEquals(0, server.io().counters().admissions().waiting());
    }
  }
}
