package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.Outcome;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The contract's events, over real sockets, on a real store. */
class ChatEventsTest extends TwoInAGroup {
  private static final int REPLAY_LIMIT = 5;

  @Override
  ChatSettings.Builder settings() {
    return super.settings().replayLimit(REPLAY_LIMIT);
  }

  private String message(String content, String tempId) {
    return inGroup(",\"content\":\"" + content + "\",\"tempId\":\"" + tempId + "\"");
  }

  @Test
  void deliversToOthersWhatTheSenderIsToldIsStored() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      JsonNode answer = a.call("send_message", message("  Hello  ", "t1"));
      assertTrue(answer.path("ok").asBoolean(), answer.toString());
      assertEquals("t1", answer.path("tempId").asString());
      assertEquals("Hello", answer.path("message").path("content").asString());
      assertEquals(1, answer.path("message").path("seq").asInt());

      JsonNode sent = a.await("message_sent");
      assertEquals(answer.path("message"), sent.path("message"));
      assertEquals("t1", sent.path("message").path("tempId").asString());

      JsonNode received = b.await("new_message");
      assertEquals("Hello", received.path("message").path("content").asString());
      assertFalse(received.path("message").has("tempId"), received.toString());
      assertEquals("ada", received.path("sender").path("username").asString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "image", "file"})
  void deliversEachTypeThatClientsMaySend(String type) throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      JsonNode answer =
          a.call("send_message", inGroup(",\"content\":\"x\",\"type\":\"" + type + "\""));
      assertEquals(type, answer.at("/message/type").asString(), answer.toString());
      assertEquals(type, a.await("message_sent").at("/message/type").asString());
      assertEquals(type, b.await("new_message").at("/message/type").asString());
    }
  }

  @Test
  void tellsTheSendersOtherDevicesAsOthers() throws Exception {
    try (SocketClient phone = running.connect("ada");
        SocketClient desk = running.connect("ada")) {
      phone.emit("send_message", message("Hello", "t1"));
      phone.await("message_sent");
      assertEquals("Hello", desk.await("new_message").path("message").path("content").asString());
    }
  }

  @Test
  void answersARetryWithTheFirstMessageAndTellsNobodyAgain() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      JsonNode first = a.call("send_message", message("Hello", "t1"));
      JsonNode second = a.call("send_message", message("Something else", "t1"));
      assertEquals(first.path("message"), second.path("message"));
      for (String content : List.of("", ",\"content\":null", ",\"content\":7")) {
        JsonNode again = a.call("send_message", inGroup(",\"tempId\":\"t1\"" + content));
        assertEquals(first.path("message"), again.path("message"), content);
        JsonNode unknown = a.call("send_message", inGroup(",\"tempId\":\"t0\"" + content));
        assertEquals("INVALID_MESSAGE", unknown.path("error").path("code").asString(), content);
      }
      a.call("send_message", message("Next", "t2"));
      assertEquals(1, b.await("new_message").path("message").path("seq").asInt());
      JsonNode next = b.await("new_message");
      assertEquals("Next", next.path("message").path("content").asString());
      assertEquals(2, next.path("message").path("seq").asInt());
    }
  }

  @Test
  void keepsOneOrderForAllSenders() throws Exception {
    int each = 50;
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      for (int i = 0; i < each; i++) {
        a.emit("send_message", message("a" + i, "a" + i));
        b.emit("send_message", message("b" + i, "b" + i));
      }
      for (SocketClient client : List.of(a, b)) {
        List<Integer> seqs = new ArrayList<>();
        while (seqs.size() < 2 * each) {
          SocketClient.Received event = client.next();
          if (event.name().equals("new_message") || event.name().equals("message_sent")) {
            seqs.add(event.payload().path("message").path("seq").asInt());
          }
        }
        for (int i = 0; i < seqs.size(); i++) {
          assertEquals(i + 1, seqs.get(i));
        }
      }
    }
  }

  @Test
  void replaysWhatWasMissedBehindTheAnswerAndBeforeWhatIsNewer() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      for (int i = 1; i <= 4; i++) {
        a.call("send_message", message("m" + i, "t" + i));
      }
      b.emit("leave_group", inGroup(""));
      b.await("group_left");
      JsonNode answer = b.call("join_group", inGroup(",\"lastSeq\":1"));
      assertTrue(answer.path("ok").asBoolean(), answer.toString());
      a.call("send_message", message("m5", "t5"));
      b.await("group_joined");
      for (int seq = 2; seq <= 5; seq++) {
        SocketClient.Received event = b.next();
        assertEquals("new_message", event.name());
        assertEquals(seq, event.payload().path("message").path("seq").asInt());
        assertEquals("ada", event.payload().path("sender").path("username").asString());
      }
    }
  }

  @Test
  void refusesToReplayAPart() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      for (int i = 0; i <= REPLAY_LIMIT; i++) {
        a.call("send_message", message("m" + i, "t" + i));
      }
      a.emit("join_group", inGroup(",\"lastSeq\":0"));
      a.await("group_joined");
      SocketClient.Received event = a.next();
      assertEquals("gap", event.name());
      assertEquals(1, event.payload().path("fromSeq").asInt());
      assertEquals(REPLAY_LIMIT + 1, event.payload().path("toSeq").asInt());
    }
  }

  @Test
  void refusesALastSeqThatThisStoreNeverGave() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      a.call("send_message", message("m", "t"));
      JsonNode answer = a.call("join_group", inGroup(",\"lastSeq\":2"));
      assertEquals("VALIDATION_ERROR", answer.path("error").path("code").asString());
      assertEquals(1, answer.path("error").path("details").path("newestSeq").asInt());
    }
  }

  @Test
  void letsInByAuthenticateWhoCameWithoutAToken() throws Exception {
    try (SocketClient client = SocketClient.open(running.port(), null)) {
      client.await("connect");
      JsonNode refused = client.call("send_message", message("Hello", "t1"));
      assertEquals("AUTHENTICATION_FAILED", refused.path("error").path("code").asString());
      assertEquals("AUTHENTICATION_FAILED", client.await("error").path("code").asString());

      client.emit("authenticate", "{\"token\":\"nonsense\"}");
      assertEquals("INVALID_TOKEN", client.await("authentication_error").path("code").asString());

      client.emit("authenticate", "{\"token\":\"" + running.token("ada") + "\"}");
      JsonNode success = client.await("authentication_success");
      assertEquals(ada.id().toString(), success.path("user").path("_id").asString());
      JsonNode groups = client.await("user_groups");
      assertEquals(group.id().toString(), groups.path(0).path("id").asString());
      assertEquals(2, groups.path(0).path("memberCount").asInt());
      assertEquals("group", groups.path(0).path("type").asString());
      assertTrue(client.call("send_message", message("Hello", "t1")).path("ok").asBoolean());
    }
  }

  @Test
  void leavesASocketAsItWasWhenAnotherUsersTokenComes() throws Exception {
    try (SocketClient client = running.connect("ada")) {
      JsonNode answer = client.call("authenticate", "{\"token\":\"" + running.token("bob") + "\"}");
      assertEquals("INVALID_TOKEN", answer.path("error").path("code").asString());
      JsonNode again = client.call("authenticate", "{}");
      assertEquals(ada.id().toString(), again.path("user").path("_id").asString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"42", "true", "{}", "[]", "\"nonsense\""})
  void refusesABadTokenInTheHandshake(String token) throws Exception {
    try (SocketClient client = SocketClient.open(running.port(), "{\"token\":" + token + "}")) {
      JsonNode error = client.await("connect_error");
      assertEquals("INVALID_TOKEN", error.path("data").path("code").asString());
      assertTrue(error.path("message").asString().startsWith("{"), error.toString());
    }
  }

  @Test
  void takesTheTokenFromTheQueryAsBefore() throws Exception {
    try (SocketClient client =
        SocketClient.open(running.port(), null, "&token=" + running.token("ada"))) {
      client.await("connect");
      assertTrue(client.call("authenticate", "{}").path("ok").asBoolean());
    }
  }

  @Test
  void sendsAwayAGuestWhoStaysOne() throws Exception {
    try (SocketClient client = SocketClient.open(running.port(), null)) {
      client.await("connect");
      running.time.advance(Duration.ofSeconds(11));
      client.await("disconnect");
    }
  }

  @Test
  void saysThatATokenExpiresAndThenClosesTheTransport() throws Exception {
    try (SocketClient client = running.connect("ada")) {
      running.time.advance(Duration.ofMinutes(59).plusSeconds(46));
      assertTrue(client.await("token_expiring").path("expiresAt").isString());
      running.time.advance(Duration.ofSeconds(20));
      SocketClient.Received end = client.next();
      assertTrue(end.name().startsWith("close"), end.toString());
    }
  }

  @Test
  void extendsASessionByAFreshToken() throws Exception {
    try (SocketClient client = running.connect("ada")) {
      running.time.advance(Duration.ofMinutes(59).plusSeconds(46));
      client.await("token_expiring");
      assertTrue(
          client
              .call("authenticate", "{\"token\":\"" + running.token("ada") + "\"}")
              .path("ok")
              .asBoolean());
      running.time.advance(Duration.ofMinutes(1));
      assertTrue(client.call("get_online_users", "{}").path("ok").asBoolean());
    }
  }

  @Test
  void tellsTypingUntilItEnds() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      type(a);
      assertEquals("ada", b.await("user_typing").path("user").path("username").asString());
      running.time.advance(Duration.ofSeconds(6));
      assertEquals(ada.id().toString(), b.await("user_stopped_typing").path("userId").asString());
      type(a);
      b.await("user_typing");
      assertTrue(a.call("send_message", message("Hello", "t1")).path("ok").asBoolean());
      running.tellTyping();
      b.await("user_stopped_typing");
      type(a);
      b.await("user_typing");
      int timers = running.time.waiting();
      a.close();
      // Once the server has seen the socket go, grace has begun.
      running.time.awaitWaiting(timers + 1);
      running.tellTyping();
      b.await("user_stopped_typing");
    }
  }

  private void type(SocketClient client) {
    assertTrue(client.call("typing_start", inGroup("")).path("ok").asBoolean());
    running.tellTyping();
  }

  @Test
  void tellsWhoComesAndWhoIsGoneForGood() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      int timers = running.time.waiting();
      try (SocketClient b = running.connect("bob")) {
        assertEquals(bob.id().toString(), a.await("user_online").path("userId").asString());
        JsonNode online = b.call("get_online_users", inGroup(""));
        assertEquals(2, online.path("users").size(), online.toString());
        assertEquals("web", online.path("users").path(0).path("deviceType").asString());
      }
      // Once the server has seen the socket go, grace has begun.
      running.time.awaitWaiting(timers + 1);
      running.time.advance(Duration.ofSeconds(6));
      assertEquals(bob.id().toString(), a.await("user_offline").path("userId").asString());
    }
  }

  @Test
  void tellsOthersWhoReadAMessageOnce() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      String id =
          a.call("send_message", message("Hello", "t1")).path("message").path("_id").asString();
      String mark = inGroup(",\"messageId\":\"" + id + "\"");
      JsonNode answer = b.call("mark_message_read", mark);
      assertTrue(answer.path("readAt").isString(), answer.toString());
      JsonNode read = a.await("message_read");
      assertEquals(bob.id().toString(), read.path("readBy").asString());
      assertTrue(b.call("mark_message_read", mark).path("ok").asBoolean());
      // What the second mark would have brought would have come before this.
      assertTrue(a.call("get_online_users", "{}").path("ok").asBoolean());
      assertEquals("online_users", a.next().name());
      b.emit("authenticate", "{}");
      JsonNode groups = b.await("user_groups");
      assertEquals(0, groups.path(0).path("unreadCount").asInt());
      assertEquals(1, groups.path(0).path("lastReadSeq").asInt());
    }
  }

  @Test
  void letsAnAddedMembersSocketsIntoTheRoomAtOnce() throws Exception {
    running.user("eve");
    try (SocketClient eve = running.connect("eve");
        SocketClient a = running.connect("ada")) {
      running.join(running.user("eve"), group.id());
      assertEquals(3, eve.await("group_updated").path("group").path("members").size());
      a.emit("send_message", message("Welcome", "t1"));
      assertEquals("Welcome", eve.await("new_message").path("message").path("content").asString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "send_message",
        "join_group",
        "leave_group",
        "get_group_members",
        "typing_start",
        "typing_stop",
        "get_online_users"
      })
  void keepsOutsidersOut(String event) throws Exception {
    Group hidden = running.group(ada, true);
    running.user("eve");
    try (SocketClient eve = running.connect("eve")) {
      JsonNode outside = eve.call(event, inGroup(",\"content\":\"x\""));
      assertEquals("ACCESS_DENIED", outside.path("error").path("code").asString());
      JsonNode unknown = eve.call(event, "{\"groupId\":\"" + hidden.id() + "\",\"content\":\"x\"}");
      assertEquals("GROUP_NOT_FOUND", unknown.path("error").path("code").asString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          send_message      | message_error | 7                                             | VALIDATION_ERROR
          send_message      | message_error | "text"                                        | VALIDATION_ERROR
          send_message      | message_error | []                                            | VALIDATION_ERROR
          send_message      | message_error | {}                                            | VALIDATION_ERROR
          send_message      | message_error | {"groupId":7,"content":"x"}                   | VALIDATION_ERROR
          send_message      | message_error | {"groupId":"A","content":"x"}                 | VALIDATION_ERROR
          send_message      | message_error | {"groupId":"%g"}                              | INVALID_MESSAGE
          send_message      | message_error | {"groupId":"%g","content":7}                  | INVALID_MESSAGE
          send_message      | message_error | {"groupId":"%g","content":"  "}               | INVALID_MESSAGE
          send_message      | message_error | {"groupId":"%g","content":"\\ud800"}          | INVALID_MESSAGE
          send_message      | message_error | {"groupId":"%g","content":"x","type":"system"}| VALIDATION_ERROR
          send_message      | message_error | {"groupId":"%g","content":"x","type":7}       | VALIDATION_ERROR
          send_message      | message_error | {"groupId":"%g","content":"x","tempId":""}    | VALIDATION_ERROR
          send_message      | message_error | {"groupId":"%g","content":"x","tempId":[]}    | VALIDATION_ERROR
          send_message      | message_error | {"groupId":"%g","content":"x","tempId":"\\ud800"} | VALIDATION_ERROR
          send_message      | message_error | {"groupId":"%g","content":"x","tempId":"t\\udbff"} | VALIDATION_ERROR
          send_message      | message_error | {"groupId":"%g","content":"x","tempId":"\\udc00t"} | VALIDATION_ERROR
          join_group        | group_error   | null                                          | VALIDATION_ERROR
          join_group        | group_error   | {"groupId":"%g","lastSeq":-1}                 | VALIDATION_ERROR
          join_group        | group_error   | {"groupId":"%g","lastSeq":1.5}                | VALIDATION_ERROR
          join_group        | group_error   | {"groupId":"%g","lastSeq":99999999999999999999} | VALIDATION_ERROR
          leave_group       | group_error   | {"groupId":true}                              | VALIDATION_ERROR
          get_group_members | group_error   | {"groupId":"x"}                               | VALIDATION_ERROR
          authenticate      | authentication_error | {"token":7}                            | VALIDATION_ERROR
          mark_message_read |               | {"groupId":"%g","messageId":"x"}              | VALIDATION_ERROR
          mark_message_read |               | {"groupId":"%g","messageId":"0123456789abcdef01234567"} | MESSAGE_NOT_FOUND
          typing_start      |               | {}                                            | VALIDATION_ERROR
          typing_stop       |               | "x"                                           | VALIDATION_ERROR
          get_online_users  |               | {"groupId":{}}                                | VALIDATION_ERROR
          no_such_event     |               | {}                                            | VALIDATION_ERROR
          """)
  void refusesWhatIsMisshapenAndChangesNothing(
      String event, String failureEvent, String payload, String code) throws Exception {
    try (SocketClient a = running.connect("ada")) {
      JsonNode answer = a.call(event, payload.replace("%g", group.id().toString()));
      assertFalse(answer.path("ok").asBoolean());
      assertEquals(code, answer.path("error").path("code").asString(), answer.toString());
      if (failureEvent != null) {
        SocketClient.Received failure = a.next();
        assertEquals(failureEvent, failure.name());
        assertEquals(code, failure.payload().path("code").asString());
        if (code.equals("VALIDATION_ERROR")) {
          assertTrue(a.await("validation_error").path("field").isString());
        }
      }
      assertTrue(a.call("get_online_users", "{}").path("ok").asBoolean());
      assertEquals("online_users", a.next().name());
      // Told by the writer, behind whatever it was handed before.
      CompletableFuture<Long> newest = new CompletableFuture<>();
      running
          .chat
          .messages()
          .newestSeq(group.id(), Outcome.of(newest::complete, newest::completeExceptionally));
      assertEquals(0, newest.join());
    }
  }

  @Test
  void takesMessagesOfFourThousandUnitsAndNoMore() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      assertTrue(a.call("send_message", message("x".repeat(4000), "t1")).path("ok").asBoolean());
      JsonNode answer = a.call("send_message", message("x".repeat(4001), "t2"));
      assertEquals("MESSAGE_TOO_LONG", answer.path("error").path("code").asString());
      assertEquals("t2", answer.path("error").path("details").path("tempId").asString());
    }
  }

  @Test
  void takesAnEventWithoutArgumentsAsAnEmptyObject() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      assertTrue(a.callWith("[\"get_online_users\"]").path("ok").asBoolean());
      JsonNode second = a.callWith("[\"get_online_users\",{},\"more\",[7]]");
      assertTrue(second.path("ok").asBoolean());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"new_message", "message_edited", "message_read", "messages_read"})
  void makesAGroupComeBackForWhatCouldNotBeTold(String event) throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      // No UTF-8 can be made of this tempId.
      Message untellable = running.message(ada, group.id(), "\ud800");
      Message later = running.message(ada, group.id(), "t");
      Reply reply = running.reply(a);
      Deliveries deliveries = running.deliveries;
      running.onWriter(
          () -> {
            switch (event) {
              case "new_message" -> deliveries.onPosted(untellable, ada, reply);
              case "message_edited" -> deliveries.onEdited(untellable, List.of(), reply);
              case "message_read" -> deliveries.onRead(group.id(), _ -> fail(), reply);
              default -> deliveries.onReadMany(group.id(), _ -> fail(), reply);
            }
            deliveries.onPosted(later, ada, reply);
          });
      for (SocketClient client : List.of(a, b)) {
        String name;
        do {
          name = client.next().name();
          assertFalse(name.equals("new_message") || name.equals("message_sent"), name);
        } while (!name.startsWith("close"));
      }
    }
  }

  @Test
  void neverShortensASession() throws Exception {
    String early = running.token("ada");
    running.time.advance(Duration.ofMinutes(10));
    try (SocketClient client = running.connect("ada")) {
      assertTrue(
          client.call("authenticate", "{\"token\":\"" + early + "\"}").path("ok").asBoolean());
      running.time.advance(Duration.ofMinutes(51));
      assertTrue(client.call("get_online_users", "{}").path("ok").asBoolean());
    }
  }

  @Test
  void leavesARoomThatIsStillBeingJoined() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      // The seam of the replay is behind this.
      try (RunningChat.WriterHold _ = running.holdWriter()) {
        b.emit("join_group", inGroup(",\"lastSeq\":0"));
        b.emit("leave_group", inGroup(""));
        b.await("group_left");
      }
      assertEquals("CONFLICT", b.await("group_error").path("code").asString());
      a.call("send_message", message("Hello", "t1"));
      assertTrue(b.call("get_online_users", "{}").path("ok").asBoolean());
      assertEquals("online_users", b.next().name());
    }
  }

  @Test
  void tellsWhoIsInAGroup() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      JsonNode answer = a.call("get_group_members", inGroup(""));
      assertEquals(group.id().toString(), answer.path("groupId").asString());
      assertEquals(2, answer.path("members").size(), answer.toString());
      JsonNode first = answer.path("members").path(0);
      assertEquals(ada.id().toString(), first.path("userId").asString());
      assertEquals("owner", first.path("role").asString());
      assertTrue(first.path("joinedAt").isString());
      assertEquals("ada", first.path("user").path("username").asString());
      assertTrue(first.path("isOnline").asBoolean());
      JsonNode second = answer.path("members").path(1);
      assertEquals("bob", second.path("user").path("username").asString());
      assertFalse(second.path("isOnline").asBoolean(true));
      assertEquals(answer.path("members"), a.await("group_members").path("members"));
    }
  }
}
