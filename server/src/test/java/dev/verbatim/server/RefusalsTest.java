package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.RunningServer.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RefusalsTest {
  private static final String UNKNOWN = "0123456789abcdef01234567";

  @TempDir static Path directory = Path.of("");

  private static RunningServer server;
  private static String alice;
  private static String group;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start(directory, Map.of());
    alice = server.token("alice");
    group = server.group(server.token("bob"), "{\"name\":\"Bob's\"}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<Arguments> wrongRequests() {
    String history = "GET /api/messages/group/";
    return Stream.of(
        row("POST /api/groups", "{}", 400, "VALIDATION_ERROR", "name"),
        row("POST /api/groups", "{\"name\":null}", 400, "VALIDATION_ERROR", "name"),
        row("POST /api/groups", "{\"name\":7}", 400, "VALIDATION_ERROR", "name"),
        row("POST /api/groups", "{\"name\":[\"x\"]}", 400, "VALIDATION_ERROR", "name"),
        row("POST /api/groups", "{\"name\":\"  \"}", 400, "VALIDATION_ERROR", "name"),
        row("POST /api/groups", name("x".repeat(101)), 400, "VALIDATION_ERROR", "name"),
        row("POST /api/groups", name("\\ud800"), 400, "VALIDATION_ERROR", "name"),
        row("POST /api/groups", with("description", "7"), 400, "VALIDATION_ERROR", "description"),
        row(
            "POST /api/groups",
            with("description", "\"" + "x".repeat(501) + "\""),
            400,
            "VALIDATION_ERROR",
            "description"),
        row("POST /api/groups", with("isPrivate", "\"yes\""), 400, "VALIDATION_ERROR", "isPrivate"),
        row("POST /api/groups", "[]", 400, "VALIDATION_ERROR", ""),
        row("POST /api/groups", "\"name\"", 400, "VALIDATION_ERROR", ""),
        row("POST /api/groups", "{\"name\":\"x\"", 400, "VALIDATION_ERROR", ""),
        row("POST /api/groups", "{\"name\":\"x\"} {}", 400, "VALIDATION_ERROR", ""),
        row("POST /api/groups", "name=x", 400, "VALIDATION_ERROR", ""),
        row("POST /api/groups", "{\"name\":\"x\",\"a\":[1", 400, "VALIDATION_ERROR", ""),
        row("POST /api/groups", "{\"a\":" + "[".repeat(9999), 400, "VALIDATION_ERROR", ""),
        row("POST /api/groups", name("x".repeat(1 << 20)), 413, "VALIDATION_ERROR", ""),
        row("PUT /api/groups/GROUP", "{\"name\":\"\"}", 400, "VALIDATION_ERROR", "name"),
        row(
            "PUT /api/groups/GROUP",
            with("description", "[]"),
            400,
            "VALIDATION_ERROR",
            "description"),
        row("PUT /api/groups/GROUP", with("isPrivate", "1"), 400, "VALIDATION_ERROR", "isPrivate"),
        row("PUT /api/groups/GROUP", "[]", 400, "VALIDATION_ERROR", ""),
        row("PUT /api/groups/GROUP", name("Mine"), 403, "ACCESS_DENIED", ""),
        row("PUT /api/groups/" + UNKNOWN, name("x"), 404, "GROUP_NOT_FOUND", ""),
        row("PUT /api/groups/discover", name("x"), 400, "VALIDATION_ERROR", "id"),
        row("GET /api/groups/" + UNKNOWN, "", 404, "GROUP_NOT_FOUND", ""),
        row("GET /api/groups/xyz", "", 400, "VALIDATION_ERROR", "id"),
        row("GET /api/groups/%ff%00", "", 400, "VALIDATION_ERROR", "id"),
        row("GET /api/groups/LOBBY%2fmembers", "", 400, "VALIDATION_ERROR", "id"),
        row("DELETE /api/groups/LOBBY", "", 403, "ACCESS_DENIED", ""),
        row("PATCH /api/groups/LOBBY", "{}", 405, "VALIDATION_ERROR", ""),
        row("DELETE /api/groups", "", 405, "VALIDATION_ERROR", ""),
        row("GET /api/groups/LOBBY/join", "", 405, "VALIDATION_ERROR", ""),
        row("GET /api/groups/LOBBY/unknown", "", 404, "NOT_FOUND", ""),
        row("GET /api/messages", "", 405, "VALIDATION_ERROR", ""),
        row("GET /api/messages/read", "", 405, "VALIDATION_ERROR", ""),
        row("GET /api/messages/" + UNKNOWN, "", 405, "VALIDATION_ERROR", ""),
        row("DELETE /api/messages/" + UNKNOWN, "", 404, "MESSAGE_NOT_FOUND", ""),
        row("PUT /api/messages/" + UNKNOWN, "{\"content\":\"x\"}", 404, "MESSAGE_NOT_FOUND", ""),
        row("POST /api/messages", "", 415, "VALIDATION_ERROR", ""),
        row("POST /api/groups/" + UNKNOWN + "/join", "", 404, "GROUP_NOT_FOUND", ""),
        row("POST /api/groups/xyz/join", "", 400, "VALIDATION_ERROR", "id"),
        row("POST /api/groups/" + "A".repeat(24) + "/join", "", 400, "VALIDATION_ERROR", "id"),
        row("GET /api/groups/discover?limit=0", "", 400, "VALIDATION_ERROR", "limit"),
        row("GET /api/groups/discover?after=x", "", 400, "VALIDATION_ERROR", "after"),
        row(history + UNKNOWN, "", 404, "GROUP_NOT_FOUND", ""),
        row(history + "xyz", "", 400, "VALIDATION_ERROR", "groupId"),
        row(history + "GROUP", "", 403, "ACCESS_DENIED", ""),
        row(history + "LOBBY?limit=-1", "", 400, "VALIDATION_ERROR", "limit"),
        row(history + "LOBBY?limit=", "", 400, "VALIDATION_ERROR", "limit"),
        row(history + "LOBBY?limit=1.5", "", 400, "VALIDATION_ERROR", "limit"),
        row(history + "LOBBY?limit=ten", "", 400, "VALIDATION_ERROR", "limit"),
        row(history + "LOBBY?before=1&after=1", "", 400, "VALIDATION_ERROR", "after"),
        row(history + "LOBBY?before=1234567890123456", "", 400, "VALIDATION_ERROR", "before"),
        row(history + "LOBBY?after=-1", "", 400, "VALIDATION_ERROR", "after"),
        row(history + "LOBBY?after=" + "x".repeat(24), "", 400, "VALIDATION_ERROR", "after"),
        row(history + "LOBBY?before=" + UNKNOWN, "", 404, "MESSAGE_NOT_FOUND", ""),
        row("GET /api/unknown", "", 404, "NOT_FOUND", ""),
        row("GET /nothing/here", "", 404, "NOT_FOUND", ""),
        row("GET /js/none.js", "", 404, "NOT_FOUND", ""),
        row("GET /js/..%2f..%2flogback.xml", "", 404, "NOT_FOUND", ""),
        row("GET /logback.xml", "", 404, "NOT_FOUND", ""),
        row("DELETE /api/users/me", "", 405, "VALIDATION_ERROR", ""),
        row("PUT /health", "", 405, "VALIDATION_ERROR", ""),
        row("POST /dev/token", "{}", 400, "VALIDATION_ERROR", "username"),
        row("POST /dev/token", "{\"username\":\"Alice\"}", 400, "VALIDATION_ERROR", "username"),
        row("POST /dev/token", "{\"username\":\"\"}", 400, "VALIDATION_ERROR", "username"),
        row("POST /dev/token", user("a".repeat(33), ""), 400, "VALIDATION_ERROR", "username"),
        row("POST /dev/token", user("a", "7"), 400, "VALIDATION_ERROR", "firstName"),
        row("POST /dev/token", user("a", "\"\\udc00\""), 400, "VALIDATION_ERROR", "firstName"),
        row("GET /dev/token", "", 405, "VALIDATION_ERROR", ""),
        row("GET /dev/other", "", 404, "NOT_FOUND", ""));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("wrongRequests")
  void refuses(String route, String body, int status, String code, String field) throws Exception {
    String path = route.replace("LOBBY", "000000000000000000000001").replace("GROUP", group);
    Answer answer = server.askAs(alice, path, body).expect(status);
    assertEquals(code, answer.string("code"));
    assertFalse(answer.json().path("success").asBoolean(true));
    assertFalse(answer.string("error").isEmpty());
    assertEquals(field, answer.json().at("/details/field").asString(""));
    assertEquals(status == 405, !answer.header("allow").isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/html", "text/plain", "image/png", "nonsense", "application/xml;q=1"})
  void answersInJsonWhateverTheClientAccepts(String accepted) throws Exception {
    String bearer = "Bearer " + alice;
    for (String route : List.of("GET /api/users/me", "GET /api/unknown", "GET /health")) {
      Answer answer = server.ask(route, "", "Accept", accepted, "Authorization", bearer);
      assertEquals(route.endsWith("unknown") ? 404 : 200, answer.status());
      assertEquals("application/json; charset=utf-8", answer.header("content-type"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/users/me",
    "GET, /api/groups",
    "POST, /api/groups",
    "GET, /api/groups/discover",
    "POST, /api/groups/xyz/join",
    "GET, /api/messages/group/xyz",
    "GET, /api/unknown",
    "POST, /api/messages",
    "PUT, /api/messages/xyz",
    "DELETE, /api/messages/xyz",
    "POST, /api/messages/read",
    "PUT, /api/groups/xyz",
    "DELETE, /api/groups/xyz/members/xyz",
    "HEAD, /api/users/me",
    "PATCH, /api/groups",
    "DELETE, /api/users/me",
    "OPTIONS, /api/groups",
    "GET, /api",
    "GET, /api/",
    "GET, /%61pi/users/me",
    "GET, /api/users/me/",
    "GET, //api/users/me",
  })
  void wantsATokenBeforeAnythingElse(String method, String path) throws Exception {
    Answer answer = server.ask(method + " " + path, "");
    if (path.startsWith("/api")) {
      answer.expect(401);
      assertEquals(method.equals("HEAD") ? "" : "AUTHENTICATION_FAILED", answer.string("code"));
      assertEquals("Bearer", answer.header("www-authenticate"));
    } else {
      // Whatever such a path is taken for, it shows nothing.
      assertTrue(answer.status() == 401 || answer.status() == 404, answer.text());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer x.y.z, INVALID_TOKEN",
    "Bearer none, INVALID_TOKEN",
    "bearer none, INVALID_TOKEN",
    "'Bearer ', AUTHENTICATION_FAILED",
    "Basic eDp5, AUTHENTICATION_FAILED",
  })
  void refusesBadTokens(String value, String code) throws Exception {
    Answer answer = server.ask("GET /api/users/me", "", "Authorization", value).expect(401);
    assertEquals(code, answer.string("code"));
  }

  @Test
  void refusesTwoAuthorizationHeaders() throws Exception {
    String bearer = "Bearer " + alice;
    server
        .ask("GET /api/users/me", "", "Authorization", bearer, "Authorization", bearer)
        .expect(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/users/me", "/api/unknown", "/health", "/", "/webhooks/clerk"})
  void tellsTooLongHeadersFromTooLongALine(String path) throws Exception {
    String long17 = "x".repeat(17 * 1024);
    for (String method : List.of("GET", "POST", "OPTIONS")) {
      String headers =
          server.raw(head(method, path) + "Authorization: Bearer " + long17 + "\r\n\r\n");
      assertTrue(headers.startsWith("HTTP/1.1 431 "), headers);
      String line = server.raw(head(method, path + "?a=" + long17) + "\r\n");
      assertTrue(line.matches("(?s)HTTP/1.[01] 414 .*"), line);
      for (String answer : List.of(headers, line)) {
        assertTrue(answer.contains("\"code\":\"VALIDATION_ERROR\""), answer);
        assertTrue(answer.contains("X-Frame-Options: SAMEORIGIN"), answer);
        assertFalse(answer.contains("xxxx"), answer);
      }
    }
  }

  @Test
  void tellsThemLikewiseOfSocketIo() throws Exception {
    String path = "/socket.io/?EIO=4&transport=polling";
    String long17 = "x".repeat(17 * 1024);
    String headers = server.raw(head("GET", path) + "Cookie: " + long17 + "\r\n\r\n");
    assertTrue(headers.startsWith("HTTP/1.1 431 "), headers);
    String line = server.raw(head("GET", path + "&token=" + long17) + "\r\n");
    assertTrue(line.matches("(?s)HTTP/1.[01] 414 .*"), line);
  }

  private static String head(String method, String target) {
    return method + " " + target + " HTTP/1.1\r\nHost: a\r\n";
  }

  @Test
  void takesATokenOf8192CharactersToItsIdentity() throws Exception {
    String token = "x".repeat(8192);
    Answer answer = server.askAs(token, "GET /api/users/me", "").expect(401);
    assertEquals("INVALID_TOKEN", answer.string("code"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/x%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET /health?a=%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "NONSENSE\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\nbad header: x\r\nConnection: close\r\n\r\n",
      })
  void showsNothingOfItsInsidesToMalformedRequests(String request) throws Exception {
    String answer = server.raw(request);
    assertTrue(answer.matches("(?s)(HTTP/1\\.[01] (2|4)\\d\\d .*)?"), answer);
    assertFalse(answer.contains("Exception") || answer.contains("icronaut"), answer);
    if (!answer.isEmpty()) {
      assertTrue(answer.contains("X-Frame-Options: SAMEORIGIN"), answer);
    }
  }

  @Test
  void answersHeadAsGetWithoutABody() throws Exception {
    for (String path : List.of("/health", "/", "/nothing", "/api/users/me", "/api/unknown")) {
      Answer get = server.askAs(alice, "GET " + path, "");
      Answer head = server.askAs(alice, "HEAD " + path, "");
      assertEquals(get.status(), head.status(), path);
      assertEquals(get.header("content-type"), head.header("content-type"), path);
      assertEquals("", head.text(), path);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/health, GET HEAD OPTIONS",
    "/, GET HEAD OPTIONS",
    "/dev/token, OPTIONS POST",
    "/api/groups, GET HEAD OPTIONS POST",
    "/api/groups/discover, DELETE GET HEAD OPTIONS PUT",
    "/api/groups/xyz, DELETE GET HEAD OPTIONS PUT",
    "/api/groups/xyz/join, OPTIONS POST",
    "/api/groups/xyz/members, GET HEAD OPTIONS POST",
    "/api/groups/xyz/members/xyz, DELETE OPTIONS PUT",
    "/api/messages, OPTIONS POST",
    "/api/messages/xyz, DELETE OPTIONS PUT",
    "/api/messages/group/xyz, GET HEAD OPTIONS",
  })
  void tellsWhatARouteAllows(String path, String methods) throws Exception {
    Answer options = server.askAs(alice, "OPTIONS " + path, "").expect(204);
    Answer refused = server.askAs(alice, "PATCH " + path, "{}").expect(405);
    for (Answer answer : List.of(options, refused)) {
      String allowed = String.join(" ", new TreeSet<>(List.of(answer.header("allow").split(","))));
      assertEquals(methods, allowed);
    }
  }

  @Test
  void allowsNothingOnRoutesThatAreNotThere() throws Exception {
    Answer answer = server.askAs(alice, "OPTIONS /api/unknown", "").expect(404);
    assertEquals("NOT_FOUND", answer.string("code"));
  }

  private static Arguments row(String route, String body, int status, String code, String field) {
    return Arguments.of(route, body, status, code, field);
  }

  private static String name(String name) {
    return "{\"name\":\"" + name + "\"}";
  }

  private static String with(String field, String value) {
    return "{\"name\":\"x\",\"" + field + "\":" + value + "}";
  }

  private static String user(String name, String firstName) {
    String more = firstName.isEmpty() ? "" : ",\"firstName\":" + firstName;
    return "{\"username\":\"" + name + "\"" + more + "}";
  }
}
