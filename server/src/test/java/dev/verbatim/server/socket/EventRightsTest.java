package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.SendMessage;
import dev.verbatim.chat.Sent;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.server.RightsRow;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Who may do what on a socket: every event against everybody who stands differently to a group. An
 * event without a row fails {@link #hasARowForEachEvent}.
 *
 * <p>There are a public group, a private and a closed one, and the owner wrote all messages.
 */
class EventRightsTest {
  private static final String OK = "ok";
  private static final String NOBODY = "AUTHENTICATION_FAILED";
  private static final String DENIED = "ACCESS_DENIED";
  private static final String HIDDEN = "GROUP_NOT_FOUND";

  private static final String GROUP = "{\"groupId\":\"%g\"}";
  private static final String MESSAGE = "{\"groupId\":\"%g\",\"messageId\":\"%m\"}";

  /**
   * An event, and what its callback gets.
   *
   * @param payload with %g for the group and %m for a message of the owner's in it
   */
  record Row(
      String event,
      String payload,
      String guest,
      String stranger,
      String shutOut,
      String member,
      String admin,
      String owner)
      implements RightsRow {}

  private static final List<Row> ROWS =
      List.of(
          new Row("authenticate", "{}", NOBODY, OK, OK, OK, OK, OK),
          inGroup("join_group", GROUP),
          inGroup("leave_group", GROUP),
          inGroup("get_group_members", GROUP),
          inGroup("send_message", "{\"groupId\":\"%g\",\"content\":\"" + Samples.SAID + "\"}"),
          inGroup("mark_message_read", MESSAGE),
          inGroup("mark_messages_read", "{\"groupId\":\"%g\",\"messageIds\":[\"%m\"]}"),
          inGroup("get_messages", GROUP),
          inGroup("typing_start", GROUP),
          inGroup("typing_stop", GROUP),
          inGroup("get_online_users", GROUP),
          new Row("get_online_users", "{}", NOBODY, OK, OK, OK, OK, OK),
          new Row("change_status", "{\"status\":\"away\"}", NOBODY, OK, OK, OK, OK, OK),
          new Row(
              "edit_message",
              "{\"groupId\":\"%g\",\"messageId\":\"%m\",\"content\":\"" + Samples.SAID + "\"}",
              NOBODY,
              DENIED,
              HIDDEN,
              DENIED,
              DENIED,
              OK),
          new Row("delete_message", MESSAGE, NOBODY, DENIED, HIDDEN, DENIED, OK, OK));

  private static Row inGroup(String event, String payload) {
    return new Row(event, payload, NOBODY, DENIED, HIDDEN, OK, OK, OK);
  }

  @TempDir static Path directory = Path.of("");

  private static RunningChat running;
  private static User owner;
  private static Group publicGroup;
  private static Group privateGroup;
  private static Group closedGroup;
  private static final Map<String, SocketClient> clients = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    running = new RunningChat(directory, ChatSettings.builder().messageRate(0, 1).build());
    owner = running.user("owner");
    publicGroup = running.group(owner, false);
    privateGroup = running.group(owner, true);
    closedGroup = running.group(owner, false);
    for (Group group : List.of(publicGroup, privateGroup, closedGroup)) {
      for (String name : List.of("member", "admin", "removed")) {
        Role role = name.equals("admin") ? Role.ADMIN : Role.MEMBER;
        running.chat.roster().add(owner.id(), group.id(), running.user(name).id(), role);
      }
    }
    clients.put("guest", SocketClient.open(running.port(), null));
    Objects.requireNonNull(clients.get("guest")).await("connect");
    for (String name : List.of("owner", "member", "admin", "removed", "outsider")) {
      clients.put(name, running.connect(name));
    }
    // Only now, so that it is the sockets of somebody who was in it.
    for (Group group : List.of(publicGroup, privateGroup, closedGroup)) {
      running.chat.roster().remove(owner.id(), group.id(), running.user("removed").id());
    }
  }

  @AfterAll
  static void stop() throws Exception {
    clients.values().forEach(SocketClient::close);
    running.close();
  }

  static Stream<Arguments> cells() {
    return RightsRow.cells(ROWS);
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("cells")
  void answersEachAsTheyStandToTheGroup(Row row, String who, String which, String expected)
      throws Exception {
    Group group =
        switch (which) {
          case "public" -> publicGroup;
          case "private" -> privateGroup;
          default -> closedGroup;
        };
    ObjectId messageId = which.equals("closed") ? inClosedGroup() : post(group);
    SocketClient client = Objects.requireNonNull(clients.get(who));
    JsonNode answer =
        client.call(
            row.event,
            row.payload.replace("%g", group.id().toString()).replace("%m", messageId.toString()));
    String told = answer.path("ok").asBoolean() ? OK : answer.path("error").path("code").asString();
    assertEquals(expected, told, answer.toString());
  }

  private static ObjectId post(Group group) throws Exception {
    Sent sent =
        running
            .chat
            .postbox()
            .send(new SendMessage(owner.id(), group.id(), "hers", MessageType.TEXT, null));
    return ((Sent.Accepted) sent).message().id();
  }

  private static @Nullable ObjectId closedMessage;

  /** A message from before the group was closed, which it is from here on. */
  private static ObjectId inClosedGroup() throws Exception {
    if (closedMessage == null) {
      closedMessage = post(closedGroup);
      running.chat.groups().close(owner.id(), closedGroup.id());
    }
    return closedMessage;
  }

  @Test
  void hasARowForEachEvent() {
    Set<String> rows = new TreeSet<>();
    ROWS.forEach(row -> rows.add(row.event));
    assertEquals(running.eventNames(), rows);
  }
}
