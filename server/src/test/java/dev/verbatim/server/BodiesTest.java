package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.RunningServer.Answer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request may carry: of what type, in what bytes, and how many. */
final class BodiesTest {
  @TempDir static Path directory = Path.of("");

  private static RunningServer server;
  private static String alice;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start(directory, Map.of());
    alice = server.token("alice");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/vnd.api+json"
      })
  void takesJsonHoweverItsTypeIsWritten(String type) throws Exception {
    String bearer = "Bearer " + alice;
    server
        .ask("POST /api/groups", name("x"), "Content-Type", type, "Authorization", bearer)
        .expect(201);
  }

  /** A name in bytes that are no UTF-8: a lone byte, a NUL of two, and half a surrogate pair. */
  @ParameterizedTest
  @ValueSource(strings = {"\u00ff", "\u00c0\u0080", "\u00ed\u00a0\u0080"})
  void refusesBodiesThatAreNotUtf8(String latin1) throws Exception {
    String body = name(latin1);
    String answer =
        server.raw(
            head("POST", "/api/groups") + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertTrue(answer.contains("VALIDATION_ERROR"), answer);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /api/groups",
    "PUT, /api/groups/LOBBY",
    "POST, /api/groups/LOBBY/join",
    "DELETE, /api/messages/LOBBY",
    "GET, /api/users/me",
    "POST, /api/unknown",
  })
  void refusesBodiesOfMoreThanOneMebibyte(String method, String path) throws Exception {
    String answer =
        server.raw(
            head(method, path.replace("LOBBY", "000000000000000000000001"))
                + "Content-Length: 1048577\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    assertTrue(answer.contains("RateLimit-Remaining: "), answer);
    assertTrue(answer.contains("VALIDATION_ERROR"), answer);
  }

  @Test
  void refusesBodiesInPiecesThatComeToMoreThanOneMebibyte() throws Exception {
    String piece = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
    String answer =
        server.raw(
            head("POST", "/api/groups")
                + "Transfer-Encoding: chunked\r\n\r\n"
                + piece.repeat(16)
                + "1\r\nx\r\n0\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 413 "), answer.lines().findFirst().orElse(""));
    assertTrue(answer.contains("RateLimit-Remaining: "), answer);
  }

  @Test
  void takesABodyInPiecesOfOneMebibyte() throws Exception {
    String body = name("x") + " ".repeat((1 << 20) - name("x").length());
    StringBuilder pieces = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      pieces.append("10000\r\n").append(body, i << 16, (i + 1) << 16).append("\r\n");
    }
    String answer =
        server.raw(
            head("POST", "/api/groups")
                + "Transfer-Encoding: chunked\r\n\r\n"
                + pieces
                + "0\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 201 "), answer);
  }

  @Test
  void takesBodiesAsDeepAsTheBoundAndNoDeeper() throws Exception {
    server.askAs(alice, "POST /api/groups", nested(32)).expect(201);
    Answer refused = server.askAs(alice, "POST /api/groups", nested(33)).expect(400);
    assertEquals("VALIDATION_ERROR", refused.string("code"));
  }

  /**
   * A group with a field besides that nobody asks for, so many objects and arrays in each other.
   */
  private static String nested(int depth) {
    int arrays = depth - 1;
    return "{\"name\":\"x\",\"more\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}";
  }

  @Test
  void passesOverBodiesThatNobodyReads() throws Exception {
    String body = "x".repeat(100_000);
    String answer =
        server.raw(
            "GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
                + body
                + head("GET", "/api/users/me")
                + "\r\n");
    assertEquals(3, answer.split("HTTP/1\\.1 200 ", -1).length, answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
  void refusesBodiesThatAreNotJson(String type) throws Exception {
    Answer answer =
        server.ask(
            "POST /api/groups", "name=x", "Content-Type", type, "Authorization", "Bearer " + alice);
    assertEquals("VALIDATION_ERROR", answer.expect(415).string("code"));
  }

  @Test
  void refusesABodyWithoutAType() throws Exception {
    server
        .ask("POST /api/groups", "{\"name\":\"x\"}", "Authorization", "Bearer " + alice)
        .expect(415);
  }

  private static String head(String method, String path) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
        + "Authorization: Bearer "
        + alice
        + "\r\n";
  }

  private static String name(String name) {
    return "{\"name\":\"" + name + "\"}";
  }
}
