package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.POLLING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever is refused can tell under which id the log has it. */
@Timeout(180)
final class RequestIdTest {
  private static final Pattern ID = Pattern.compile("\r\nx-request-id: ([^\r]+)\r\n");

  private final TestServer server =
      new TestServer(
          SocketIoOptions.builder()
              .requestIds(true)
              .allowRequest(
                  handshake -> {
                    if (handshake.query("fail") != null) {
                      throw new IllegalStateException("on purpose");
                    }
                    return true;
                  })
              .build());

  @AfterEach
  void close() {
    server.close();
  }

  /** The id in the answer to a request of these headers; empty if it has none. */
  private static String ask(TestServer server, int status, String query, String headers)
      throws IOException {
    try (RawClient client = new RawClient(server)) {
      client.send("GET " + POLLING + query + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 " + status + " "), head);
      Matcher id = ID.matcher(head.toLowerCase(Locale.ROOT));
      return id.find() ? id.group(1) : "";
    }
  }

  private static void assertMade(String id) {
    assertTrue(id.matches("[0-9a-f]{16}"), id);
  }

  @Test
  void isToldToWhoIsRefusedAndLogged() throws Exception {
    BlockingQueue<ConnectionError> errors = new LinkedBlockingQueue<>();
    server.io().onConnectionError(errors::add);
    try (Logged logged = Logged.by(Exchange.class)) {
      for (String query : new String[] {"&sid=nobody", "&x=%zz"}) {
        String id = ask(server, 400, query, "");
        assertMade(id);
        assertEquals(1, logged.with(id).size(), query);
      }
      String upgrade = ask(server, 400, "&EIO=4", "Connection: upgrade\r\nUpgrade: websocket\r\n");
      assertEquals(1, logged.with(upgrade).size());
      assertEquals(Level.DEBUG, logged.with(upgrade).getFirst().getLevel());
    }
    String own = ask(server, 400, "&sid=nobody", "X-Request-Id: own.1\r\n");
    assertEquals("own.1", own);
    ConnectionError last = errors.poll(60, TimeUnit.SECONDS);
    while (!last.requestId().equals("own.1")) {
      last = errors.poll(60, TimeUnit.SECONDS);
    }
    assertEquals(1, last.code());
  }

  @Test
  void isOursWhereTheClientsCannotStandInALog() throws Exception {
    for (String bad : new String[] {"a b", "\"", "x".repeat(65), ""}) {
      assertMade(ask(server, 400, "&sid=nobody", "X-Request-Id: " + bad + "\r\n"));
    }
  }

  @Test
  void isThatOfTheFaultInTheLog() throws Exception {
    try (Logged logged = Logged.by(Endpoint.class)) {
      String id = ask(server, 500, "&fail=1", "");
      assertMade(id);
      assertEquals("on purpose", logged.with(id).getFirst().getThrowableProxy().getMessage());
      assertEquals(Level.ERROR, logged.with(id).getFirst().getLevel());
    }
  }

  @Test
  void isNotToldToWhoIsServedOrUnlessAskedFor() throws Exception {
    assertEquals("", ask(server, 200, "", ""));
    try (TestServer plain = new TestServer(SocketIoOptions.defaults())) {
      assertEquals("", ask(plain, 400, "&sid=nobody", ""));
    }
  }

  @Test
  void hasLinesOfSessionsFoundByWhatClientsKnow() throws Exception {
    try (Logged logged = Logged.by(Connection.class);
        WebSocketClient client = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      client.send("40/nowhere,");
      client.expectPrefix("44/nowhere,");
      assertEquals(1, logged.with("INVALID_NAMESPACE").size());
      String line = logged.with("INVALID_NAMESPACE").getFirst().getKeyValuePairs().toString();
      assertTrue(line.contains("sid=\"" + socket.session().id().substring(0, 8) + "\""), line);
      assertTrue(line.contains("socketId=\"" + socket.id() + "\""), line);
      assertEquals(socket.id(), socket.publicId());
      client.send("4x");
      client.closeCode();
      assertEquals(1, logged.with("a packet is none").size());
    }
  }
}
