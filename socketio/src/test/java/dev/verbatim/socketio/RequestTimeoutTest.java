package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that keep a connection and let their requests wait, beyond ten seconds of held time. */
final class RequestTimeoutTest {
  private static final Duration MOST_OF_IT = Duration.ofSeconds(9);
  private static final Duration THE_REST = Duration.ofSeconds(2);
  private static final String OPEN =
      "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n";

  private static final Limits LIMITS =
      Limits.builder().requestTimeout(Duration.ofSeconds(10)).build();

  private final EmbeddedServer server = new EmbeddedServer(LIMITS);

  @AfterEach
  void close() {
    server.close();
  }

  private void assertClosedWithTheRest() {
    server.pass(MOST_OF_IT);
    assertTrue(server.isOpen());
    server.pass(THE_REST);
    assertFalse(server.isOpen());
  }

  /** Opens a session and gives the query of its requests. */
  private String open() {
    server.send(OPEN);
    String answer = server.receivedText();
    int sid = answer.indexOf("\"sid\":\"") + 7;
    return "?EIO=4&transport=polling&sid=" + answer.substring(sid, sid + Ids.LENGTH);
  }

  @Test
  void closesWhoSendsNothing() {
    assertClosedWithTheRest();
    assertEquals("", server.receivedText());
  }

  @Test
  void closesWhoLeavesAHeadUnfinished() {
    server.pass(THE_REST);
    server.send(OPEN.substring(0, OPEN.length() - 2));
    server.pass(MOST_OF_IT);
    assertFalse(server.isOpen());
    assertEquals("", server.receivedText());
  }

  @Test
  void refusesWhoTricklesABody() {
    String query = open();
    server.send("POST /socket.io/" + query + " HTTP/1.1\r\nContent-Length: 100\r\n\r\n");
    for (int i = 0; i < 9; i++) {
      server.pass(Duration.ofSeconds(1));
      server.send("4");
    }
    assertTrue(server.isOpen());
    server.pass(THE_REST);
    assertTrue(server.receivedText().startsWith("HTTP/1.1 408 "));
    assertFalse(server.isOpen());
  }

  @Test
  void closesWhoTricklesTheRestOfARefusedBody() {
    server.send(
        "POST /socket.io/?EIO=4&transport=polling&sid=a HTTP/1.1\r\nContent-Length: 99\r\n\r\n4");
    assertTrue(server.receivedText().startsWith("HTTP/1.1 400 "));
    server.pass(MOST_OF_IT);
    server.send("4");
    server.pass(THE_REST);
    assertFalse(server.isOpen());
  }

  @Test
  void closesWhoSendsNothingBehindAnAnswer() {
    server.pass(MOST_OF_IT);
    open();
    assertClosedWithTheRest();
  }

  @Test
  void holdsAPollForAsLongAsNothingComes() {
    String query = open();
    server.send("GET /socket.io/" + query + " HTTP/1.1\r\n\r\n");
    server.pass(MOST_OF_IT);
    server.pass(MOST_OF_IT);
    assertTrue(server.isOpen());
    assertEquals("", server.receivedText());
    server.pass(MOST_OF_IT);
    assertTrue(server.receivedText().endsWith("\r\n\r\n2"));
    assertClosedWithTheRest();
  }

  @Test
  void holdsAPollOnAPortOfTwoServers() {
    server.addNeighbour("/engine.io/", LIMITS);
    String query = open();
    server.send("GET /socket.io/" + query + " HTTP/1.1\r\n\r\n");
    server.pass(MOST_OF_IT);
    server.pass(MOST_OF_IT);
    assertTrue(server.isOpen());
    server.pass(MOST_OF_IT);
    assertTrue(server.receivedText().endsWith("\r\n\r\n2"));
    server.send(OPEN.replace("/socket.io/", "/engine.io/"));
    assertTrue(server.receivedText().startsWith("HTTP/1.1 200 "));
    assertClosedWithTheRest();
  }

  @Test
  void refusesWhoTricklesABodyBehindARequestOfTheFramework() {
    String query = open();
    server.send("GET /other HTTP/1.1\r\n\r\n");
    server.receivedText();
    server.pass(MOST_OF_IT);
    server.send("POST /socket.io/" + query + " HTTP/1.1\r\nContent-Length: 100\r\n\r\n");
    server.pass(MOST_OF_IT);
    server.send("4");
    assertTrue(server.isOpen());
    server.pass(THE_REST);
    assertTrue(server.receivedText().startsWith("HTTP/1.1 408 "));
    assertFalse(server.isOpen());
  }

  @Test
  void leavesAWebSocketAlone() {
    server.pass(MOST_OF_IT);
    server.send(RawClient.upgrade(""));
    server.pass(MOST_OF_IT);
    server.pass(MOST_OF_IT);
    assertTrue(server.isOpen());
  }

  @Test
  void leavesAConnectionThatTheFrameworkHasToIt() {
    server.send("GET /other HTTP/1.1\r\n\r\n");
    assertTrue(server.receivedText().startsWith("HTTP/1.1 404 "));
    server.pass(MOST_OF_IT);
    server.pass(MOST_OF_IT);
    assertTrue(server.isOpen());
    open();
    assertClosedWithTheRest();
  }
}
