package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.SendMessage;
import dev.verbatim.chat.Sent;
import dev.verbatim.chat.WriterQueue;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Correcting, reading and marking messages, over real sockets, on a real store. */
class MessageEventsTest extends TwoInAGroup {
  /** Sends a message over a socket, and tells its id. */
  private String send(SocketClient client, String content) {
    JsonNode answer =
        client.call(
            "send_message",
            inGroup(",\"content\":\"" + content + "\",\"tempId\":\"t-" + content + "\""));
    assertTrue(answer.path("ok").asBoolean(), answer.toString());
    client.await("message_sent");
    return answer.path("message").path("_id").asString();
  }

  private String about(String messageId, String more) {
    return inGroup(",\"messageId\":\"" + messageId + "\"" + more);
  }

  private static JsonNode refused(String code, JsonNode answer) {
    assertFalse(answer.path("ok").asBoolean(true), answer.toString());
    assertEquals(code, answer.path("error").path("code").asString(), answer.toString());
    return answer;
  }

  /** How many commits were measured. */
  private String commits() {
    String text = running.metrics.scrape(null).text();
    String name = "\nverbatim_commit_seconds_count ";
    int from = text.indexOf(name) + name.length();
    return text.substring(from, text.indexOf('\n', from));
  }

  @Test
  void measuresACommitThatWritesAndNoneThatOnlyReads() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      send(a, "first");
      String before = commits();
      running.holdWriter().close();
      assertEquals(before, commits());
      send(a, "second");
      assertNotEquals(before, commits());
    }
  }

  @Test
  void tellsAllOfAnEditAndNobodyTheTempId() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      String id = send(a, "before");
      b.await("new_message");
      b.call("mark_message_read", about(id, ""));
      running.time.advance(Duration.ofSeconds(1));

      JsonNode answer = a.call("edit_message", about(id, ",\"content\":\"  after \""));
      JsonNode message = answer.path("message");
      assertEquals("after", message.path("content").asString(), answer.toString());
      assertEquals(1, message.path("seq").asInt());
      assertEquals("t-before", message.path("tempId").asString());
      assertEquals(message.path("editedAt"), message.path("updatedAt"));
      assertTrue(
          message.path("createdAt").asString().compareTo(message.path("editedAt").asString()) < 0);
      for (SocketClient each : List.of(a, b)) {
        JsonNode told = each.await("message_edited").path("message");
        assertEquals("after", told.path("content").asString());
        assertFalse(told.has("tempId"), told.toString());
        assertEquals(bob.id().toString(), told.path("readBy").path(0).path("userId").asString());
      }
    }
  }

  @Test
  void answersTheRetryOfAnEditedMessageWithTheMessageAsItNowIs() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      String id = send(a, "before");
      a.call("edit_message", about(id, ",\"content\":\"after\""));
      JsonNode again =
          a.call("send_message", inGroup(",\"content\":\"before\",\"tempId\":\"t-before\""));
      assertEquals("after", again.path("message").path("content").asString());
      assertEquals(id, again.path("message").path("_id").asString());
    }
  }

  @Test
  void answersRetriesInTheirPlaceAmongWhatBecomesOfTheGroup() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      String id = send(a, "first");
      String retry = inGroup(",\"content\":\"first\",\"tempId\":\"t-first\"");
      String tooLong = inGroup(",\"content\":\"" + "x".repeat(4_001) + "\",\"tempId\":\"t-first\"");
      try (RunningChat.WriterHold _ = running.holdWriter()) {
        a.emit("send_message", inGroup(",\"content\":\"second\",\"tempId\":\"t-second\""));
        a.emit("send_message", retry);
        a.emit("edit_message", about(id, ",\"content\":\"edited\""));
        a.emit("send_message", tooLong);
        a.emit("send_message", inGroup(",\"content\":\"third\",\"tempId\":\"t-third\""));
      }
      assertEquals(
          List.of(
              "message_sent second",
              "message_sent first",
              "message_edited edited",
              "message_sent edited",
              "message_sent third"),
          contents(a, 5));
    }
  }

  @Test
  void answersARetryBehindTheReplayThatWasAskedForBefore() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      send(a, "first");
      send(a, "second");
      assertEquals(List.of("new_message first", "new_message second"), contents(b, 2));
      String retry = inGroup(",\"content\":\"second\",\"tempId\":\"t-second\"");
      try (RunningChat.WriterHold _ = running.holdWriter()) {
        a.emit("join_group", inGroup(",\"lastSeq\":0"));
        a.emit("send_message", retry);
      }
      a.await("group_joined");
      assertEquals(
          List.of("new_message first", "new_message second", "message_sent second"),
          contents(a, 3));
    }
  }

  /** The next events, each with the content of its message. */
  private static List<String> contents(SocketClient client, int count) {
    List<String> told = new ArrayList<>();
    while (told.size() < count) {
      SocketClient.Received event = client.next();
      told.add(event.name() + " " + event.payload().at("/message/content").asString());
    }
    return told;
  }

  @Test
  void keepsTheSeqOfADeletedMessageAndNothingOfItsContent() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      send(a, "first");
      String id = send(a, "second");
      send(a, "third");
      JsonNode answer = a.call("delete_message", about(id, ""));
      assertTrue(answer.path("ok").asBoolean(), answer.toString());
      for (SocketClient each : List.of(a, b)) {
        JsonNode told = each.await("message_deleted");
        assertEquals(id, told.path("messageId").asString());
        assertEquals(group.id().toString(), told.path("groupId").asString());
        assertEquals(ada.id().toString(), told.path("deletedBy").asString());
      }
      JsonNode page = b.call("get_messages", inGroup(""));
      JsonNode deleted = page.path("messages").path(1);
      assertEquals(2, deleted.path("seq").asInt(), page.toString());
      assertEquals("", deleted.path("content").asString());
      assertTrue(deleted.path("isDeleted").asBoolean());
      assertEquals(3, page.path("messages").size());
      b.call("join_group", inGroup(",\"lastSeq\":1"));
      JsonNode replayed = b.await("new_message").path("message");
      assertEquals(deleted.path("_id"), replayed.path("_id"));
      assertTrue(replayed.path("isDeleted").asBoolean());
    }
  }

  @Test
  void deletesADeletedMessageAgainInSilenceAndEditsItNoMore() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      String id = send(a, "gone");
      a.call("delete_message", about(id, ""));
      a.await("message_deleted");
      b.await("message_deleted");
      JsonNode again = a.call("delete_message", about(id, ""));
      assertTrue(again.path("ok").asBoolean(), again.toString());
      assertEquals(id, again.path("messageId").asString());
      refused("MESSAGE_NOT_FOUND", a.call("edit_message", about(id, ",\"content\":\"back\"")));
      assertEquals("message_error", a.next().name());
      send(a, "next");
      assertEquals("new_message", b.next().name());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mark_message_read, true",
    "mark_messages_read, true",
    "mark_messages_read, false",
    "delete_message, false"
  })
  void answersBehindWhatTheSameCommitBroughtBefore(String event, boolean isNews) throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      String id = send(b, "first");
      a.await("new_message");
      String about = about(id, ",\"messageIds\":[\"" + id + "\"]");
      if (!isNews) {
        a.call(event, about);
        a.await(event.equals("delete_message") ? "message_deleted" : "messages_read");
      }
      try (RunningChat.WriterHold _ = running.holdWriter()) {
        b.emit("send_message", inGroup(",\"content\":\"second\""));
        WriterQueue.await(running.chat.writer(), 1);
        a.ask(event, about);
        WriterQueue.await(running.chat.writer(), 2);
        b.emit("send_message", inGroup(",\"content\":\"third\""));
        WriterQueue.await(running.chat.writer(), 3);
      }
      List<String> told = new ArrayList<>();
      while (told.size() < 3) {
        SocketClient.Received next = a.next();
        if (!next.name().equals("messages_read")) {
          told.add(next.name() + next.payload().path("message").path("content").asString(""));
        }
      }
      assertEquals(List.of("new_messagesecond", "acknowledgement", "new_messagethird"), told);
    }
  }

  @Test
  void letsNobodyButTheAuthorEditNotEvenADeletedMessage() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      String id = send(a, "gone");
      a.call("delete_message", about(id, ""));
      String edit = about(id, ",\"content\":\"back\"");
      refused("ACCESS_DENIED", b.call("edit_message", edit));
      refused("MESSAGE_NOT_FOUND", a.call("edit_message", edit));
    }
  }

  @Test
  void letsAuthorsEditAndAuthorsAdminsAndTheOwnerDelete() throws Exception {
    User eve = running.user("eve");
    running.join(eve, group.id());
    running.chat.roster().changeRole(ada.id(), group.id(), eve.id(), Role.ADMIN);
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob");
        SocketClient e = running.connect("eve")) {
      String adas = send(a, "ada");
      String bobs = send(b, "bob");
      String another = send(b, "another");
      refused("ACCESS_DENIED", a.call("edit_message", about(bobs, ",\"content\":\"x\"")));
      JsonNode error = a.await("message_error");
      assertEquals("ACCESS_DENIED", error.path("code").asString());
      assertEquals(bobs, error.path("details").path("messageId").asString());
      assertEquals(group.id().toString(), error.path("details").path("groupId").asString());
      refused("ACCESS_DENIED", b.call("delete_message", about(adas, "")));
      assertTrue(a.call("delete_message", about(bobs, "")).path("ok").asBoolean());
      assertTrue(e.call("delete_message", about(another, "")).path("ok").asBoolean());
      assertTrue(e.call("delete_message", about(adas, "")).path("ok").asBoolean());
    }
  }

  @Test
  void findsAMessageInItsOwnGroupOnly() throws Exception {
    Group other = running.group(ada, true);
    try (SocketClient a = running.connect("ada")) {
      String id = send(a, "here");
      String elsewhere = "{\"groupId\":\"" + other.id() + "\",\"messageId\":\"" + id + "\"";
      refused("MESSAGE_NOT_FOUND", a.call("edit_message", elsewhere + ",\"content\":\"x\"}"));
      refused("MESSAGE_NOT_FOUND", a.call("delete_message", elsewhere + "}"));
      refused("MESSAGE_NOT_FOUND", a.call("mark_message_read", elsewhere + "}"));
      JsonNode many =
          a.call(
              "mark_messages_read",
              "{\"groupId\":\"" + other.id() + "\",\"messageIds\":[\"" + id + "\"]}");
      assertTrue(many.path("ok").asBoolean());
      assertEquals(0, many.path("messageIds").size());
    }
  }

  @Test
  void marksManyAsReadInOneWriteAndOneBroadcast() throws Exception {
    int count = 1_000;
    List<ObjectId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Sent sent =
          running
              .chat
              .postbox()
              .send(new SendMessage(ada.id(), group.id(), "m" + i, MessageType.TEXT, null));
      ids.add(((Sent.Accepted) sent).message().id());
    }
    try (SocketClient a = running.connect("ada");
        SocketClient phone = running.connect("bob");
        SocketClient desk = running.connect("bob")) {
      phone.call("mark_message_read", about(ids.getFirst().toString(), ""));
      a.await("message_read");
      long before = running.chat.writer().committedWrites();
      String all = String.join("\",\"", ids.stream().map(ObjectId::toString).toList());
      JsonNode answer =
          phone.call("mark_messages_read", inGroup(",\"messageIds\":[\"" + all + "\"]"));
      assertEquals(count - 1, answer.path("messageIds").size(), answer.toString());
      assertEquals(1, running.chat.writer().committedWrites() - before);
      for (SocketClient each : List.of(a, phone, desk)) {
        JsonNode told = each.await("messages_read");
        assertEquals(answer.path("messageIds"), told.path("messageIds"));
        assertEquals(bob.id().toString(), told.path("readBy").asString());
        assertTrue(told.path("readAt").isString());
      }
      JsonNode nothingNew =
          phone.call("mark_messages_read", inGroup(",\"messageIds\":[\"" + all + "\"]"));
      assertTrue(nothingNew.path("ok").asBoolean());
      assertEquals(0, nothingNew.path("messageIds").size());
      send(a, "next");
      assertEquals("new_message", desk.next().name());
      refused(
          "VALIDATION_ERROR",
          phone.call(
              "mark_messages_read",
              inGroup(",\"messageIds\":[\"" + all + "\",\"" + ids.getFirst() + "\"]")));
    }
  }

  @Test
  void pagesHistoryBothWays() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      List<String> ids = new ArrayList<>();
      for (int i = 1; i <= 5; i++) {
        ids.add(send(a, "m" + i));
      }
      JsonNode newest = a.call("get_messages", inGroup(",\"limit\":2"));
      assertEquals(List.of(4, 5), seqs(newest));
      assertTrue(newest.path("hasMore").asBoolean());
      assertEquals(newest.path("messages"), a.await("messages").path("messages"));
      assertEquals("t-m5", newest.path("messages").path(1).path("tempId").asString());

      String at = ids.get(2);
      assertEquals(
          List.of(1, 2), seqs(a.call("get_messages", inGroup(",\"before\":\"" + at + "\""))));
      assertEquals(
          List.of(4, 5), seqs(a.call("get_messages", inGroup(",\"after\":\"" + at + "\""))));
      assertEquals(List.of(1, 2), seqs(a.call("get_messages", inGroup(",\"before\":3"))));
      assertEquals(
          List.of(4), seqs(a.call("get_messages", inGroup(",\"after\":\"3\",\"limit\":1"))));
      for (String many : List.of("1000000", "1e20", "100000000000000000000", "1e999", "6.0")) {
        assertEquals(5, seqs(a.call("get_messages", inGroup(",\"limit\":" + many))).size());
      }
      refused(
          "MESSAGE_NOT_FOUND",
          a.call("get_messages", inGroup(",\"before\":\"0123456789abcdef01234567\"")));
      assertEquals("MESSAGE_NOT_FOUND", a.await("group_error").path("code").asString());
    }
  }

  private static List<Integer> seqs(JsonNode page) {
    return page.path("messages").valueStream().map(each -> each.path("seq").asInt()).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          edit_message       | "messageId":"x","content":"y"                          | VALIDATION_ERROR | messageId
          edit_message       | "messageId":"0123456789abcdef01234567"                 | INVALID_MESSAGE   |
          edit_message       | "messageId":"0123456789abcdef01234567","content":7     | INVALID_MESSAGE   |
          edit_message       | "messageId":"0123456789abcdef01234567","content":" "   | INVALID_MESSAGE   |
          edit_message       | "messageId":"0123456789abcdef01234567","content":"y"   | MESSAGE_NOT_FOUND |
          delete_message     | "messageId":null                                       | VALIDATION_ERROR | messageId
          delete_message     | "messageId":"0123456789abcdef01234567"                 | MESSAGE_NOT_FOUND |
          mark_messages_read | "messageIds":"0123456789abcdef01234567"                | VALIDATION_ERROR | messageIds
          mark_messages_read | "messageIds":["x"]                                     | VALIDATION_ERROR | messageIds
          mark_messages_read | "messageIds":[7]                                       | VALIDATION_ERROR | messageIds
          mark_messages_read | "messageIds":[["0123456789abcdef01234567"]]            | VALIDATION_ERROR | messageIds
          mark_messages_read | "messageIds":{}                                        | VALIDATION_ERROR | messageIds
          mark_messages_read | "x":1                                                  | VALIDATION_ERROR | messageIds
          get_messages       | "limit":0                                              | VALIDATION_ERROR | limit
          get_messages       | "limit":-1                                             | VALIDATION_ERROR | limit
          get_messages       | "limit":"5"                                            | VALIDATION_ERROR | limit
          get_messages       | "limit":1.5                                            | VALIDATION_ERROR | limit
          get_messages       | "limit":-1e20                                          | VALIDATION_ERROR | limit
          get_messages       | "limit":1e-20                                          | VALIDATION_ERROR | limit
          get_messages       | "before":""                                            | VALIDATION_ERROR | before
          get_messages       | "before":-1                                            | VALIDATION_ERROR | before
          get_messages       | "before":"1234567890123456"                            | VALIDATION_ERROR | before
          get_messages       | "before":"0123456789ABCDEF01234567"                    | VALIDATION_ERROR | before
          get_messages       | "after":true                                           | VALIDATION_ERROR | after
          get_messages       | "before":1,"after":1                                   | VALIDATION_ERROR | after
          """)
  void refusesWhatIsMisshapen(String event, String fields, String code, String field)
      throws Exception {
    try (SocketClient a = running.connect("ada")) {
      JsonNode answer = refused(code, a.call(event, inGroup("," + fields)));
      if (field != null) {
        assertEquals(
            field,
            answer.path("error").path("details").path("field").asString(),
            answer.toString());
      }
    }
  }
}
