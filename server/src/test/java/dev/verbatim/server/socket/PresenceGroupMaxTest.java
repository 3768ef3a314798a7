package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.server.RunningServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The setting of up to how many members a group is told who comes and goes. */
class PresenceGroupMaxTest {
  @TempDir Path directory;

  private static SocketClient connect(RunningServer server, String token) {
    SocketClient client = SocketClient.open(server.port(), "{\"token\":\"" + token + "\"}");
    client.await("connect");
    return client;
  }

  @Test
  void boundsTheGroupsThatAreToldWhoComes() throws Exception {
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
}
