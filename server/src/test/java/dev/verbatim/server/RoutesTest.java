package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.RunningServer.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class RoutesTest {
  @TempDir static Path directory = Path.of("");

  private static RunningServer server;
  private static String alice;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start(directory, Map.of("MESSAGE_RATE_PER_SECOND", "0"));
    alice = server.token("alice");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/health/live", "/health/ready"})
  void tellsItsHealth(String path) throws Exception {
    Answer answer = server.ask("GET " + path, "").expect(200);
    assertEquals("ok", answer.string("status"));
    assertEquals("verbatim", answer.string("service"));
    assertEquals("connected", answer.string("database"));
    assertFalse(answer.string("version").isEmpty());
    assertTrue(answer.json().path("uptime").isNumber());
    assertTrue(answer.string("timestamp").matches("\\d{4}-\\d\\d-\\d\\dT[\\d:]{8}\\.\\d{3}Z"));
  }

  @Test
  void tellsOperatorsHowItIsDoing() throws Exception {
    Answer before = server.ask("GET /health/detailed", "").expect(200);
    assertEquals("ok", before.string("status"));
    assertFalse(before.json().path("draining").asBoolean(true));
    assertTrue(before.json().at("/writer/commits").asLong() > 0);
    assertEquals(0, before.json().at("/writer/failedCommits").asLong(-1));
    assertTrue(before.json().at("/heap/usedBytes").asLong() > 0);
    assertEquals(0, before.json().at("/connections/websocket").asInt(-1));
    assertTrue(before.json().at("/identity/keysHeld").asBoolean(false));
    assertEquals(0, before.json().at("/replays/complete").asInt(-1));
    assertEquals(0, before.json().at("/audit/failures").asInt(-1));
    assertEquals(0, before.json().at("/brokenPromises/order").asInt(-1));
    assertTrue(before.json().at("/findings").isEmpty());
    assertTrue(
        RunningServer.texts(before.json().path("bounds"), "name")
            .containsAll(List.of("connections", "writer_queue", "store_work", "heap_bytes")),
        before.text());
    assertFalse(before.json().at("/bounds/0/near").asBoolean(true));
    server.ask("GET /socket.io/?EIO=4&transport=polling", "").expect(200);
    Answer after = server.ask("GET /health/detailed", "").expect(200);
    assertEquals(
        before.json().at("/connections/polling").asInt() + 1,
        after.json().at("/connections/polling").asInt());
  }

  @Test
  void tellsWhatItIs() throws Exception {
    Answer answer = server.ask("GET /info", "").expect(200);
    assertEquals("verbatim", answer.string("service"));
    assertTrue(answer.json().path("features").isArray());
    assertEquals("/api/groups", answer.json().at("/endpoints/groups").asString());
  }

  @Test
  void makesAUserAtTheFirstToken() throws Exception {
    Answer first = newToken("{\"username\":\"bob_1-x\",\"firstName\":\"Bob\",\"more\":[1]}");
    JsonNode user = first.json().path("user");
    assertTrue(first.json().path("success").asBoolean());
    assertEquals("user_dev_bob_1-x", user.path("clerkId").asString());
    assertEquals("bob_1-x@localhost", user.path("email").asString());
    assertEquals("Bob", user.path("firstName").asString());
    assertEquals("", user.path("lastName").asString("none"));
    Duration life = Duration.between(Instant.now(), Instant.parse(first.string("expiresAt")));
    assertTrue(life.compareTo(Duration.ofMinutes(59)) > 0 && life.toMinutes() <= 60);
    Answer again = newToken("{\"username\":\"bob_1-x\",\"firstName\":\"Robert\"}");
    assertEquals(user, again.json().path("user"));
    assertNotEquals(first.string("token"), again.string("token"));
  }

  @Test
  void tellsWhoTheCallerIs() throws Exception {
    Answer answer = server.askAs(alice, "GET /api/users/me", "").expect(200);
    assertEquals("alice", answer.json().at("/user/username").asString());
    assertTrue(answer.json().at("/user/isActive").asBoolean());
  }

  @Test
  void letsInWhoHasATokenButWasNeverHere() throws Exception {
    var key = dev.verbatim.server.identity.DevelopmentKey.in(directory.resolve("data"));
    var identity =
        new dev.verbatim.server.identity.DevelopmentIdentity(key, java.time.Clock.systemUTC());
    String token = identity.issue("stranger").token();
    server.askAs(token, "GET /api/users/me", "").expect(200);
    Answer groups = server.askAs(token, "GET /api/groups", "").expect(200);
    assertEquals("Lobby", groups.json().at("/groups/0/name").asString());
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8",
    "/js/app.js, text/javascript; charset=utf-8",
    "/css/chat.css, text/css; charset=utf-8",
    "/icon.svg, image/svg+xml",
  })
  void servesThePage(String path, String type) throws Exception {
    Answer answer = server.ask("GET " + path, "").expect(200);
    assertEquals(type, answer.header("content-type"));
    server.ask("GET " + path, "", "If-None-Match", answer.header("etag")).expect(304);
    assertEquals("", server.ask("HEAD " + path, "").expect(200).text());
  }

  @Test
  void leavesSocketIoToTheGate() throws Exception {
    Answer open = server.ask("GET /socket.io/?EIO=4&transport=polling", "").expect(200);
    assertTrue(open.text().startsWith("0{"), open.text());
    assertEquals("", open.header("x-frame-options"));
  }

  private static Answer newToken(String body) throws Exception {
    return server.ask("POST /dev/token", body, "Content-Type", "application/json").expect(201);
  }
}
