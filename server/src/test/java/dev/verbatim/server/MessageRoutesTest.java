package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.RunningServer.Answer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Messages by REST: sent, edited, deleted, read, and their history. */
final class MessageRoutesTest {
  private static final String UNKNOWN = "0123456789abcdef01234567";

  @TempDir static Path directory = Path.of("");

  private static RunningServer server;
  private static String alice;
  private static String bob;
  private static String carol;

  private String group = "";

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start(directory, Map.of("MESSAGE_RATE_PER_SECOND", "0"));
    alice = server.token("alice");
    bob = server.token("bob");
    carol = server.token("carol");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A public group of alice's that bob is in, and carol is not. */
  @BeforeEach
  void makeGroup() throws Exception {
    group = server.group(alice, "{\"name\":\"Messages\"}");
    server.askAs(bob, "POST /api/groups/" + group + "/join", "").expect(200);
  }

  private Answer send(String token, String more) throws Exception {
    return server.askAs(
        token, "POST /api/messages", "{\"groupId\":\"" + group + "\"," + more + "}");
  }

  private String send(String token) throws Exception {
    return server.send(token, group, "Hello").path("_id").asString();
  }

  private static Answer read(String token, String... messageIds) throws Exception {
    String ids = messageIds.length == 0 ? "" : '"' + String.join("\",\"", messageIds) + '"';
    return server.askAs(token, "POST /api/messages/read", "{\"messageIds\":[" + ids + "]}");
  }

  private static Answer edit(String token, String messageId, String content) throws Exception {
    return server.askAs(
        token, "PUT /api/messages/" + messageId, "{\"content\":\"" + content + "\"}");
  }

  private static Answer delete(String token, String messageId) throws Exception {
    return server.askAs(token, "DELETE /api/messages/" + messageId, "");
  }

  private JsonNode history(String token) throws Exception {
    return server
        .askAs(token, "GET /api/messages/group/" + group, "")
        .expect(200)
        .json()
        .path("messages");
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
    for (int i = 1; i <= 6; i++) {
      String _ = send(alice);
    }
    String path = "GET /api/messages/group/" + group + query;
    Answer page = server.askAs(alice, query.isEmpty() ? path + "?limit=5" : path, "").expect(200);
    assertEquals(seqs, String.join(" ", RunningServer.texts(page.json().path("messages"), "seq")));
    assertEquals(hasMore, page.json().path("hasMore").asBoolean());
  }

  @Test
  void showsTheHistoryBeforeAMessage() throws Exception {
    String _ = send(alice);
    String second = send(alice);
    String path = "GET /api/messages/group/" + group + "?before=" + second;
    Answer page = server.askAs(bob, path, "").expect(200);
    assertEquals(List.of("1"), RunningServer.texts(page.json().path("messages"), "seq"));
  }

