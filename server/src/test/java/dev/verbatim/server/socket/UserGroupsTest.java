package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.Changed;
import dev.verbatim.chat.SendMessage;
import dev.verbatim.chat.Sent;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.WireTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What {@code user_groups} tells of the last messages. */
class UserGroupsTest extends TwoInAGroup {
  private Message send(User sender, Group to, String content) throws Exception {
    running.time.advance(Duration.ofSeconds(1));
    SendMessage command =
        new SendMessage(sender.id(), to.id(), content, MessageType.TEXT, "t" + to.id());
    return ((Sent.Accepted) running.chat.postbox().send(command)).message();
  }

  private JsonNode groupsOf(String name) throws Exception {
    try (SocketClient client = running.connect(name)) {
      client.emit("authenticate", "{}");
      return client.await("user_groups");
    }
  }

  @Test
  void tellsTheLastMessageAndWhoHasReadIt() throws Exception {
    assertFalse(groupsOf("ada").path(0).has("lastMessage"));
    Message message = send(ada, group, "Hello");
    running.chat.postbox().markRead(bob.id(), List.of(message.id()));
    JsonNode last = groupsOf("ada").path(0).path("lastMessage");
    assertEquals(message.id().toString(), last.path("_id").asString());
    assertEquals(group.id().toString(), last.path("groupId").asString());
    assertEquals(1, last.path("seq").asInt());
    assertEquals(ada.id().toString(), last.path("senderId").asString());
    assertEquals("Hello", last.path("content").asString());
    assertEquals("text", last.path("type").asString());
    assertFalse(last.path("isDeleted").asBoolean(true));
    assertEquals(message.tempId(), last.path("tempId").asString());
    assertEquals(1, last.path("readBy").size());
    assertEquals(bob.id().toString(), last.at("/readBy/0/userId").asString());
    assertEquals(WireTime.format(message.createdAt()), last.at("/readBy/0/readAt").asString());
    JsonNode others = groupsOf("bob").path(0).path("lastMessage");
    assertEquals(last.path("readBy"), others.path("readBy"));
    assertFalse(others.has("tempId"));
  }

  @Test
  void tellsTheDescriptionOfAGroupThatHasOne() throws Exception {
    assertFalse(groupsOf("bob").path(0).has("description"));
    Changed changed = running.chat.groups().change(ada.id(), group.id(), null, "About", null);
    assertEquals(new Changed.Done(), changed);
    assertEquals("About", groupsOf("bob").path(0).path("description").asString());
  }

  @Test
  void tellsTheMessageBeforeTheDeletedOnes() throws Exception {
    Message kept = send(ada, group, "kept");
    for (int i = 0; i < 3; i++) {
      SendMessage command = new SendMessage(bob.id(), group.id(), "m" + i, MessageType.TEXT, null);
      Message message = ((Sent.Accepted) running.chat.postbox().send(command)).message();
      running.chat.postbox().delete(bob.id(), message.id());
    }
    JsonNode told = groupsOf("bob").path(0);
    assertEquals(kept.id().toString(), told.at("/lastMessage/_id").asString());
    assertEquals(0, told.path("unreadCount").asInt(-1));
  }

  @Test
  void leavesOutTheOldestLastMessagesBeyondItsBound() throws Exception {
    // Six bytes of JSON for each character.
    String longest = "\u0001".repeat(4_000);
    List<String> ids = new ArrayList<>(List.of(group.id().toString()));
    send(ada, group, longest);
    int bytes = 6 * longest.length();
    int count = 1;
    while (count * bytes <= Limits.USER_GROUPS_BYTES_MAX + 3 * bytes) {
      Group more = running.group(ada, true);
      send(ada, more, longest);
      ids.add(more.id().toString());
      count++;
    }
    JsonNode groups = groupsOf("ada");
    assertEquals(ids, groups.valueStream().map(each -> each.path("id").asString()).toList());
    List<Boolean> shown = groups.valueStream().map(each -> each.has("lastMessage")).toList();
    int first = shown.indexOf(true);
    assertTrue(first > 0, shown::toString);
    assertFalse(shown.subList(first, count).contains(false), "those of the newest are told");
    int told = groups.toString().length();
    assertTrue(told > Limits.USER_GROUPS_BYTES_MAX, "as many as there is room for");
    assertTrue(told < Limits.USER_GROUPS_BYTES_MAX + 2 * bytes, "and no more");
  }
}
