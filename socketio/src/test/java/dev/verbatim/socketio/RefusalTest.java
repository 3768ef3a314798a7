package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.POLLING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that are answered for what they are before anybody gets to work on them. */
@Timeout(180)
final class RefusalTest {
  private final TestServer server =
      new TestServer(
          SocketIoOptions.builder()
              .maxHttpBufferSize(1_000)
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

  /** The head of a request to the engine. */
  private static String head(String method, String query, String... headers) {
    return method
        + " "
        + POLLING
        + query
        + " HTTP/1.1\r\nHost: x\r\n"
        + String.join("", headers)
        + "\r\n";
  }

  private void refusesAndCloses(int status, String request) throws IOException {
    try (RawClient client = new RawClient(server)) {
      client.send(request);
      client.readAnswer(status);
      assertTrue(client.isEnded());
    }
  }

  private static String openSession(RawClient client) throws IOException {
    return client.openPolling().substring(POLLING.length());
  }

  @Test
  void answersWhatCannotBeRead() throws IOException {
    refusesAndCloses(400, head("GET", "&x=%"));
    refusesAndCloses(400, head("GET", "&x=%zz"));
    refusesAndCloses(400, head("POST", "", "Content-Length: abc\r\n"));
    try (RawClient client = new RawClient(server)) {
      String session = openSession(client);
      client.send(head("POST", session, "Transfer-Encoding: chunked\r\n") + "zz\r\n");
      client.readAnswer(400);
      assertTrue(client.isEnded());
    }
  }

  @Test
  void tellsATooLongLineFromTooLongHeaders() throws IOException {
    refusesAndCloses(414, head("GET", "&x=" + "x".repeat(10_000)));
    refusesAndCloses(431, head("GET", "", "X: " + "x".repeat(10_000) + "\r\n"));
  }

  @Test
  void answersWhenAllowRequestFails() throws IOException {
    refusesAndCloses(500, head("GET", "&fail=1"));
  }

  @Test
  void refusesTooLargeABodyBeforeItComes() throws IOException {
    refusesAndCloses(413, head("POST", "", "Content-Length: 1001\r\n"));
    try (RawClient client = new RawClient(server)) {
      String session = openSession(client);
      client.send(
          head("POST", session, "Transfer-Encoding: chunked\r\n")
              + "3e9\r\n"
              + "x".repeat(1_001)
              + "\r\n");
      client.readAnswer(413);
      assertTrue(client.isEnded());
    }
  }

  @Test
  void dropsTheBodyOfARefusedRequest() throws IOException {
    try (RawClient client = new RawClient(server)) {
      refusesHead(client, 1, head("POST", "&sid=nobody", "Content-Length: 1000\r\n"));
      refusesHead(client, 2, head("POST", "", "Content-Length: 1000\r\n"));
      refusesHead(client, 3, head("GET", "", "Content-Length: 1000\r\n"));
      refusesHead(client, 2, head("PUT", "", "Content-Length: 1000\r\n"));
      openSession(client);
      client.send(head("GET", "", "Transfer-Encoding: chunked\r\n"));
      client.readAnswer(400);
      // It may not go on for ever, though.
      client.send("3e9\r\n" + "x".repeat(1_001) + "\r\n");
      assertTrue(client.isEnded());
    }
  }

  private static void refusesHead(RawClient client, int code, String head) throws IOException {
    client.send(head);
    String body = client.readAnswer(400);
    assertTrue(body.startsWith("{\"code\":" + code + ","), body);
    client.send("x".repeat(1_000));
  }

  @Test
  void tellsWhoExpectsItToGoOn() throws IOException {
    String expect = "Expect: 100-continue\r\n";
    try (RawClient client = new RawClient(server)) {
      String session = openSession(client);
      client.send(head("POST", session, "Content-Length: 2\r\n", expect));
      assertTrue(client.readHead().startsWith("HTTP/1.1 100 "));
      client.send("40");
      assertEquals("ok", client.readAnswer(200));
    }
    // Whether the body comes all the same nobody can tell.
    refusesAndCloses(400, head("POST", "&sid=nobody", "Content-Length: 2\r\n", expect));
  }

  @Test
  void refusesAnUpgradeAsLongAsItIsHttp() throws IOException {
    String upgrade = RawClient.upgrade("");
    try (RawClient first = new RawClient(server)) {
      String session = openSession(first);
      String ofSession = upgrade.replace("transport=websocket", "transport=websocket" + session);
      refusesAndCloses(426, ofSession.replace("Version: 13", "Version: 8"));
      refusesAndCloses(400, ofSession.replace("Sec-WebSocket-Key", "X"));
      refusesAndCloses(400, ofSession.replace("GET", "POST"));
      // One of the two is on another event loop than the session.
      try (RawClient second = new RawClient(server);
          RawClient third = new RawClient(server)) {
        for (RawClient client : new RawClient[] {second, third}) {
          client.send(ofSession);
          assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
        }
      }
    }
  }
}
