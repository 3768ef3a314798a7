package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.SendMessage;
import dev.verbatim.chat.Sent;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.RunningServer.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class RoutesTest {
  private static final String LOBBY = "000000000000000000000001";

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
  void welcomesNewUsersInTheLobby() throws Exception {
    Answer answer = server.askAs(alice, "GET /api/groups", "").expect(200);
    JsonNode lobby = answer.json().path("groups").get(0);
    assertEquals("Lobby", lobby.path("name").asString());
    assertEquals(LOBBY, lobby.path("id").asString());
    assertEquals(lobby.path("id"), lobby.path("_id"));
    assertTrue(lobby.path("memberCount").asInt() >= 2);
    assertTrue(lobby.has("unreadCount") && lobby.has("lastReadSeq"));
  }

  @Test
  void createsAGroupOfTheCallers() throws Exception {
    Answer created =
        server
            .askAs(alice, "POST /api/groups", "{\"name\":\" Käse \",\"description\":\"ü\"}")
            .expect(201);
    JsonNode group = created.json().path("group");
    assertEquals("Käse", group.path("name").asString());
    assertEquals("ü", group.path("description").asString());
    assertFalse(group.path("isPrivate").asBoolean(true));
    assertEquals("owner", group.at("/members/0/role").asString());
    assertEquals(1, group.path("memberCount").asInt());
    assertEquals(0, group.path("unreadCount").asInt(-1));
  }

  @Test
  void letsOthersDiscoverAndJoinPublicGroups() throws Exception {
    String carol = server.token("carol");
    String open = create("{\"name\":\"Open\"}");
    String closed = create("{\"name\":\"Private\",\"isPrivate\":true}");
    Answer found = server.askAs(carol, "GET /api/groups/discover?limit=100", "").expect(200);
    List<String> ids =
        RunningServer.elements(found.json().path("groups")).stream()
            .map(group -> group.path("_id").asString())
            .toList();
    assertTrue(ids.contains(open) && !ids.contains(closed) && !ids.contains(LOBBY));
    JsonNode newest = found.json().at("/groups/0");
    assertEquals(0, newest.path("members").size(), "who is in it is for members alone");
    assertEquals(1, newest.path("memberCount").asInt());
    Answer joined = server.askAs(carol, "POST /api/groups/" + open + "/join", "").expect(200);
    assertEquals(2, joined.json().at("/group/memberCount").asInt());
    Answer again = server.askAs(carol, "POST /api/groups/" + open + "/join", "{}").expect(200);
    assertEquals(2, again.json().at("/group/memberCount").asInt());
    Answer hidden = server.askAs(carol, "POST /api/groups/" + closed + "/join", "").expect(404);
    assertEquals("GROUP_NOT_FOUND", hidden.string("code"));
    assertEquals(closed, hidden.json().at("/details/groupId").asString());
  }

  @Test
  void discoversFromAPlaceOn() throws Exception {
    String carol = server.token("carol2");
    create("{\"name\":\"One\"}");
    create("{\"name\":\"Two\"}");
    Answer first = server.askAs(carol, "GET /api/groups/discover?limit=1", "").expect(200);
    String newest = first.json().at("/groups/0/_id").asString();
    Answer next =
        server.askAs(carol, "GET /api/groups/discover?limit=1&after=" + newest, "").expect(200);
    assertTrue(next.json().at("/groups/0/_id").asString().compareTo(newest) < 0);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 2 3 4 5 6, true",
    "?limit=2, 5 6, true",
    "?limit=999999999999999999999, 1 2 3 4 5 6, false",
    "?before=3, 1 2, false",
    "?before=1, '', false",
    "?before=7&limit=1, 6, true",
    "?after=4, 5 6, false",
    "?after=0&limit=3, 1 2 3, true",
    "?after=999999999999999, '', false",
  })
  void showsAPageOfTheHistory(String query, String seqs, boolean hasMore) throws Exception {
    String group = create("{\"name\":\"History\"}");
    for (int i = 1; i <= 6; i++) {
      send(alice, group, "Message " + i);
    }
    String path = "GET /api/messages/group/" + group + query;
    Answer page = server.askAs(alice, query.isEmpty() ? path + "?limit=5" : path, "").expect(200);
    List<String> shown =
        RunningServer.elements(page.json().path("messages")).stream()
            .map(message -> message.path("seq").asString())
            .toList();
    assertEquals(seqs, String.join(" ", shown));
    assertEquals(hasMore, page.json().path("hasMore").asBoolean());
  }

  @Test
  void showsMessagesAsTheContractHasThem() throws Exception {
    String group = create("{\"name\":\"Shape\"}");
    send(alice, group, "Grüße \u0000 \uD83D\uDE00");
    String bob = server.token("bob");
    server.askAs(bob, "POST /api/groups/" + group + "/join", "").expect(200);
    Answer own = server.askAs(alice, "GET /api/messages/group/" + group, "").expect(200);
    JsonNode message = own.json().at("/messages/0");
    assertEquals("Grüße \u0000 \uD83D\uDE00", message.path("content").asString());
    assertEquals("t-1", message.path("tempId").asString("none"));
    assertEquals("text", message.path("type").asString());
    assertTrue(message.path("readBy").isArray());
    String byId = "?before=" + message.path("_id").asString();
    Answer none = server.askAs(bob, "GET /api/messages/group/" + group + byId, "").expect(200);
    assertEquals(0, none.json().path("messages").size());
    Answer others = server.askAs(bob, "GET /api/messages/group/" + group, "").expect(200);
    assertFalse(others.json().at("/messages/0").has("tempId"));
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

  private static String create(String body) throws Exception {
    return server
        .askAs(alice, "POST /api/groups", body)
        .expect(201)
        .json()
        .at("/group/id")
        .asString();
  }

  private static void send(String token, String group, String content) throws Exception {
    String user =
        server.askAs(token, "GET /api/users/me", "").expect(200).json().at("/user/_id").asString();
    CompletableFuture<Sent> sent = new CompletableFuture<>();
    server
        .verbatim
        .chat()
        .messages()
        .send(
            new SendMessage(
                ObjectId.parse(user),
                ObjectId.parse(group),
                content,
                MessageType.TEXT,
                "t-" + content.replace("Message ", "").replaceAll(".* .*", "1")),
            sent::complete);
    assertTrue(sent.get(20, TimeUnit.SECONDS) instanceof Sent.Accepted);
  }
}
