package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.WireTime;
import dev.verbatim.socketio.Handshake;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** How sockets come into the chat, and how long they stay in it. */
class AuthenticationTest extends TwoInAGroup {
  private String token(String name) {
    return "{\"token\":\"" + running.token(name) + "\"}";
  }

  @ParameterizedTest
  @CsvSource({
    "&token=TOKEN, ''",
    "&a=1&to%6ben=TOKEN&b=2, &a=1&b=2",
    "&a=1;token=TOKEN&token=TOKEN, &a=1",
  })
  void showsNobodyTheTokenOfAQuery(String query, String shown) throws Exception {
    running.user("eve");
    String token = running.token("eve");
    try (SocketClient client =
        SocketClient.open(running.port(), null, query.replace("TOKEN", token))) {
      client.await("connect");
      Handshake handshake = running.handshake();
      assertEquals("/socket.io/?EIO=4&transport=websocket" + shown, handshake.url());
      assertFalse(handshake.query().containsKey("token"));
    }
    for (String bad : new String[] {"x" + token, token + "x", "nonsense.to.hide"}) {
      try (SocketClient client =
          SocketClient.open(running.port(), null, query.replace("TOKEN", bad))) {
        JsonNode refused = client.await("connect_error");
        assertEquals("INVALID_TOKEN", refused.at("/data/code").asString());
        assertFalse(refused.toString().contains(bad), refused.toString());
      }
    }
  }

  @Test
  void letsInAgainWhoseTokenStandsInTheQuery() throws Exception {
    running.user("eve");
    try (SocketClient client =
        SocketClient.open(running.port(), null, "&token=" + running.token("eve"))) {
      client.await("connect");
      client.leave();
      client.enter();
      client.await("connect");
      assertTrue(client.call("get_online_users", "{}").path("ok").asBoolean());
    }
  }

  @Test
  void letsInOnceWhoAuthenticatesTwiceAtOnce() throws Exception {
    try (SocketClient client = SocketClient.open(running.port(), null)) {
      client.await("connect");
      client.emit("authenticate", token("ada"));
      client.emit("authenticate", token("ada"));
      String first = client.await("authentication_success").path("sessionId").asString();
      assertEquals(first, client.await("authentication_success").path("sessionId").asString());
      assertEquals(1, running.chat.sessions().count());
    }
  }

  @Test
  void letsInTheFirstOfTwoUsersWhoAuthenticateOnASocketAtOnceAndNeverShowsTheOther()
      throws Exception {
    running.user("eve");
    running.join(running.user("eve"), group.id());
    try (SocketClient watcher = running.connect("eve");
        SocketClient client = SocketClient.open(running.port(), null)) {
      client.await("connect");
      client.emit("authenticate", token("ada"));
      client.emit("authenticate", token("bob"));
      assertEquals("INVALID_TOKEN", client.await("authentication_error").path("code").asString());
      JsonNode now = client.call("authenticate", "{}");
      assertEquals(ada.id().toString(), now.path("user").path("_id").asString());
      assertEquals(2, running.chat.sessions().count());
      assertEquals(ada.id().toString(), watcher.await("user_online").path("userId").asString());
      watcher.assertSilent();
    }
  }

