package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.Users;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.storage.sqlite.SqliteChatStore;
import dev.verbatim.chat.store.Write;
import dev.verbatim.server.RunningServer.Answer;
import dev.verbatim.server.identity.Accounts;
import dev.verbatim.server.settings.Settings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A list of many large groups. */
final class GroupListTest {
  private static final Instant NOW = Instant.parse("2026-05-25T16:17:59.123Z");
  private static final int GROUPS = 25;

  @TempDir Path directory = Path.of("");

  private static Write<?> user(String name, ObjectId id) {
    Users.NewUser like = Accounts.newUser(name, null, null);
    return new Write.PutUser(
        new User(
            id,
            like.clerkId(),
            like.email(),
            like.firstName(),
            like.lastName(),
            like.username(),
            /* profileImageUrl= */ null,
            /* isActive= */ true,
            /* lastSeen= */ null,
            NOW,
            NOW));
  }

  private static Write<?> group(ObjectId id, List<Member> members) {
    ObjectId owner = members.getFirst().userId();
    return new Write.PutGroup(
        new Group(id, "Large", null, owner, members, false, /* isActive= */ true, NOW, NOW));
  }

  /** Groups with as many members as one group shows, of whom Alice is the first. */
  private void seed() throws Exception {
    List<Write<?>> writes = new ArrayList<>();
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < Limits.MEMBERS_SHOWN_MAX; i++) {
      ObjectId id = ObjectId.next(NOW);
      writes.add(user(i == 0 ? "alice" : "member-" + i, id));
      members.add(new Member(id, i == 0 ? Role.OWNER : Role.MEMBER, NOW));
    }
    for (int i = 0; i < GROUPS; i++) {
      writes.add(group(ObjectId.next(NOW), members));
    }
    try (SqliteChatStore store =
        SqliteChatStore.open(Settings.read(Map.of(), directory).dataDir())) {
      assertEquals(writes.size(), store.commit(writes).size());
    }
  }

  @Test
  void showsAnEvenShareOfTheMembersOfManyLargeGroups() throws Exception {
    seed();
    try (RunningServer server = RunningServer.start(directory, Map.of())) {
      String alice = server.token("alice");
      Answer answer = server.askAs(alice, "GET /api/groups", "").expect(200);
      JsonNode groups = answer.json().path("groups");
      assertEquals(GROUPS, groups.size());
      for (JsonNode group : groups) {
        assertEquals(Limits.MEMBERS_LISTED_MAX / GROUPS, group.path("members").size());
        assertEquals(Limits.MEMBERS_SHOWN_MAX, group.path("memberCount").asInt());
        assertEquals("owner", group.at("/members/0/role").asString());
      }
      String first = groups.get(0).path("id").asString();
      JsonNode alone =
          server.askAs(alice, "GET /api/groups/" + first, "").expect(200).json().path("group");
      assertEquals(Limits.MEMBERS_SHOWN_MAX, alone.path("members").size());
      String bob = server.token("bob");
      Answer discovered = server.askAs(bob, "GET /api/groups/discover", "").expect(200);
      List<Integer> counts =
          discovered
              .json()
              .path("groups")
              .valueStream()
              .filter(group -> group.path("name").asString().equals("Large"))
              .map(group -> group.path("memberCount").asInt())
              .toList();
      assertEquals(Collections.nCopies(GROUPS, Limits.MEMBERS_SHOWN_MAX), counts);
    }
  }
}
