package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.RunningServer.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Groups by REST: made, found, changed and closed. */
final class GroupRoutesTest {
  private static final String LOBBY = "000000000000000000000001";

  @TempDir static Path directory = Path.of("");

  private static RunningServer server;
  private static String alice;
  private static String bob;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start(directory, Map.of("MESSAGE_RATE_PER_SECOND", "0"));
    alice = server.token("alice");
    bob = server.token("bob");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonNode read(String token, String group) throws Exception {
    return server.askAs(token, "GET /api/groups/" + group, "").expect(200).json().path("group");
  }

  private static Answer change(String token, String group, String body) throws Exception {
    return server.askAs(token, "PUT /api/groups/" + group, body);
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
    assertEquals(group, read(alice, group.path("id").asString()));
  }

  @Test
  void letsOthersDiscoverAndJoinPublicGroups() throws Exception {
    String carol = server.token("carol");
    String open = server.group(alice, "{\"name\":\"Open\"}");
    String closed = server.group(alice, "{\"name\":\"Private\",\"isPrivate\":true}");
    Answer found = server.askAs(carol, "GET /api/groups/discover?limit=100", "").expect(200);
    List<String> ids = RunningServer.texts(found.json().path("groups"), "_id");
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
    String _ = server.group(alice, "{\"name\":\"One\"}");
    String _ = server.group(alice, "{\"name\":\"Two\"}");
    Answer first = server.askAs(carol, "GET /api/groups/discover?limit=1", "").expect(200);
    String newest = first.json().at("/groups/0/_id").asString();
    Answer next =
        server.askAs(carol, "GET /api/groups/discover?limit=1&after=" + newest, "").expect(200);
    assertTrue(next.json().at("/groups/0/_id").asString().compareTo(newest) < 0);
  }

  @Test
  void showsOutsidersAPublicGroupButNotWhoIsInIt() throws Exception {
    String open = server.group(alice, "{\"name\":\"Open\"}");
    JsonNode own = read(alice, open);
    JsonNode others = read(bob, open);
    assertEquals(1, own.path("members").size());
    assertTrue(others.path("members").isArray());
    assertEquals(0, others.path("members").size());
    assertEquals(own.path("memberCount"), others.path("memberCount"));
    assertEquals(open, others.path("id").asString());
    assertEquals("Open", others.path("name").asString());
  }

  @ParameterizedTest
  @ValueSource(strings = {LOBBY, LOBBY + "/", LOBBY + "?x=1", "%30%300000000000000000000001"})
  void findsAGroupHoweverItsPathIsWritten(String path) throws Exception {
    Answer answer = server.askAs(alice, "GET /api/groups/" + path, "").expect(200);
    assertEquals("Lobby", answer.json().at("/group/name").asString());
  }

  @Test
  void countsWhatTheCallerHasNotRead() throws Exception {
    String group = server.group(alice, "{\"name\":\"Unread\"}");
    server.askAs(bob, "POST /api/groups/" + group + "/join", "").expect(200);
    JsonNode _ = server.send(alice, group, "one");
    JsonNode two = server.send(alice, group, "two");
    assertEquals(2, read(bob, group).path("unreadCount").asInt());
    assertEquals(2, read(alice, group).path("lastReadSeq").asInt());
    String ids = "{\"messageIds\":[\"" + two.path("_id").asString() + "\"]}";
    server.askAs(bob, "POST /api/messages/read", ids).expect(200);
    assertEquals(0, read(bob, group).path("unreadCount").asInt(-1));
    assertEquals(2, read(bob, group).path("lastReadSeq").asInt());
  }

  @Test
  void changesWhatIsNamedAndLeavesTheRest() throws Exception {
    String group = server.group(alice, "{\"name\":\"Old\",\"description\":\"About\"}");
    JsonNode renamed =
        change(alice, group, "{\"name\":\" New \",\"description\":null}")
            .expect(200)
            .json()
            .path("group");
    assertEquals("New", renamed.path("name").asString());
    assertEquals("About", renamed.path("description").asString());
    assertFalse(renamed.path("isPrivate").asBoolean(true));
    JsonNode hidden =
        change(alice, group, "{\"isPrivate\":true,\"description\":\"\"}")
            .expect(200)
            .json()
            .path("group");
    assertTrue(hidden.path("isPrivate").asBoolean());
    assertFalse(hidden.has("description"));
    assertEquals("New", hidden.path("name").asString());
    assertEquals(hidden, read(alice, group));
    server.askAs(bob, "GET /api/groups/" + group, "").expect(404);
  }

  @Test
  void letsAdminsChangeAndOwnersCloseAGroup() throws Exception {
    String group = server.group(alice, "{\"name\":\"Ranks\"}");
    server.askAs(bob, "POST /api/groups/" + group + "/join", "").expect(200);
    String name = "{\"name\":\"Bob's\"}";
    assertEquals("ACCESS_DENIED", change(bob, group, name).expect(403).string("code"));
    String member = "/api/groups/" + group + "/members/" + server.userId(bob);
    server.askAs(alice, "PUT " + member, "{\"role\":\"admin\"}").expect(200);
    assertEquals("Bob's", change(bob, group, name).expect(200).json().at("/group/name").asString());
    server.askAs(bob, "DELETE /api/groups/" + group, "").expect(403);
  }

  @Test
  void knowsAClosedGroupNoMore() throws Exception {
    String group = server.group(alice, "{\"name\":\"Closed\"}");
    String message = server.send(alice, group, "last words").path("_id").asString();
    Answer closed = server.askAs(alice, "DELETE /api/groups/" + group, "").expect(200);
    assertEquals("{\"success\":true}", closed.text());
    for (String route :
        List.of(
            "GET /api/groups/%s",
            "DELETE /api/groups/%s",
            "POST /api/groups/%s/join",
            "POST /api/groups/%s/leave",
            "GET /api/groups/%s/members",
            "GET /api/messages/group/%s")) {
      Answer answer = server.askAs(alice, route.formatted(group), "").expect(404);
      assertEquals("GROUP_NOT_FOUND", answer.string("code"), route);
    }
    Answer deleted = server.askAs(alice, "DELETE /api/messages/" + message, "").expect(404);
    assertEquals("MESSAGE_NOT_FOUND", deleted.string("code"));
    Answer mine = server.askAs(alice, "GET /api/groups", "").expect(200);
    assertFalse(RunningServer.texts(mine.json().path("groups"), "id").contains(group));
  }
}