  @Test
  void looksAtTheNextTokenWhenTheFirstIsNoGood() throws Exception {
    try (SocketClient client = SocketClient.open(running.port(), null)) {
      client.await("connect");
      client.emit("authenticate", "{\"token\":\"nonsense\"}");
      client.emit("authenticate", "{}");
      client.emit("authenticate", token("ada"));
      client.emit("authenticate", "{\"token\":\"nonsense\"}");
      assertEquals("INVALID_TOKEN", client.next().payload().path("code").asString());
      assertEquals("AUTHENTICATION_FAILED", client.next().payload().path("code").asString());
      // The third and the fourth are answered in either order.
      Set<String> names = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        names.add(client.next().name());
      }
      assertEquals(Set.of("authentication_success", "user_groups", "authentication_error"), names);
      assertTrue(client.call("get_online_users", "{}").path("ok").asBoolean());
    }
  }

  @Test
  void letsAGuestStayTenSecondsAndForGoodWhoAuthenticatesByThen() throws Exception {
    try (SocketClient client = SocketClient.open(running.port(), null)) {
      client.await("connect");
      running.time.advance(Duration.ofSeconds(10));
      assertTrue(client.call("authenticate", token("ada")).path("ok").asBoolean());
      running.time.advance(Duration.ofSeconds(10));
      assertTrue(client.call("get_online_users", "{}").path("ok").asBoolean());
    }
  }

  @Test
  void letsNoMoreTokensWaitThanTheBound() throws Exception {
    try (SocketClient client = SocketClient.open(running.port(), null)) {
      client.await("connect");
      running.questions.hold();
      for (int i = 0; i < 1 + Limits.SIGN_INS_WAITING_MAX; i++) {
        client.emit("authenticate", token("ada"));
      }
      JsonNode refused = client.call("authenticate", token("ada"));
      assertEquals("UNAVAILABLE", refused.path("error").path("code").asString());
      assertEquals("UNAVAILABLE", client.await("authentication_error").path("code").asString());
      running.questions.release();
      for (int i = 0; i < 1 + Limits.SIGN_INS_WAITING_MAX; i++) {
        client.await("authentication_success");
      }
      assertEquals(1, running.chat.sessions().count());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"join_group", "typing_start", "change_status", "no_such_event"})
  void tellsAGuestByErrorWhateverTheEvent(String event) throws Exception {
    try (SocketClient guest = SocketClient.open(running.port(), null)) {
      guest.await("connect");
      for (String payload : new String[] {inGroup(""), "null", "7"}) {
        JsonNode refused = guest.call(event, payload);
        assertFalse(refused.path("ok").asBoolean(true));
        assertEquals("AUTHENTICATION_FAILED", refused.path("error").path("code").asString());
        SocketClient.Received error = guest.next();
        assertEquals("error", error.name());
        assertEquals(refused.path("error"), error.payload());
      }
      guest.emit(event, inGroup(""));
      assertEquals("error", guest.next().name());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "7", "[]", "\"token\""})
  void takesNothingButAnObject(String payload) throws Exception {
    try (SocketClient client = SocketClient.open(running.port(), null)) {
      client.await("connect");
      JsonNode refused = client.call("authenticate", payload);
      assertEquals("VALIDATION_ERROR", refused.path("error").path("code").asString());
      SocketClient.Received error = client.next();
      assertEquals("authentication_error", error.name());
      assertEquals("VALIDATION_ERROR", error.payload().path("code").asString());
      assertEquals("payload", client.await("validation_error").path("field").asString());
      assertTrue(client.call("authenticate", token("ada")).path("ok").asBoolean());
    }
  }

  @Test
  void closesTheTransportOfAHandshakeThatCannotBeDecidedNow() throws Exception {
    running.heldIdentity.hold();
    try (SocketClient client = SocketClient.open(running.port(), token("ada"))) {
      assertClosed(client, "connect");
    }
    running.heldIdentity.release();
    try (SocketClient client = SocketClient.open(running.port(), token("ada"))) {
      client.await("connect");
      assertEquals(1, running.chat.sessions().count());
    }
  }

  @Test
  void closesTheTransportOfAGuestWhoCannotBeLetInNow() throws Exception {
    try (SocketClient client = SocketClient.open(running.port(), null)) {
      client.await("connect");
      running.heldIdentity.hold();
      client.emit("authenticate", token("ada"));
      assertClosed(client, "authenticate");
    }
  }

  @Test
  void closesTheTransportOfAUserWhoseNextTokenCannotBeCheckedNow() throws Exception {
    try (SocketClient client = running.connect("ada")) {
      running.heldIdentity.hold();
      client.emit("authenticate", token("ada"));
      assertClosed(client, "authenticate");
    }
  }

  /** By the WebSocket's close alone, so that a stock client comes back by itself. */
  private void assertClosed(SocketClient client, String event) {
    String last = client.next().name();
    assertTrue(last.matches("close \\d+"), last);
    String sample =
        "\nverbatim_event_errors_total{code=\"UNAVAILABLE\",event=\"%s\"} 1.0\n".formatted(event);
    assertTrue(running.metrics.scrape(null).text().contains(sample), sample);
  }

  @Test
  void saysAtOnceThatATokenExpiresThatHardlyLivesAnyMore() throws Exception {
    String token = token("ada");
    Instant expiresAt = running.time.instant().plus(Duration.ofHours(1));
    running.time.advance(Duration.ofMinutes(59).plusSeconds(50));
    try (SocketClient client = SocketClient.open(running.port(), token)) {
      client.await("connect");
      running.time.advance(Duration.ofSeconds(1));
      assertEquals(
          WireTime.format(expiresAt.truncatedTo(ChronoUnit.SECONDS)),
          client.await("token_expiring").path("expiresAt").asString());
      running.time.advance(Duration.ofSeconds(3));
      client.assertSilent();
    }
  }

  @Test
  void saysOnceForEachTokenThatItExpires() throws Exception {
    try (SocketClient client = running.connect("ada")) {
      for (int i = 0; i < 2; i++) {
        running.time.advance(Duration.ofMinutes(59).plusSeconds(44));
        client.assertSilent();
        running.time.advance(Duration.ofSeconds(2));
        assertEquals("token_expiring", client.next().name());
        running.time.advance(Duration.ofSeconds(9));
        client.assertSilent();
        assertTrue(client.call("authenticate", token("ada")).path("ok").asBoolean());
        assertEquals("authentication_success", client.next().name());
        assertEquals("user_groups", client.next().name());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          mobile | desktop | Electron                              | mobile
          web    | desktop | Mobile                                | web
          tablet | desktop | Mobile                                | desktop
          -      | mobile  | Electron                              | mobile
          -      | tablet  | Electron                              | desktop
          -      | -       | Mozilla/5.0 (iPhone) Mobile/15E148    | mobile
          -      | -       | Mozilla/5.0 (Linux; Android 16)       | mobile
          -      | -       | Mozilla/5.0 (Linux) Electron/39.0.0   | desktop
          -      | -       | Mozilla/5.0 (Android) Electron/39.0.0 | desktop
          -      | -       | Mozilla/5.0 (X11; Linux x86_64)       | web
          """)
  void showsTheDeviceThatTheHandshakeNamesOrTells(
      String ofAuth, String ofQuery, String userAgent, String shown) throws Exception {
    String device = ofAuth == null ? "" : "\"deviceType\":\"" + ofAuth + "\"";
    String query = ofQuery == null ? "" : "&deviceType=" + ofQuery;
    String token = "\"token\":\"" + running.token("ada") + "\"";
    String auth = "{" + token + (device.isEmpty() ? "" : ",") + device + "}";
    try (SocketClient client = SocketClient.open(running.port(), auth, query, userAgent)) {
      client.await("connect");
      assertEquals(shown, deviceType(client));
    }
    try (SocketClient client =
        SocketClient.open(running.port(), "{" + device + "}", query, userAgent)) {
      client.await("connect");
      assertTrue(client.call("authenticate", token("ada")).path("ok").asBoolean());
      assertEquals(shown, deviceType(client), "of one who came as a guest");
    }
  }

  private static String deviceType(SocketClient client) {
    JsonNode users = client.call("get_online_users", "{}").path("users");
    assertEquals(1, users.size());
    return users.path(0).path("deviceType").asString();
  }
}
