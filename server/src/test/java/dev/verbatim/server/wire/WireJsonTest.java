package dev.verbatim.server.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.server.Limits;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class WireJsonTest {
  private static final Instant NOW = Instant.parse("2026-05-25T16:17:59.123Z");

  @Test
  void showsTheFirstMembersOfALargeGroup() {
    List<Member> members =
        IntStream.rangeClosed(0, Limits.MEMBERS_SHOWN_MAX)
            .mapToObj(i -> new Member(new ObjectId(1, i), Role.MEMBER, NOW))
            .toList();
    ObjectId id = new ObjectId(0, 1);
    Group group =
        new Group(id, "All", null, members.getFirst().userId(), members, false, true, NOW, NOW);
    byte[] json = JsonBytes.of(writer -> WireJson.group(writer, group));
    var shown = new JsonMapper().readTree(json).path("members");
    assertEquals(Limits.MEMBERS_SHOWN_MAX, shown.size());
    assertEquals(members.getFirst().userId().toString(), shown.path(0).path("userId").asString());
  }
}
