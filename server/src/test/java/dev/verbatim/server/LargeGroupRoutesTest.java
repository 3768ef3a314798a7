package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.model.Member;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class LargeGroupRoutesTest {
  @TempDir Path directory;

  @Test
  void showTheFirstThousandAndTheRestByPages() throws Exception {
    Crowd crowd = Crowd.in(directory.resolve("data"), 1_001, 0);
    List<String> ids =
        crowd.group().members().stream().map(Member::userId).map(Object::toString).toList();
    try (RunningServer server = RunningServer.start(directory, Map.of())) {
      String alice = server.token("alice");
      String path = "/api/groups/" + crowd.group().id();
      server.askAs(alice, "POST " + path + "/join", "").expect(200);
      JsonNode group = server.askAs(alice, "GET " + path, "").expect(200).json().path("group");
      assertEquals(1_002, group.path("memberCount").asInt());
      assertEquals(ids.subList(0, 1_000), RunningServer.texts(group.path("members"), "userId"));
      String rest = path + "/members?after=" + ids.get(999);
      JsonNode members = server.askAs(alice, "GET " + rest, "").expect(200).json().path("members");
      assertEquals(
          Stream.of(ids.get(1_000), server.userId(alice)).toList(),
          RunningServer.texts(members, "userId"));
    }
  }
}
