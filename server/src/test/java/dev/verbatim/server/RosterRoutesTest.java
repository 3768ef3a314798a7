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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Members by REST: who joins, leaves, is added and removed, and as what. */
final class RosterRoutesTest {
  @TempDir static Path directory = Path.of("");

  private static RunningServer server;
  private static String alice;
  private static String bob;
  private static String carol;
  private static String aliceId;
  private static String bobId;
  private static String carolId;

  private String group = "";

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start(directory, Map.of());
    alice = server.token("alice");
    bob = server.token("bob");
    carol = server.token("carol");
    aliceId = server.userId(alice);
    bobId = server.userId(bob);
    carolId = server.userId(carol);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeGroup() throws Exception {
    group = server.group(alice, "{\"name\":\"Members\",\"isPrivate\":true}");
  }

  /** Asks for something of the group: the method, and what stands behind its id. */
  private Answer ask(String token, String route, String body) throws Exception {
    String[] parts = route.split(" ", 2);
    return server.askAs(token, parts[0] + " /api/groups/" + group + parts[1], body);
  }

  private Answer add(String token, String userId, String more) throws Exception {
    return ask(token, "POST /members", "{\"userId\":\"" + userId + "\"" + more + "}");
  }

  /** Who is in a group in what role, as an answer has it. */
  private static String roles(Answer answer) {
    return roles(answer.json().at("/group/members"));
  }

  private static String roles(JsonNode members) {
    return String.join(
        " ",
        members
            .valueStream()
            .map(
                member ->
                    name(member.path("userId").asString()) + ":" + member.path("role").asString())
            .toList());
  }

  private static String name(String userId) {
    return userId.equals(aliceId) ? "alice" : userId.equals(bobId) ? "bob" : "carol";
  }

  @Test
  void addsMembersWhomTheGroupIsOpenToThen() throws Exception {
    Answer added = add(alice, bobId, "").expect(200);
    assertEquals("alice:owner bob:member", roles(added));
    assertEquals(2, added.json().at("/group/memberCount").asInt());
    assertEquals("alice:owner bob:member", roles(ask(bob, "GET ", "").expect(200)));
  }

  @Test
  void leavesAMemberWhoIsAddedAgainAsItIs() throws Exception {
    add(alice, bobId, ",\"role\":\"admin\"").expect(200);
    Answer again = add(alice, bobId, ",\"role\":\"member\"").expect(200);
    assertEquals("alice:owner bob:admin", roles(again));
    assertEquals("alice:owner bob:admin", roles(add(bob, aliceId, "").expect(200)));
  }

  @Test
  void letsOwnerAndAdminsAloneAddRemoveAndRank() throws Exception {
    add(alice, bobId, "").expect(200);
    for (Answer answer :
        List.of(
            add(bob, carolId, ""),
            ask(bob, "DELETE /members/" + aliceId, ""),
            ask(bob, "PUT /members/" + bobId, "{\"role\":\"admin\"}"),
            ask(bob, "POST /transfer", "{\"newOwnerId\":\"" + bobId + "\"}"),
            ask(bob, "DELETE ", ""),
            ask(bob, "PUT ", "{\"name\":\"Mine\"}"))) {
      assertEquals("ACCESS_DENIED", answer.expect(403).string("code"));
      assertEquals(group, answer.json().at("/details/groupId").asString());
    }
    ask(alice, "PUT /members/" + bobId, "{\"role\":\"admin\"}").expect(200);
    add(bob, carolId, "").expect(200);
    assertEquals(
        "alice:owner bob:admin carol:admin",
        roles(ask(bob, "PUT /members/" + carolId, "{\"role\":\"admin\"}").expect(200)));
    Answer removed = ask(carol, "DELETE /members/" + bobId, "").expect(200);
    assertEquals("{\"success\":true}", removed.text());
    assertEquals("GROUP_NOT_FOUND", ask(bob, "GET ", "").expect(404).string("code"));
  }

  @Test
  void letsNobodyTouchTheOwnerOrTheirOwnRole() throws Exception {
    add(alice, bobId, ",\"role\":\"admin\"").expect(200);
    String member = "{\"role\":\"member\"}";
    for (Answer answer :
        List.of(
            ask(bob, "PUT /members/" + aliceId, member),
            ask(bob, "DELETE /members/" + aliceId, ""),
            ask(bob, "PUT /members/" + bobId, member),
            ask(alice, "PUT /members/" + aliceId, member))) {
      assertEquals("ACCESS_DENIED", answer.expect(403).string("code"));
    }
    assertEquals("alice:owner bob:admin", roles(ask(bob, "GET ", "").expect(200)));
  }

  @Test
  void knowsNoMemberWhoIsNone() throws Exception {
    for (Answer answer :
        List.of(
            add(alice, "f".repeat(24), ""),
            ask(alice, "PUT /members/" + bobId, "{\"role\":\"admin\"}"),
            ask(alice, "DELETE /members/" + bobId, ""),
            ask(alice, "POST /transfer", "{\"newOwnerId\":\"" + bobId + "\"}"),
            ask(alice, "GET /members?after=" + bobId, ""))) {
      assertEquals("USER_NOT_FOUND", answer.expect(404).string("code"));
    }
  }

