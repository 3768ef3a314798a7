package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.store.Samples;
import dev.verbatim.server.RunningServer.Answer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who may do what by a request: every route against everybody who stands differently to a group. A
 * route without a row fails {@link #hasARowForEachRoute}.
 *
 * <p>The owner wrote the message; Tom is a member whom it is about; Una is in no group.
 */
final class RouteRightsTest {
  private static final String NOBODY = "AUTHENTICATION_FAILED";
  private static final String DENIED = "ACCESS_DENIED";
  private static final String NO_GROUP = "GROUP_NOT_FOUND";
  private static final String NO_MESSAGE = "MESSAGE_NOT_FOUND";
  private static final String NO_BODY = "";

  /** Routes that are for everybody. */
  private static final Set<String> OPEN =
      Set.of(
          "GET /",
          "GET /{file}",
          "GET /{folder}/{file}",
          "GET /health",
          "GET /health/live",
          "GET /health/ready",
          "GET /health/detailed",
          "GET /metrics",
          "GET /info",
          "GET /identity.json",
          "GET /openapi.yaml",
          "GET /asyncapi.yaml",
          "POST /dev/token",
          "POST /webhooks/clerk");

  /**
   * A route, and its answer: a status where it is a success, else the code.
   *
   * @param body with %g for the group, %m for the message, %t for Tom and %u for Una
   */
  record Row(
      String route,
      String body,
      String stranger,
      String shutOut,
      String member,
      String admin,
      String owner)
      implements RightsRow {
    @Override
    public String guest() {
      return NOBODY;
    }
  }

  private static final List<Row> ROWS =
      List.of(
          forAll("GET /api/users/me", NO_BODY, "200"),
          forAll("GET /api/groups", NO_BODY, "200"),
          forAll("GET /api/groups/discover", NO_BODY, "200"),
          forAll("POST /api/groups", "{\"name\":\"x\"}", "201"),
          forAll("POST /api/messages/read", "{\"messageIds\":[\"%m\"]}", "200"),
          new Row("GET /api/groups/{id}", NO_BODY, "200", NO_GROUP, "200", "200", "200"),
          new Row("POST /api/groups/{id}/join", NO_BODY, "200", NO_GROUP, "200", "200", "200"),
          new Row(
              "POST /api/groups/{id}/leave", NO_BODY, DENIED, NO_GROUP, "200", "200", "CONFLICT"),
          forMembers("GET /api/groups/{id}/members", NO_BODY, "200"),
          forMembers("GET /api/messages/group/{groupId}", NO_BODY, "200"),
          forMembers(
              "POST /api/messages",
              "{\"groupId\":\"%g\",\"content\":\"" + Samples.SAID + "\"}",
              "201"),
          forAdmins("PUT /api/groups/{id}", "{\"name\":\"y\"}"),
          forAdmins("POST /api/groups/{id}/members", "{\"userId\":\"%u\"}"),
          forAdmins("PUT /api/groups/{id}/members/{userId}", "{\"role\":\"admin\"}"),
          forAdmins("DELETE /api/groups/{id}/members/{userId}", NO_BODY),
          forOwners("DELETE /api/groups/{id}", NO_BODY),
          forOwners("POST /api/groups/{id}/transfer", "{\"newOwnerId\":\"%t\"}"),
          new Row(
              "PUT /api/messages/{id}",
              "{\"content\":\"" + Samples.SAID + "\"}",
              DENIED,
              NO_MESSAGE,
              DENIED,
              DENIED,
              "200"),
          new Row("DELETE /api/messages/{id}", NO_BODY, DENIED, NO_MESSAGE, DENIED, "200", "200"));

  private static Row forAll(String route, String body, String success) {
    return new Row(route, body, success, success, success, success, success);
  }

  private static Row forMembers(String route, String body, String success) {
    return new Row(route, body, DENIED, NO_GROUP, success, success, success);
  }

  private static Row forAdmins(String route, String body) {
    return new Row(route, body, DENIED, NO_GROUP, DENIED, "200", "200");
  }

  private static Row forOwners(String route, String body) {
    return new Row(route, body, DENIED, NO_GROUP, DENIED, DENIED, "200");
  }

  @TempDir static Path directory = Path.of("");

  private static RunningServer server;
  private static final Map<String, String> tokens = new HashMap<>();
  private static final Map<String, String> ids = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    server =
        RunningServer.start(
            directory, Map.of("RATE_LIMIT_MAX_REQUESTS", "0", "MESSAGE_RATE_PER_SECOND", "0"));
    for (String name : List.of("owner", "tom", "una", "outsider", "removed", "member", "admin")) {
      String token = server.token(name);
      tokens.put(name, token);
      ids.put(name, server.askAs(token, "GET /api/users/me", "").json().at("/user/_id").asString());
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<Arguments> cells() {
    return RightsRow.cells(ROWS);
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("cells")
  void answersEachAsTheyStandToTheGroup(Row row, String who, String which, String expected)
      throws Exception {
    String group = group(which.equals("private"));
    String message =
        asOwner(
            "POST /api/messages",
            "{\"groupId\":\"" + group + "\",\"content\":\"hers\"}",
            "/message/_id");
    if (which.equals("closed")) {
      server.askAs(token("owner"), "DELETE /api/groups/" + group, "").expect(200);
    }
    String route =
        row.route
            .replace("/api/messages/{id}", "/api/messages/" + message)
            .replace("{id}", group)
            .replace("{groupId}", group)
            .replace("{userId}", id("tom"));
    String body =
        row.body
            .replace("%g", group)
            .replace("%m", message)
            .replace("%t", id("tom"))
            .replace("%u", id("una"));
    Answer answer =
        who.equals("guest")
            ? server.ask(route, body, "Content-Type", "application/json")
            : server.askAs(token(who), route, body);
    String told = answer.status() < 300 ? Integer.toString(answer.status()) : answer.string("code");
    assertEquals(expected, told, answer.text());
  }

  /** A group of the owner's with everybody in their places. */
  private static String group(boolean isPrivate) throws Exception {
    String group =
        asOwner(
            "POST /api/groups", "{\"name\":\"x\",\"isPrivate\":" + isPrivate + "}", "/group/_id");
    String members = "/api/groups/" + group + "/members";
    for (String name : List.of("tom", "member", "admin", "removed")) {
      String role = name.equals("admin") ? "admin" : "member";
      String body = "{\"userId\":\"" + id(name) + "\",\"role\":\"" + role + "\"}";
      server.askAs(token("owner"), "POST " + members, body).expect(200);
    }
    server.askAs(token("owner"), "DELETE " + members + "/" + id("removed"), "").expect(200);
    return group;
  }

  private static String asOwner(String route, String body, String pointer) throws Exception {
    return server.askAs(token("owner"), route, body).expect(201).json().at(pointer).asString();
  }

  private static String token(String name) {
    return Objects.requireNonNull(tokens.get(name));
  }

  private static String id(String name) {
    return Objects.requireNonNull(ids.get(name));
  }

  @Test
  void marksNothingReadForStrangers() throws Exception {
    String group = group(false);
    String message =
        asOwner(
            "POST /api/messages",
            "{\"groupId\":\"" + group + "\",\"content\":\"hers\"}",
            "/message/_id");
    String body = "{\"messageIds\":[\"" + message + "\"]}";
    for (String name : List.of("outsider", "removed")) {
      Answer answer = server.askAs(token(name), "POST /api/messages/read", body).expect(200);
      assertEquals(0, answer.json().path("messageIds").size(), answer.text());
    }
    Answer answer = server.askAs(token("member"), "POST /api/messages/read", body).expect(200);
    assertEquals(1, answer.json().path("messageIds").size(), answer.text());
  }

  @Test
  void hasARowForEachRoute() {
    Set<String> rows = new TreeSet<>(OPEN);
    ROWS.forEach(row -> rows.add(row.route));
    assertEquals(new TreeSet<>(server.verbatim.routes()), rows);
  }
}
