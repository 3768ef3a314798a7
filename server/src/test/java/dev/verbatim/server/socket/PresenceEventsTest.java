package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.Changed;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.Sessions;
import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.wire.WireTime;
import dev.verbatim.socketio.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What sockets are told of people, over real sockets, on a real store. */
class PresenceEventsTest extends TwoInAGroup {
  private static final int GROUP_MAX = 4;
  private static final int LISTED_MAX = 2;

  @Override
  ChatSettings.Builder settings() {
    return super.settings().presenceGroupMax(GROUP_MAX).presenceLists(LISTED_MAX, 100);
  }

  private static JsonNode withoutOk(JsonNode answer) {
    assertTrue(answer.path("ok").asBoolean(), answer.toString());
    ObjectNode fields = ((ObjectNode) answer).deepCopy();
    fields.remove("ok");
    return fields;
  }

  private static JsonNode changeStatus(SocketClient client, String status) {
    return client.call("change_status", "{\"status\":\"" + status + "\"}");
  }

  @Test
  void tellsAStatusToCoMembersAndOwnOtherDevicesButNotToWhoAsked() throws Exception {
    try (SocketClient phone = running.connect("ada");
        SocketClient desk = running.connect("ada");
        SocketClient b = running.connect("bob");
        SocketClient stranger = running.connect("eve")) {
      phone.await("user_online");
      desk.await("user_online");
      JsonNode away = withoutOk(changeStatus(phone, "away"));
      assertEquals(ada.id().toString(), away.path("userId").asString());
      assertEquals("away", away.path("status").asString());
      assertEquals(WireTime.format(running.time.instant()), away.path("lastSeen").asString());
      assertEquals(3, away.size(), away.toString());
      assertEquals(away, b.await("user_status_changed"));
      assertEquals(away, desk.await("user_status_changed"));
      changeStatus(desk, "away");
      for (SocketClient each : List.of(phone, desk, b, stranger)) {
        each.assertSilent();
      }
      assertEquals("away", statusOf(ada, b.call("get_online_users", inGroup(""))));
      assertEquals("online", statusOf(bob, b.call("get_online_users", "{}")));
      withoutOk(changeStatus(desk, "online"));
      assertEquals("online", b.await("user_status_changed").path("status").asString());
      assertEquals("online", phone.await("user_status_changed").path("status").asString());
    }
  }