  @Test
  void transfersAGroupToAMember() throws Exception {
    add(alice, bobId, "").expect(200);
    String toBob = "{\"newOwnerId\":\"" + bobId + "\"}";
    Answer transferred = ask(alice, "POST /transfer", toBob).expect(200);
    assertEquals("alice:admin bob:owner", roles(transferred));
    assertEquals(bobId, transferred.json().at("/group/ownerId").asString());
    assertEquals("alice:admin bob:owner", roles(ask(bob, "POST /transfer", toBob).expect(200)));
    ask(alice, "POST /transfer", toBob).expect(403);
  }

  @Test
  void letsEverybodyLeaveButTheOwner() throws Exception {
    add(alice, bobId, "").expect(200);
    add(alice, carolId, "").expect(200);
    assertEquals("CONFLICT", ask(alice, "POST /leave", "").expect(409).string("code"));
    Answer removal = ask(alice, "DELETE /members/" + aliceId, "").expect(409);
    assertEquals("CONFLICT", removal.string("code"));
    assertEquals("{\"success\":true}", ask(bob, "POST /leave", "").expect(200).text());
    assertEquals("GROUP_NOT_FOUND", ask(bob, "POST /leave", "").expect(404).string("code"));
    assertEquals(
        "{\"success\":true}", ask(carol, "DELETE /members/" + carolId, "").expect(200).text());
    assertEquals("alice:owner", roles(ask(alice, "GET ", "").expect(200)));
  }

  @Test
  void tellsOutsidersOfAPublicGroupThatTheyAreNone() throws Exception {
    ask(alice, "PUT ", "{\"isPrivate\":false}").expect(200);
    for (Answer answer :
        List.of(
            ask(bob, "POST /leave", ""),
            ask(bob, "GET /members", ""),
            add(bob, carolId, ""),
            ask(bob, "PUT ", "{\"name\":\"Mine\"}"),
            ask(bob, "DELETE ", ""),
            ask(bob, "DELETE /members/" + aliceId, ""),
            ask(bob, "PUT /members/" + aliceId, "{\"role\":\"member\"}"),
            ask(bob, "POST /transfer", "{\"newOwnerId\":\"" + bobId + "\"}"))) {
      assertEquals("ACCESS_DENIED", answer.expect(403).string("code"));
    }
  }

  @Test
  void listsMembersPageByPage() throws Exception {
    add(alice, bobId, "").expect(200);
    add(alice, carolId, "").expect(200);
    Answer all = ask(bob, "GET /members", "").expect(200);
    assertEquals("alice:owner bob:member carol:member", roles(all.json().path("members")));
    JsonNode first = all.json().at("/members/0");
    assertEquals("alice", first.at("/user/username").asString());
    assertFalse(first.at("/user").has("email"));
    assertFalse(first.path("isOnline").asBoolean(true));
    assertTrue(first.path("joinedAt").asString().endsWith("Z"));
    Answer one = ask(bob, "GET /members?limit=1", "").expect(200);
    assertEquals("alice:owner", roles(one.json().path("members")));
    Answer rest = ask(bob, "GET /members?limit=100000&after=" + aliceId, "").expect(200);
    assertEquals("bob:member carol:member", roles(rest.json().path("members")));
    Answer none = ask(bob, "GET /members?after=" + carolId, "").expect(200);
    assertEquals(0, none.json().path("members").size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "POST /members; {}; userId",
        "POST /members; {\"userId\":\"me\"}; userId",
        "POST /members; {\"userId\":7}; userId",
        "POST /members; {\"userId\":\"USER\",\"role\":\"owner\"}; role",
        "POST /members; {\"userId\":\"USER\",\"role\":\"\"}; role",
        "POST /members; {\"userId\":\"USER\",\"role\":[\"admin\"]}; role",
        "PUT /members/USER; {}; role",
        "PUT /members/USER; {\"role\":\"owner\"}; role",
        "PUT /members/USER; {\"role\":\"Admin\"}; role",
        "PUT /members/xyz; {\"role\":\"admin\"}; userId",
        "DELETE /members/xyz; ''; userId",
        "POST /transfer; {}; newOwnerId",
        "POST /transfer; {\"newOwnerId\":null}; newOwnerId",
        "GET /members?after=xyz; ''; after",
        "GET /members?after=; ''; after",
        "GET /members?limit=0; ''; limit",
      })
  void namesTheFieldThatIsWrong(String route, String body, String field) throws Exception {
    Answer answer =
        ask(alice, route.replace("USER", bobId), body.replace("USER", bobId)).expect(400);
    assertEquals("VALIDATION_ERROR", answer.string("code"));
    assertEquals(field, answer.json().at("/details/field").asString(""));
  }
}
