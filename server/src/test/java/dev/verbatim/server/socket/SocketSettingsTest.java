package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.HeldTime;
import dev.verbatim.server.RunningServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Settings that show on the sockets of the whole service. */
class SocketSettingsTest {
  private static final String POLLING = "/socket.io/?EIO=4&transport=polling";

  @TempDir Path directory;

  private static SocketClient connect(RunningServer server, String token) {
    SocketClient client = SocketClient.open(server.port(), "{\"token\":\"" + token + "\"}");
    client.await("connect");
    return client;
  }

  @Test
  void boundTheGroupsThatAreToldWhoComes() throws Exception {
    try (RunningServer server = RunningServer.start(directory, Map.of("PRESENCE_GROUP_MAX", "2"))) {
      String alice = server.token("alice");
      String bob = server.token("bob");
      String carol = server.token("carol");
      // All three are in the Lobby, which is above the bound; two share a group that is not.
      String group = server.group(alice, "{\"name\":\"Two\"}");
      server.askAs(bob, "POST /api/groups/" + group + "/join", "").expect(200);
      try (SocketClient a = connect(server, alice);
          SocketClient _ = connect(server, carol);
          SocketClient _ = connect(server, bob)) {
        SocketClient.Received event = a.next();
        assertEquals("user_online", event.name());
        assertEquals(server.userId(bob), event.payload().path("userId").asString());
        server.askAs(carol, "POST /api/groups/" + group + "/join", "").expect(200);
        assertEquals("group_updated", a.next().name());
        a.assertSilent();
      }
    }
  }

  @Test
  void boundTheEventsOfASocket() throws Exception {
    HeldTime time = new HeldTime();
    Map<String, String> settings = Map.of("EVENT_RATE_PER_SECOND", "2", "EVENT_RATE_BURST", "3");
    try (RunningServer server =
            RunningServer.start(directory, settings, time.withZone(ZoneOffset.UTC));
        SocketClient client = connect(server, server.token("alice"))) {
      assertTaken(client, 3);
      time.advance(Duration.ofSeconds(1));
      assertTaken(client, 2);
    }
  }

  /** So many events more are taken, and none behind them. */
  private static void assertTaken(SocketClient client, int count) {
    for (int i = 0; i < count; i++) {
      JsonNode taken = client.call("get_online_users", "{}");
      assertTrue(taken.path("ok").asBoolean(), taken.toString());
    }
    JsonNode refused = client.call("get_online_users", "{}");
    assertEquals("RATE_LIMIT_EXCEEDED", refused.at("/error/code").asString());
  }

  @Test
  void sayHowOftenClientsArePinged() throws Exception {
    Map<String, String> settings =
        Map.of("SOCKET_IO_PING_INTERVAL", "12345", "SOCKET_IO_PING_TIMEOUT", "23456");
    try (RunningServer server = RunningServer.start(directory, settings)) {
      String packet = server.ask("GET " + POLLING, "").text();
      JsonNode open = new JsonMapper().readTree(packet.substring("0".length()));
      assertEquals(12_345, open.path("pingInterval").asInt(), packet);
      assertEquals(23_456, open.path("pingTimeout").asInt(), packet);
      // What is closed keeps the server from ending no longer.
      server.ask("POST " + POLLING + "&sid=" + open.path("sid").asString(), "1").expect(200);
    }
  }
}