  @Test
  void sendsAMessageExactlyAsItIs() throws Exception {
    Answer sent =
        send(alice, "\"content\":\" Grüße\\u0000 <b>\uD83D\uDE00 \",\"tempId\":\"t-1\"")
            .expect(201);
    JsonNode message = sent.json().path("message");
    assertEquals("Grüße\u0000 <b>\uD83D\uDE00", message.path("content").asString());
    assertEquals("t-1", message.path("tempId").asString("none"));
    assertEquals("text", message.path("type").asString());
    assertEquals(1, message.path("seq").asInt());
    assertEquals(group, message.path("groupId").asString());
    assertEquals(server.userId(alice), message.path("senderId").asString());
    assertFalse(message.path("isDeleted").asBoolean(true));
    assertEquals(0, message.path("readBy").size());
    assertFalse(message.has("editedAt"));
    assertEquals(message, history(alice).path(0));
    assertFalse(history(bob).path(0).has("tempId"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "image", "file"})
  void sendsWhatKindOfMessageClientsMaySend(String type) throws Exception {
    Answer sent = send(alice, "\"content\":\"x\",\"type\":\"" + type + "\"").expect(201);
    assertEquals(type, sent.json().at("/message/type").asString());
  }

  @Test
  void givesARetryTheFirstMessageAsItNowIs() throws Exception {
    JsonNode first =
        send(alice, "\"content\":\"first\",\"tempId\":\"t\"").expect(201).json().path("message");
    read(bob, first.path("_id").asString()).expect(200);
    edit(alice, first.path("_id").asString(), "edited").expect(200);
    for (String content :
        List.of("\"first\"", "\"other\"", "\"\"", "\"" + "x".repeat(4001) + "\"", "7", "null")) {
      JsonNode again =
          send(alice, "\"content\":" + content + ",\"tempId\":\"t\"")
              .expect(200)
              .json()
              .path("message");
      assertEquals(first.path("_id"), again.path("_id"));
      assertEquals("edited", again.path("content").asString());
      assertEquals("t", again.path("tempId").asString());
      assertEquals(server.userId(bob), again.at("/readBy/0/userId").asString());
    }
    send(bob, "\"content\":\"bob's\",\"tempId\":\"t\"").expect(201);
    assertEquals(2, history(alice).size());
  }

  @Test
  void editsAMessageOfTheCallers() throws Exception {
    String message =
        send(alice, "\"content\":\"old\",\"tempId\":\"t\"")
            .expect(201)
            .json()
            .at("/message/_id")
            .asString();
    read(bob, message).expect(200);
    JsonNode edited = edit(alice, message, " new ").expect(200).json().path("message");
    assertEquals("new", edited.path("content").asString());
    assertEquals("t", edited.path("tempId").asString());
    assertEquals(1, edited.path("readBy").size());
    assertEquals(edited.path("updatedAt"), edited.path("editedAt"));
    assertEquals(edited, history(alice).path(0));
    Answer refused = edit(bob, message, "bob's").expect(403);
    assertEquals("ACCESS_DENIED", refused.string("code"));
    assertEquals(message, refused.json().at("/details/messageId").asString());
  }

  @Test
  void deletesAMessageAndSucceedsAgain() throws Exception {
    String message = send(bob);
    read(alice, message).expect(200);
    JsonNode deleted = delete(bob, message).expect(200).json().path("message");
    assertTrue(deleted.path("isDeleted").asBoolean());
    assertEquals("", deleted.path("content").asString("none"));
    assertEquals(1, deleted.path("seq").asInt());
    assertEquals(1, deleted.path("readBy").size());
    assertEquals(deleted, delete(bob, message).expect(200).json().path("message"));
    assertEquals(deleted, history(bob).path(0));
    assertEquals("MESSAGE_NOT_FOUND", edit(bob, message, "new").expect(404).string("code"));
  }

  @Test
  void letsTheOwnerDeleteWhatMembersWroteAndNotTheOtherWayRound() throws Exception {
    String alices = send(alice);
    String bobs = send(bob);
    delete(bob, alices).expect(403);
    delete(alice, bobs).expect(200);
  }

  @Test
  void hidesMessagesOfGroupsThatTheCallerCannotSee() throws Exception {
    String message = send(alice);
    assertEquals("ACCESS_DENIED", edit(carol, message, "x").expect(403).string("code"));
    assertEquals("ACCESS_DENIED", delete(carol, message).expect(403).string("code"));
    server.askAs(alice, "PUT /api/groups/" + group, "{\"isPrivate\":true}").expect(200);
    assertEquals("MESSAGE_NOT_FOUND", edit(carol, message, "x").expect(404).string("code"));
    assertEquals("MESSAGE_NOT_FOUND", delete(carol, message).expect(404).string("code"));
    Answer sent = send(carol, "\"content\":\"x\"").expect(404);
    assertEquals("GROUP_NOT_FOUND", sent.string("code"));
  }

  @Test
  void marksMessagesOfSeveralGroupsAsRead() throws Exception {
    String one = send(alice);
    String two = send(alice);
    String own = send(bob);
    String other = server.group(alice, "{\"name\":\"Other\"}");
    server.askAs(bob, "POST /api/groups/" + other + "/join", "").expect(200);
    String elsewhere = server.send(alice, other, "there").path("_id").asString();
    String foreign = server.group(carol, "{\"name\":\"Foreign\"}");
    String hidden = server.send(carol, foreign, "not bob's").path("_id").asString();
    Answer marked = read(bob, two, elsewhere, UNKNOWN, own, one, hidden, two).expect(200);
    assertTrue(marked.json().path("success").asBoolean());
    assertEquals(
        List.of(two, elsewhere, one),
        marked.json().path("messageIds").valueStream().map(JsonNode::asString).toList());
    assertEquals(0, read(bob, one, two, elsewhere).expect(200).json().path("messageIds").size());
    assertEquals(server.userId(bob), history(alice).at("/0/readBy/0/userId").asString());
  }

  @Test
  void marksAThousandMessagesAtOnceAndNoMore() throws Exception {
    String message = send(alice);
    String[] ids = new String[1000];
    Arrays.fill(ids, UNKNOWN);
    ids[999] = message;
    assertEquals(1, read(bob, ids).expect(200).json().path("messageIds").size());
    assertEquals(0, read(bob).expect(200).json().path("messageIds").size());
    String[] more = Arrays.copyOf(ids, 1001);
    more[1000] = message;
    Answer refused = read(bob, more).expect(400);
    assertEquals("VALIDATION_ERROR", refused.string("code"));
    assertEquals("messageIds", refused.json().at("/details/field").asString());
  }

  @Test
  void refusesContentThatIsNoMessage() throws Exception {
    for (String content :
        List.of("\"\"", "\" \\u3000\"", "null", "7", "[\"x\"]", "{}", "\"\\ud800\"")) {
      Answer answer = send(alice, "\"content\":" + content + ",\"tempId\":\"t\"").expect(400);
      assertEquals("INVALID_MESSAGE", answer.string("code"), content);
      assertEquals(group, answer.json().at("/details/groupId").asString());
      assertEquals("t", answer.json().at("/details/tempId").asString());
    }
    Answer tooLong = send(alice, "\"content\":\"" + "x".repeat(4001) + "\"").expect(400);
    assertEquals("MESSAGE_TOO_LONG", tooLong.string("code"));
    send(alice, "\"content\":\" " + "x".repeat(4000) + " \"").expect(201);
    String message = send(alice);
    assertEquals("INVALID_MESSAGE", edit(alice, message, "").expect(400).string("code"));
    assertEquals(
        "MESSAGE_TOO_LONG", edit(alice, message, "x".repeat(4001)).expect(400).string("code"));
    Answer nothing = server.askAs(alice, "PUT /api/messages/" + message, "{}").expect(400);
    assertEquals("INVALID_MESSAGE", nothing.string("code"));
    assertEquals(message, nothing.json().at("/details/messageId").asString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "POST /api/messages; {\"content\":\"x\"}; groupId",
        "POST /api/messages; {\"content\":\"x\",\"groupId\":\"LOBBY\"}; groupId",
        "POST /api/messages; {\"content\":\"x\",\"groupId\":7}; groupId",
        "POST /api/messages; {\"content\":\"x\",\"groupId\":\"GROUP\",\"type\":\"system\"}; type",
        "POST /api/messages; {\"content\":\"x\",\"groupId\":\"GROUP\",\"type\":\"Text\"}; type",
        "POST /api/messages; {\"content\":\"x\",\"groupId\":\"GROUP\",\"type\":1}; type",
        "POST /api/messages; {\"content\":\"x\",\"groupId\":\"GROUP\",\"tempId\":\"\"}; tempId",
        "POST /api/messages; {\"content\":\"x\",\"groupId\":\"GROUP\",\"tempId\":7}; tempId",
        "POST /api/messages; {\"content\":\"x\",\"groupId\":\"GROUP\",\"tempId\":\"\\ud800\"};"
            + " tempId",
        "PUT /api/messages/xyz; {\"content\":\"x\"}; id",
        "DELETE /api/messages/0123456789ABCDEF01234567; ''; id",
        "POST /api/messages/read; {}; messageIds",
        "POST /api/messages/read; {\"messageIds\":\"GROUP\"}; messageIds",
        "POST /api/messages/read; {\"messageIds\":{}}; messageIds",
        "POST /api/messages/read; {\"messageIds\":[\"GROUP\",7]}; messageIds",
        "POST /api/messages/read; {\"messageIds\":[[\"GROUP\"]]}; messageIds",
        "POST /api/messages/read; {\"messageIds\":[null]}; messageIds",
        "POST /api/messages/read; {\"messageIds\":[\"xyz\"]}; messageIds",
      })
  void namesTheFieldThatIsWrong(String route, String body, String field) throws Exception {
    Answer answer = server.askAs(alice, route, body.replace("GROUP", group)).expect(400);
    assertEquals("VALIDATION_ERROR", answer.string("code"));
    assertEquals(field, answer.json().at("/details/field").asString(""));
  }

  @Test
  void refusesATempIdThatIsTooLong() throws Exception {
    String longest = "\"content\":\"x\",\"tempId\":\"" + "t".repeat(128);
    send(alice, longest + "\"").expect(201);
    Answer answer = send(alice, longest + "t\"").expect(400);
    assertEquals("tempId", answer.json().at("/details/field").asString());
  }

  @Test
  void countsWhatIsSentButNoRetries(@TempDir Path fresh) throws Exception {
    Clock held = Clock.fixed(Instant.now(), ZoneOffset.UTC);
    Map<String, String> settings =
        Map.of("MESSAGE_RATE_PER_SECOND", "1", "MESSAGE_RATE_BURST", "2");
    try (RunningServer limited = RunningServer.start(fresh, settings, held)) {
      String token = limited.token("alice");
      String to = limited.group(token, "{\"name\":\"Rates\"}");
      String body = "{\"groupId\":\"" + to + "\",\"content\":\"x\",\"tempId\":\"%s\"}";
      limited.askAs(token, "POST /api/messages", body.formatted("1")).expect(201);
      for (int i = 0; i < 5; i++) {
        limited.askAs(token, "POST /api/messages", body.formatted("1")).expect(200);
      }
      limited.askAs(token, "POST /api/messages", body.formatted("2")).expect(201);
      Answer over = limited.askAs(token, "POST /api/messages", body.formatted("3")).expect(429);
      assertEquals("RATE_LIMIT_EXCEEDED", over.string("code"));
      assertEquals("1", over.header("retry-after"));
      assertEquals(1, over.json().at("/details/retryAfter").asInt());
      assertEquals("3", over.json().at("/details/tempId").asString());
      limited.askAs(token, "POST /api/messages", body.formatted("1")).expect(200);
    }
  }
}
