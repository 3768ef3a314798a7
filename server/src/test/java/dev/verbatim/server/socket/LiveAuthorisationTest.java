package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatListener;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.server.identity.clerk.ClerkEvents;
import dev.verbatim.server.identity.clerk.ClerkStub;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What becomes of live sockets, and of routes, when somebody may be here no more. */
class LiveAuthorisationTest {
  private static final long T = HeldTime.START.toEpochMilli();

  @TempDir Path directory;

  private final InMemoryChatStore store = new InMemoryChatStore();
  private ClerkChat running;

  @BeforeEach
  void start() throws Exception {
    running = new ClerkChat(directory, store, null, /* hasWebhook= */ true);
    tell("msg_ada", "ada", "Ada", false, T);
    tell("msg_bob", "bob", "Bob", false, T);
  }

  @AfterEach
  void stop() throws Exception {
    running.close();
  }

  private void tell(String id, String name, String firstName, boolean isBanned, long millis) {
    String user = ClerkEvents.user(ClerkChat.clerkId(name), firstName, isBanned, millis);
    running.tell(id, ClerkEvents.event("user.updated", user));
  }

  private void end(String id, String token) {
    running.tell(id, ClerkEvents.session("session.ended", running.sessionOf(token), "user"));
  }

  private SocketClient connect(String token) {
    SocketClient client = running.connect(token);
    client.await("connect");
    return client;
  }

  private static void isHere(SocketClient client) {
    assertTrue(client.call("get_online_users", "{}").path("ok").asBoolean());
  }

  private static String auth(String token) {
    return "{\"token\":\"" + token + "\"}";
  }

  private void isRefused(String token, String code) throws Exception {
    HttpResponse<String> answer = running.me(token);
    assertEquals(401, answer.statusCode());
    assertTrue(answer.body().contains("\"" + code + "\""), answer.body());
    try (SocketClient client = running.connect(token)) {
      assertEquals(code, client.await("connect_error").at("/data/code").asString());
    }
    try (SocketClient guest = SocketClient.open(running.port(), null)) {
      guest.await("connect");
      JsonNode refused = guest.call("authenticate", auth(token));
      assertEquals(code, refused.at("/error/code").asString());
    }
  }

  @Test
  void endsTheSocketsOfASessionThatIsRevokedAndNoOthers() throws Exception {
    String phone = running.token("ada");
    String laptop = running.token("ada");
    try (SocketClient first = connect(phone);
        SocketClient second = SocketClient.open(running.port(), null);
        SocketClient other = connect(laptop);
        SocketClient bob = connect(running.token("bob"))) {
      second.await("connect");
      assertTrue(second.call("authenticate", auth(phone)).path("ok").asBoolean());
      end("msg_1", phone);
      first.await("disconnect");
      second.await("disconnect");
      isHere(other);
      isHere(bob);
    }
    isRefused(phone, "INVALID_TOKEN");
    assertEquals(200, running.me(laptop).statusCode());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void endsAllSocketsOfWhoIsBannedOrDeleted(boolean isBan) throws Exception {
    String token = running.token("ada");
    try (SocketClient first = connect(token);
        SocketClient second = connect(running.token("ada"));
        SocketClient bob = connect(running.token("bob"))) {
      if (isBan) {
        tell("msg_1", "ada", "Ada", true, T + 1);
      } else {
        running.tell("msg_1", ClerkEvents.deleted(ClerkChat.clerkId("ada")));
      }
      first.await("disconnect");
      second.await("disconnect");
      isHere(bob);
    }
    isRefused(token, "USER_NOT_FOUND");
    tell("msg_2", "ada", "Ada", false, T + 2);
    if (isBan) {
      try (SocketClient again = connect(token)) {
        isHere(again);
      }
    } else {
      isRefused(token, "USER_NOT_FOUND");
    }
  }

  @Test
  void countsTheSessionOfTheTokenThatExtendedASocket() throws Exception {
    String before = running.token("ada");
    try (SocketClient client = connect(before)) {
      running.time.advance(Duration.ofSeconds(30));
      String after = running.token("ada");
      assertTrue(client.call("authenticate", auth(after)).path("ok").asBoolean());
      end("msg_1", before);
      isHere(client);
      end("msg_2", after);
      client.await("disconnect");
    }
  }

  @Test
  void endsASocketWhoseSessionIsRevokedWhileItComesIn() throws Exception {
    String token = running.token("ada");
    running.beforeQuestion(() -> end("msg_1", token));
    try (SocketClient client = connect(token)) {
      client.await("disconnect");
    }
    String other = running.token("ada");
    try (SocketClient client = SocketClient.open(running.port(), null)) {
      client.await("connect");
      running.beforeQuestion(() -> end("msg_2", other));
      client.emit("authenticate", auth(other));
      client.await("disconnect");
    }
  }

  @Test
  void endsASocketWhoseUserIsBannedWhileItComesIn() throws Exception {
    running.afterQuestion(() -> tell("msg_1", "ada", "Ada", true, T + 1));
    try (SocketClient client = connect(running.token("ada"))) {
      client.await("disconnect");
    }
  }

  @Test
  void endsASocketWhoseSessionIsRevokedWhileItIsExtended() throws Exception {
    try (SocketClient client = connect(running.token("ada"))) {
      running.time.advance(Duration.ofSeconds(30));
      String next = running.token("ada");
      running.beforeQuestion(() -> end("msg_1", next));
      client.emit("authenticate", auth(next));
      client.await("disconnect");
    }
  }

  @Test
  void learnsInTimeWhatAnotherProcessIsTold() throws Exception {
    running.close();
    InMemoryChatStore others = store.share();
    running = new ClerkChat(directory, store, null, /* hasWebhook= */ true);
    String token = running.token("ada");
    try (Chat other =
            Chat.open(
                others,
                ChatSettings.defaults(),
                ChatListener.NONE,
                running.time,
                running.time,
                Runnable::run);
        SocketClient client = connect(token)) {
      other.identities().revoke(running.sessionOf(token), "msg_1");
      running.time.advance(Duration.ofSeconds(2));
      client.await("disconnect");
    }
  }

  @Test
  void learnsInTimeFromClerkItselfWithoutAWebhook() throws Exception {
    running.close();
    try (ClerkStub clerk = new ClerkStub()) {
      running = new ClerkChat(directory, store, clerk.url(), /* hasWebhook= */ false);
      clerk.putUser("user_ada", ClerkEvents.user("user_ada", "Ada", false, T + 1));
      String phone = running.token("ada");
      String laptop = running.token("ada");
      clerk.putSession(running.sessionOf(phone), "active");
      clerk.putSession(running.sessionOf(laptop), "active");
      try (SocketClient first = connect(phone);
          SocketClient second = connect(laptop)) {
        running.time.advance(Duration.ofSeconds(20));
        isHere(first);
        clerk.putSession(running.sessionOf(phone), "revoked");
        running.time.advance(Duration.ofSeconds(5));
        first.await("disconnect");
        isHere(second);
        clerk.remove("/v1/sessions/" + running.sessionOf(laptop));
        running.time.advance(Duration.ofSeconds(5));
        second.await("disconnect");
      }
      isRefused(phone, "INVALID_TOKEN");
    }
  }

  @Test
  void saysWhoTheUserIsNow() throws Exception {
    try (SocketClient client = connect(running.token("ada"))) {
      tell("msg_1", "ada", "Augusta", false, T + 1);
      JsonNode user = client.call("authenticate", "{}").path("user");
      assertEquals("Augusta", user.path("firstName").asString());
    }
  }
}
