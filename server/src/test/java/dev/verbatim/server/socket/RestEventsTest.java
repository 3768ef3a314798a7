package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.RunningServer;
import dev.verbatim.server.RunningServer.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What sockets hear of what is done by REST, on the whole service. */
final class RestEventsTest {
  @TempDir static Path directory = Path.of("");

  private static RunningServer server;
  private static String alice;
  private static String bob;
  private static String bobId;

  private String group = "";
  private SocketClient desk;
  private SocketClient phone;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start(directory, Map.of());
    alice = server.token("alice");
    bob = server.token("bob");
    bobId = server.userId(bob);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A group of alice's and bob's, and a socket of each: alice's desk and bob's phone. */
  @BeforeEach
  void connect() throws Exception {
    group = server.group(alice, "{\"name\":\"Heard\"}");
    server.askAs(bob, "POST /api/groups/" + group + "/join", "").expect(200);
    desk = connect(alice);
    phone = connect(bob);
  }

  private static SocketClient connect(String token) {
    SocketClient client = SocketClient.open(server.port(), "{\"token\":\"" + token + "\"}");
    client.await("connect");
    return client;
  }

  @AfterEach
  void disconnect() {
    desk.close();
    phone.close();
  }

  private Answer ask(String token, String route, String body) throws Exception {
    return server.askAs(token, route.replace("GROUP", group), body).expect(200);
  }

  /** What comes next to each of the two but for who is here, which has to be this. */
  private List<JsonNode> both(String event) {
    return List.of(next(desk, event), next(phone, event));
  }

  private static JsonNode next(SocketClient client, String event) {
    SocketClient.Received received = client.next();
    while (received.name().equals("user_online")) {
      received = client.next();
    }
    assertEquals(event, received.name());
    return received.payload();
  }

  @Test
  void hearNewMessagesTheSendersOwnToo() throws Exception {
    String body = "{\"groupId\":\"" + group + "\",\"content\":\"x\",\"tempId\":\"t\"}";
    JsonNode sent =
        server.askAs(alice, "POST /api/messages", body).expect(201).json().path("message");
    ask(alice, "POST /api/messages", body);
    JsonNode second = server.send(alice, group, "y");
    for (JsonNode told : both("new_message")) {
      assertEquals(sent.path("_id"), told.at("/message/_id"));
      assertEquals("alice", told.at("/sender/username").asString());
      assertFalse(told.path("message").has("tempId"), "a tempId is its sender's own");
    }
    // A retry is told nobody: the next is the next.
    for (JsonNode told : both("new_message")) {
      assertEquals(second.path("_id"), told.at("/message/_id"));
    }
  }

  @Test
  void hearEditsDeletionsAndReadings() throws Exception {
    String one = server.send(alice, group, "one").path("_id").asString();
    String two = server.send(alice, group, "two").path("_id").asString();
    List<JsonNode> _ = both("new_message");
    List<JsonNode> _ = both("new_message");
    ask(alice, "PUT /api/messages/" + one, "{\"content\":\"edited\"}");
    for (JsonNode told : both("message_edited")) {
      assertEquals("edited", told.at("/message/content").asString());
      assertTrue(told.path("message").has("editedAt"));
    }
    String ids = "{\"messageIds\":[\"" + one + "\",\"" + two + "\"]}";
    ask(bob, "POST /api/messages/read", ids);
    ask(bob, "POST /api/messages/read", ids);
    for (JsonNode told : both("messages_read")) {
      assertEquals(2, told.path("messageIds").size());
      assertEquals(group, told.path("groupId").asString());
      assertEquals(bobId, told.path("readBy").asString());
      assertTrue(told.path("readAt").asString().endsWith("Z"));
    }
    ask(alice, "DELETE /api/messages/" + two, "");
    ask(alice, "DELETE /api/messages/" + two, "");
    for (JsonNode told : both("message_deleted")) {
      assertEquals(two, told.path("messageId").asString());
      assertEquals(group, told.path("groupId").asString());
      assertEquals(server.userId(alice), told.path("deletedBy").asString());
    }
    ask(alice, "PUT /api/groups/GROUP", "{\"name\":\"The next is the next\"}");
    List<JsonNode> _ = both("group_updated");
  }

  @Test
  void hearOfReadingsOnceAGroup() throws Exception {
    String one = server.send(alice, group, "one").path("_id").asString();
    List<JsonNode> _ = both("new_message");
    String other = server.group(alice, "{\"name\":\"Other\"}");
    JsonNode _ = next(desk, "group_updated");
    server.askAs(bob, "POST /api/groups/" + other + "/join", "").expect(200);
    List<JsonNode> _ = both("group_updated");
    String two = server.send(alice, other, "two").path("_id").asString();
    String three = server.send(alice, other, "three").path("_id").asString();
    List<JsonNode> _ = both("new_message");
    List<JsonNode> _ = both("new_message");
    ask(
        bob,
        "POST /api/messages/read",
        "{\"messageIds\":[\"" + two + "\",\"" + one + "\",\"" + three + "\"]}");
    for (JsonNode told : both("messages_read")) {
      assertEquals(other, told.path("groupId").asString());
      assertEquals(
          List.of(two, three),
          told.path("messageIds").valueStream().map(JsonNode::asString).toList());
    }
    for (JsonNode told : both("messages_read")) {
      assertEquals(group, told.path("groupId").asString());
      assertEquals(1, told.path("messageIds").size());
    }
  }

  @Test
  void hearOfEveryChangeOfTheGroup() throws Exception {
    ask(alice, "PUT /api/groups/GROUP", "{\"name\":\"Renamed\",\"isPrivate\":true}");
    for (JsonNode told : both("group_updated")) {
      assertEquals("Renamed", told.at("/group/name").asString());
      assertTrue(told.at("/group/isPrivate").asBoolean());
    }
    ask(alice, "PUT /api/groups/GROUP/members/" + bobId, "{\"role\":\"admin\"}");
    for (JsonNode told : both("group_updated")) {
      assertEquals("admin", told.at("/group/members/1/role").asString());
    }
    ask(alice, "POST /api/groups/GROUP/transfer", "{\"newOwnerId\":\"" + bobId + "\"}");
    for (JsonNode told : both("group_updated")) {
      assertEquals(bobId, told.at("/group/ownerId").asString());
    }
    ask(bob, "DELETE /api/groups/GROUP", "");
    for (JsonNode told : both("group_removed")) {
      assertEquals(group, told.path("groupId").asString());
    }
  }

  @Test
  void hearOfMembersWhoComeAndGo() throws Exception {
    String member = "/api/groups/GROUP/members/" + bobId;
    ask(alice, "DELETE " + member, "");
    assertEquals(1, next(desk, "group_updated").at("/group/members").size());
    assertEquals(group, next(phone, "group_removed").path("groupId").asString());
    JsonNode _ = server.send(alice, group, "not for bob");
    JsonNode _ = next(desk, "new_message");
    ask(alice, "POST /api/groups/GROUP/members", "{\"userId\":\"" + bobId + "\"}");
    for (JsonNode told : both("group_updated")) {
      assertEquals(2, told.at("/group/members").size());
    }
    JsonNode _ = server.send(bob, group, "back");
    for (JsonNode told : both("new_message")) {
      assertEquals("back", told.at("/message/content").asString());
    }
    ask(bob, "POST /api/groups/GROUP/leave", "");
    assertEquals(group, next(phone, "group_removed").path("groupId").asString());
    assertEquals(1, next(desk, "group_updated").at("/group/members").size());
  }
}
