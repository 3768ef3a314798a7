package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.Crowd;
import dev.verbatim.server.wire.WireTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a group of some thousands costs, over real sockets, on a real store. */
class LargeGroupTest {
  private static final int MEMBERS = 3_000;
  private static final int NEWCOMERS = 1_000;

  @TempDir Path directory;

  private Crowd crowd;
  private RunningChat running;

  @BeforeEach
  void start() throws Exception {
    crowd = Crowd.in(directory, MEMBERS, NEWCOMERS);
    running = new RunningChat(directory, ChatSettings.builder().messageRate(0, 1).build());
    running.join(running.user("ada"), groupId());
    running.join(running.user("bob"), groupId());
    running.time.advance(Duration.ofMinutes(1));
  }

  @AfterEach
  void stop() throws Exception {
    running.close();
  }

  private ObjectId groupId() {
    return crowd.group().id();
  }

  private String inGroup() {
    return "{\"groupId\":\"" + groupId() + "\"}";
  }

  /** What has come of a group's changes, up to an answer that comes behind them. */
  private static List<JsonNode> updates(SocketClient client) {
    client.emit("get_online_users", "{}");
    List<JsonNode> updates = new ArrayList<>();
    SocketClient.Received event = client.next();
    for (; !event.name().equals("online_users"); event = client.next()) {
      if (event.name().equals("group_updated")) {
        updates.add(event.payload().path("group"));
      }
    }
    return updates;
  }

  @Test
  void growsByAThousandAtTheCostOfAFewTellings() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      int before = running.time.waiting();
      for (User newcomer : crowd.others()) {
        running.join(newcomer, groupId());
        running.time.advance(Duration.ofMillis(10));
      }
      assertEquals(before + 1, running.time.waiting(), "one timer for all that waits");
      running.time.advance(Duration.ofMinutes(1));
      String newest =
          WireTime.format(
              Objects.requireNonNull(running.chat.directory().group(groupId())).updatedAt());
      for (SocketClient each : List.of(a, b)) {
        List<JsonNode> updates = updates(each);
        // 90 KB for 3,000 is told every nine seconds: the first, one on the way, and the last.
        assertEquals(3, updates.size());
        assertEquals(newest, updates.getLast().path("updatedAt").asString());
      }
      running.time.advance(Duration.ofMinutes(1));
      assertEquals(before, running.time.waiting(), "nothing is kept of a group that is quiet");
      assertEquals(List.of(), updates(a));
    }
  }

  @Test
  void isShownWithItsFirstThousand() throws Exception {
    List<String> first =
        crowd.group().members().stream()
            .limit(1_000)
            .map(Member::userId)
            .map(ObjectId::toString)
            .toList();
    try (SocketClient a = running.connect("ada")) {
      for (Member member : crowd.group().members().subList(0, 1_001)) {
        User user = running.chat.users().byId(member.userId()).orElseThrow();
        var _ = running.chat.sessions().begin(user, "abcdefghijklmnopqrst", DeviceType.WEB);
      }
      JsonNode joined = a.call("join_group", inGroup());
      assertEquals(first, userIds(joined.path("group").path("members")));
      JsonNode online = joined.path("onlineMembers");
      assertEquals(1_000, online.size());
      String ada = running.user("ada").id().toString();
      assertEquals(ada, online.path(0).asString(), "who asks is never left out");
      JsonNode users = a.call("get_online_users", inGroup()).path("users");
      assertEquals(1_000, users.size());
      assertEquals(ada, users.path(0).path("userId").asString());
      assertEquals(first, userIds(a.call("get_group_members", inGroup()).path("members")));
      running.join(crowd.others().getFirst(), groupId());
      assertEquals(first, userIds(a.await("group_updated").path("group").path("members")));
      assertEquals(1_000, a.call("get_online_users", "{}").path("users").size());
    }
  }

  private static List<String> userIds(JsonNode members) {
    return members.valueStream().map(member -> member.path("userId").asString()).toList();
  }
}
