package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.storage.sqlite.SqliteChatStore;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.Write;
import dev.verbatim.server.RunningServer;
import dev.verbatim.server.identity.DevelopmentIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** How a user with a good token is turned away who is active no more. */
class InactiveUserTest {
  private static final String NO_USER = "USER_NOT_FOUND";

  @TempDir Path directory;

  private static User inactive(String name) {
    return new User(
        ObjectId.next(Samples.NOW),
        DevelopmentIdentity.SUBJECT_PREFIX + name,
        name + "@localhost",
        name,
        "",
        name,
        /* profileImageUrl= */ null,
        /* isActive= */ false,
        /* lastSeen= */ null,
        Samples.NOW,
        Samples.NOW);
  }

  @Test
  void isNotFoundOnRoutesNorInTheHandshakeNorByAuthenticate() throws Exception {
    try (ChatStore store = SqliteChatStore.open(directory.resolve("data"))) {
      var _ = store.commit(List.of(new Write.PutUser(inactive("eve"))));
    }
    try (RunningServer server = RunningServer.start(directory, Map.of())) {
      String eve = server.token("eve");
      assertEquals(NO_USER, server.askAs(eve, "GET /api/users/me", "").expect(401).string("code"));
      String auth = "{\"token\":\"" + eve + "\"}";
      try (SocketClient client = SocketClient.open(server.port(), auth)) {
        assertEquals(NO_USER, client.await("connect_error").at("/data/code").asString());
      }
      try (SocketClient guest = SocketClient.open(server.port(), null)) {
        guest.await("connect");
        JsonNode refused = guest.call("authenticate", auth);
        assertEquals(NO_USER, refused.at("/error/code").asString());
        assertEquals(NO_USER, guest.await("authentication_error").path("code").asString());
        JsonNode still = guest.call("get_online_users", "{}");
        assertEquals("AUTHENTICATION_FAILED", still.at("/error/code").asString());
      }
    }
  }
}
