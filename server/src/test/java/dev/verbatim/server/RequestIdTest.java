package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every answer of a route, and every refusal of a handshake, has an id, by which the log has the
 * request too.
 */
final class RequestIdTest {
  private static final String ID = "X-Request-Id";
  private static final Pattern MADE = Pattern.compile("[0-9a-f]{16}");

  @TempDir static Path directory = Path.of("");

  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start(directory, Map.of("ALLOWED_ORIGINS", "https://a.example"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /health",
        "GET /",
        "GET /no-such-route",
        "GET /api/groups",
        "POST /health",
        "OPTIONS /api/groups",
        "GET /js/app.js",
        "GET /metrics"
      })
  void isMadeForEveryAnswer(String route) throws Exception {
    String one = server.ask(route, "").header(ID);
    String other = server.ask(route, "").header(ID);
    assertTrue(MADE.matcher(one).matches(), one);
    assertNotEquals(one, other);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "F00-bar_1.2",
        "0123456789012345678901234567890123456789012345678901234567890123"
      })
  void isTheCallersOwn(String id) throws Exception {
    assertEquals(id, server.ask("GET /health", "", ID, id).header(ID));
    assertEquals(id, server.ask("GET /api/groups", "", ID, id).expect(401).header(ID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a\"",
        "a,b",
        "<x>",
        "01234567890123456789012345678901234567890123456789012345678901234"
      })
  void isNotTheCallersIfItCouldNotStandInALog(String id) throws Exception {
    assertTrue(MADE.matcher(server.ask("GET /health", "", ID, id).header(ID)).matches());
  }

  @Test
  void isThereWhereNoFilterIs() throws Exception {
    for (String request :
        List.of(
            "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20_000) + "\r\n\r\n",
            "GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) {
      String answer = server.raw(request);
      assertTrue(answer.toLowerCase(java.util.Locale.ROOT).contains("\r\nx-request-id: "), answer);
    }
  }

  @Test
  void goesWithItsAnswerWhenRequestsComeAtOnce() throws Exception {
    List<String> own = List.of("r1", "r2", "r3");
    StringBuilder requests = new StringBuilder();
    for (String id : own) {
      requests.append("GET /health/live HTTP/1.1\r\nHost: a\r\nX-Request-Id: ").append(id);
      requests.append(id.equals("r3") ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n");
    }
    String answers = server.raw(requests.toString()).toLowerCase(java.util.Locale.ROOT);
    List<String> ids =
        Pattern.compile("x-request-id: (\\S+)")
            .matcher(answers)
            .results()
            .map(found -> found.group(1))
            .toList();
    assertEquals(own, ids, answers);
  }

  @Test
  void isShownToPagesOfAllowedOrigins() throws Exception {
    RunningServer.Answer answer = server.ask("GET /health", "", "Origin", "https://a.example");
    assertTrue(answer.header("Access-Control-Expose-Headers").contains(ID));
  }

  @Test
  void isSaidOfSocketsEngineToWhoIsRefused() throws Exception {
    String handshake = "GET /socket.io/?transport=polling&EIO=";
    assertEquals("", server.ask(handshake + "4", "").header(ID));
    RunningServer.Answer refused =
        server.ask(handshake + "9", "", "Origin", "https://a.example").expect(400);
    assertTrue(MADE.matcher(refused.header(ID)).matches(), refused.header(ID));
    assertEquals(ID, refused.header("Access-Control-Expose-Headers"));
    assertEquals("a1", server.ask(handshake + "9", "", ID, "a1").expect(400).header(ID));
  }

  @Test
  void isMeasuredByRouteNotByPath() throws Exception {
    String token = server.token("ada");
    for (String id : List.of("0123456789abcdef01234567", "0123456789abcdef01234568")) {
      var _ = server.askAs(token, "GET /api/groups/" + id, "").expect(404);
    }
    var _ = server.ask("GET /never/was/here", "").expect(404);
    String metrics = server.ask("GET /metrics", "").text();
    assertTrue(
        metrics.contains(
            "verbatim_http_requests_seconds_count{method=\"GET\",route=\"/api/groups/{id}\",status=\"4xx\"}"
                + " 2"),
        metrics
            .lines()
            .filter(line -> line.contains("http_requests_seconds_count"))
            .toList()
            .toString());
    assertTrue(
        metrics.contains(
            "verbatim_http_requests_seconds_count{method=\"GET\",route=\"none\",status=\"4xx\"}"));
  }
}