  private static String statusOf(User user, JsonNode onlineUsers) {
    return onlineUsers
        .path("users")
        .valueStream()
        .filter(each -> each.path("userId").asString().equals(user.id().toString()))
        .map(each -> each.path("status").asString())
        .collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"status\":null}",
        "{\"status\":\"offline\"}",
        "{\"status\":\"Online\"}",
        "{\"status\":1}",
        "[]"
      })
  void refusesEveryOtherStatusInSilence(String payload) throws Exception {
    try (SocketClient a = running.connect("ada")) {
      JsonNode answer = a.call("change_status", payload);
      assertFalse(answer.path("ok").asBoolean());
      assertEquals("VALIDATION_ERROR", answer.path("error").path("code").asString());
      a.assertSilent();
    }
  }

  @Test
  void showsANewMemberWhoIsOnlineToTheGroup() throws Exception {
    User eve = running.user("eve");
    try (SocketClient a = running.connect("ada");
        SocketClient e = running.connect("eve")) {
      withoutOk(changeStatus(e, "away"));
      running.join(eve, group.id());
      a.await("group_updated");
      JsonNode online = a.await("user_online");
      assertEquals(eve.id().toString(), online.path("userId").asString());
      assertEquals("eve", online.path("user").path("username").asString());
      assertEquals("away", online.path("status").asString());
      assertEquals("group_updated", e.next().name());
      e.assertSilent();
    }
  }

  @Test
  void tellsOneWhoHasLeftNothingOfTheOthers() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      Changed left = running.chat.roster().leave(bob.id(), group.id());
      assertEquals(new Changed.Done(), left);
      b.await("group_removed");
      a.await("group_updated");
      withoutOk(changeStatus(a, "away"));
      withoutOk(a.call("typing_start", inGroup("")));
      comeAndGo("carol");
      running.join(running.user("carol"), group.id());
      comeAndGo("carol");
      assertEquals("carol", a.await("user_online").path("user").path("username").asString());
      a.await("user_offline");
      b.assertSilent();
      withoutOk(changeStatus(b, "away"));
      a.assertSilent();
    }
  }

  /** A user is online, and offline again. */
  private void comeAndGo(String name) throws Exception {
    running.chat.sessions().end(come(name));
    running.time.advance(Duration.ofSeconds(5));
  }

  private ObjectId come(String name) throws Exception {
    Sessions.Login login =
        running.chat.sessions().begin(running.user(name), "abcdefghijklmnopqrst", DeviceType.WEB);
    return login.session().id();
  }

  @Test
  void tellsTheLatestOfEachUserToAClientThatIsBehind() throws Exception {
    running.join(running.user("carol"), group.id());
    try (SocketClient a = running.connect("ada")) {
      PollingClient behind =
          PollingClient.open(running.port(), "{\"token\":\"" + running.token("bob") + "\"}");
      String content = "x".repeat(4_000);
      int messages = 8;
      for (int i = 0; i < messages; i++) {
        withoutOk(a.call("send_message", inGroup(",\"content\":\"" + content + "\"")));
      }
      withoutOk(changeStatus(a, "away"));
      for (int i = 0; i < 3; i++) {
        comeAndGo("carol");
      }
      ObjectId session = come("carol");
      for (int i = 0; i < 3; i++) {
        await(session, Status.AWAY);
        await(session, Status.ONLINE);
      }
      await(session, Status.AWAY);
      withoutOk(changeStatus(a, "online"));

      List<String> told = new ArrayList<>();
      for (int i = 0; i < messages + 3; i++) {
        SocketClient.Received event = behind.next();
        if (!event.name().equals("new_message")) {
          told.add(
              event.name()
                  + " "
                  + event.payload().path("status").asString()
                  + " "
                  + (event.payload().path("userId").asString().equals(ada.id().toString())
                      ? "ada"
                      : "carol"));
        }
      }
      assertEquals(
          List.of(
              "user_online online carol",
              "user_status_changed away carol",
              "user_status_changed online ada"),
          told);
      withoutOk(a.call("send_message", inGroup(",\"content\":\"The end\"")));
      assertEquals("new_message", behind.next().name());
    }
  }

  private void await(ObjectId sessionId, Status status) throws Exception {
    CompletableFuture<Sessions.StatusChanged> changed = new CompletableFuture<>();
    running.chat.sessions().changeStatus(sessionId, status, changed::complete);
    assertTrue(changed.get(1, TimeUnit.MINUTES) instanceof Sessions.StatusChanged.Done);
  }

  @Test
  void tellsTheTypingOfTwoDevicesAsOne() throws Exception {
    try (SocketClient b = running.connect("bob");
        SocketClient phone = running.connect("ada");
        SocketClient desk = running.connect("ada")) {
      b.await("user_online");
      phone.assertSilent();
      withoutOk(phone.call("typing_start", inGroup("")));
      withoutOk(desk.call("typing_start", inGroup("")));
      withoutOk(phone.call("typing_start", inGroup("")));
      running.tellTyping();
      assertEquals("user_typing", b.next().name());
      assertEquals("user_typing", desk.next().name());
      withoutOk(phone.call("typing_stop", inGroup("")));
      running.tellTyping();
      for (SocketClient each : List.of(b, desk, phone)) {
        each.assertSilent();
      }
      withoutOk(desk.call("send_message", inGroup(",\"content\":\"Hello\"")));
      running.tellTyping();
      assertEquals("new_message", b.next().name());
      assertEquals("user_stopped_typing", b.next().name());
      assertEquals("message_sent", desk.next().name());
      assertEquals("user_stopped_typing", desk.next().name());
      assertEquals("new_message", phone.next().name());
      phone.assertSilent();
    }
  }

  @Test
  void leavesNobodyTypingWhoStoppedOnAnotherEventLoop() throws Exception {
    try (SocketClient one = running.connect("bob");
        SocketClient other = running.connect("bob")) {
      Socket here = running.reply(one).socket();
      Socket there = running.reply(other).socket();
      assertNotSame(here.executor(), there.executor());
      Session typing =
          running.chat.sessions().begin(ada, "abcdefghijklmnopqrst", DeviceType.WEB).session();
      one.await("user_online");
      other.await("user_online");
      AtomicBoolean isTyping = new AtomicBoolean();
      CompletableFuture<Void> stopped =
          CompletableFuture.runAsync(
              () -> {
                // What the other loop has for this one's sockets waits behind this. No event loop
                // may be parked, nor spin as one that waits does.
                while (!isTyping.get()) {}
                running.chat.typing().stop(ada.id(), group.id(), typing.socketId());
              },
              there.executor());
      CompletableFuture.runAsync(
              () -> {
                running.chat.typing().start(ada, group.id(), typing.socketId());
                isTyping.set(true);
              },
              here.executor())
          .join();
      stopped.join();
      running.tellTyping();
      one.assertSilent();
      other.assertSilent();
      running.chat.sessions().end(typing.id());
    }
  }

  @Test
  void tellsWhoIsOnlineAmongFewOnTheEventLoop() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient _ = running.connect("bob")) {
      running.questions.hold();
      for (String payload : List.of(inGroup(""), "{}")) {
        JsonNode online = withoutOk(a.call("get_online_users", payload));
        assertEquals(2, online.path("users").size(), online.toString());
      }
      running.questions.release();
    }
  }

  @Test
  void looksForWhoIsOnlineAmongManyBesideTheEventLoop() throws Exception {
    for (String name : List.of("carol", "dan", "eve")) {
      running.join(running.user(name), group.id());
    }
    try (SocketClient a = running.connect("ada")) {
      running.questions.hold();
      a.ask("get_online_users", inGroup(""));
      a.ask("get_online_users", "{}");
      running.questions.await(2);
      running.questions.release();
      for (int i = 0; i < 2; i++) {
        assertEquals(1, withoutOk(a.await("acknowledgement")).path("users").size());
      }
    }
  }

  @Test
  void listsTheCallerAndNoMoreThanTheBoundInALargeGroup() throws Exception {
    List<SocketClient> clients = new ArrayList<>();
    try {
      for (String name : List.of("ada", "bob", "carol", "dan", "eve")) {
        running.join(running.user(name), group.id());
        clients.add(running.connect(name));
      }
      for (SocketClient client : clients) {
        String self = client.call("authenticate", "{}").path("user").path("_id").asString();
        JsonNode joined = client.call("join_group", inGroup(""));
        List<String> members =
            joined.path("onlineMembers").valueStream().map(JsonNode::asString).toList();
        assertEquals(LISTED_MAX, Set.copyOf(members).size());
        assertTrue(members.contains(self), joined.toString());
        JsonNode online = client.call("get_online_users", inGroup(""));
        List<String> users =
            online.path("users").valueStream().map(each -> each.path("userId").asString()).toList();
        assertEquals(LISTED_MAX, Set.copyOf(users).size());
        assertTrue(users.contains(self), online.toString());
      }
    } finally {
      clients.forEach(SocketClient::close);
    }
  }
}
