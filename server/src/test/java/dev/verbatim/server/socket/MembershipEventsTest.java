package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.Changed;
import dev.verbatim.chat.WriterQueue;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.StoreException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What sockets are told when groups change, over real sockets, on a real store. */
class MembershipEventsTest extends TwoInAGroup {
  private static void done(Changed changed) {
    assertEquals(new Changed.Done(), changed);
  }

  /** Says something, and returns when every event loop has been handed it. */
  private void say(SocketClient client, String content) throws Exception {
    client.call("send_message", inGroup(",\"content\":\"" + content + "\""));
    running.onWriter(() -> {});
  }

  @Test
  void takesARemovedMembersSocketsOutAndTellsThem() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient phone = running.connect("bob");
        SocketClient desk = running.connect("bob")) {
      done(running.chat.roster().remove(ada.id(), group.id(), bob.id()));
      for (SocketClient each : List.of(phone, desk)) {
        assertEquals(group.id().toString(), each.await("group_removed").path("groupId").asString());
      }
      assertEquals(1, a.await("group_updated").path("group").path("members").size());
      say(a, "x");
      done(running.chat.groups().change(ada.id(), group.id(), "Renamed", null, null));
      phone.assertSilent();
      desk.assertSilent();
      assertEquals(
          "ACCESS_DENIED",
          phone
              .call("send_message", inGroup(",\"content\":\"y\""))
              .path("error")
              .path("code")
              .asString());
    }
  }

  @Test
  void tellsWhoLeftTheRoomWhatBecomesOfTheGroup() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      b.call("leave_group", inGroup(""));
      b.await("group_left");
      done(running.chat.groups().change(ada.id(), group.id(), "Renamed", "About", true));
      JsonNode updated = b.await("group_updated").path("group");
      assertEquals("Renamed", updated.path("name").asString());
      assertEquals("About", updated.path("description").asString());
      assertTrue(updated.path("isPrivate").asBoolean());
      say(a, "x");
      b.assertSilent();
      b.call("join_group", inGroup(""));
      b.await("group_joined");
      done(running.chat.groups().change(ada.id(), group.id(), "Again", null, null));
      assertEquals("group_updated", b.next().name());
      b.assertSilent();
    }
  }

  @Test
  void tellsWhoLeftTheRoomWhoIsOnline() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      a.await("user_online");
      b.call("leave_group", inGroup(""));
      b.await("group_left");
      a.call("change_status", "{\"status\":\"away\"}");
      assertEquals(ada.id().toString(), b.await("user_status_changed").path("userId").asString());
    }
  }

  @Test
  void callsAReplayThatNoConnectionTakesWholeAGap() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      int count = 200;
      String content = "\u20ac".repeat(4_000);
      for (int i = 0; i < count; i++) {
        a.emit("send_message", inGroup(",\"content\":\"" + content + "\""));
      }
      for (int seq = 1; seq <= count; seq++) {
        assertEquals(seq, b.await("new_message").path("message").path("seq").asInt());
      }
      b.call("join_group", inGroup(",\"lastSeq\":" + (count - 100)));
      b.await("group_joined");
      assertEquals(count - 99, b.next().payload().path("message").path("seq").asInt());
      b.call("join_group", inGroup(",\"lastSeq\":2"));
      JsonNode gap = b.await("gap");
      assertEquals(3, gap.path("fromSeq").asInt());
      assertEquals(count, gap.path("toSeq").asInt());
    }
  }

  @Test
  void tellsRolesAndOwnersToAll() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      done(running.chat.roster().changeRole(ada.id(), group.id(), bob.id(), Role.ADMIN));
      for (SocketClient each : List.of(a, b)) {
        JsonNode members = each.await("group_updated").path("group").path("members");
        assertEquals("admin", members.path(1).path("role").asString());
      }
      done(running.chat.roster().transfer(ada.id(), group.id(), bob.id()));
      for (SocketClient each : List.of(a, b)) {
        JsonNode told = each.await("group_updated").path("group");
        assertEquals(bob.id().toString(), told.path("ownerId").asString());
        assertEquals("admin", told.path("members").path(0).path("role").asString());
        assertEquals("owner", told.path("members").path(1).path("role").asString());
      }
    }
  }

  @Test
  void tellsEverybodyThatAGroupIsClosedAndKnowsItNoMore() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      b.call("leave_group", inGroup(""));
      b.await("group_left");
      done(running.chat.groups().close(ada.id(), group.id()));
      a.await("group_removed");
      b.await("group_removed");
      for (SocketClient each : List.of(a, b)) {
        for (String event : List.of("join_group", "get_messages", "send_message")) {
          JsonNode answer = each.call(event, inGroup(",\"content\":\"x\""));
          assertEquals("GROUP_NOT_FOUND", answer.path("error").path("code").asString(), event);
        }
        each.emit("authenticate", "{}");
        assertEquals(0, each.await("user_groups").size());
      }
    }
  }

  @Test
  void endsTheTypingOfWhoIsRemoved() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      b.call("typing_start", inGroup(""));
      running.tellTyping();
      a.await("user_typing");
      done(running.chat.roster().remove(ada.id(), group.id(), bob.id()));
      running.tellTyping();
      assertEquals(bob.id().toString(), a.await("user_stopped_typing").path("userId").asString());
    }
  }

  @Test
  void endsTheTypingOfWhoLeavesTheRoom() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      b.call("typing_start", inGroup(""));
      running.tellTyping();
      a.await("user_typing");
      b.call("leave_group", inGroup(""));
      running.tellTyping();
      JsonNode stopped = a.await("user_stopped_typing");
      assertEquals(group.id().toString(), stopped.path("groupId").asString());
      assertEquals(bob.id().toString(), stopped.path("userId").asString());
    }
  }

  @Test
  void givesNothingOfAReplayToWhoIsRemovedMeanwhile() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      say(a, "secret");
      b.await("new_message");
      CompletableFuture<Changed> removal;
      try (RunningChat.WriterHold _ = running.holdWriter()) {
        // The removal is handed to the writer first, the seam of the replay behind it.
        removal =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return running.chat.roster().remove(ada.id(), group.id(), bob.id());
                  } catch (StoreException e) {
                    throw new AssertionError(e);
                  }
                });
        WriterQueue.await(running.chat.writer(), 1);
        b.emit("join_group", inGroup(",\"lastSeq\":0"));
        WriterQueue.await(running.chat.writer(), 2);
      }
      done(removal.join());
      assertEquals("group_removed", b.next().name());
      assertEquals("ACCESS_DENIED", b.await("group_error").path("code").asString());
      say(a, "more");
      b.assertSilent();
    }
  }

  @Test
  void refusesAReplayDuringWhichItsUserWasRemovedAndAddedAgain() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      say(a, "before");
      b.await("new_message");
      running.questions.hold();
      b.ask("join_group", inGroup(",\"lastSeq\":0"));
      // The room is held back for the socket by now, and the history is about to be read.
      running.questions.await(1);
      done(running.chat.roster().remove(ada.id(), group.id(), bob.id()));
      say(a, "not for bob");
      done(running.chat.roster().add(ada.id(), group.id(), bob.id(), Role.MEMBER));
      running.questions.release();
      assertEquals("group_removed", b.next().name());
      assertEquals("group_updated", b.next().name());
      assertEquals("CONFLICT", b.await("group_error").path("code").asString());
      assertEquals("CONFLICT", b.await("acknowledgement").at("/error/code").asString());
      say(a, "after");
      assertEquals("after", b.next().payload().path("message").path("content").asString());
      JsonNode again = b.call("join_group", inGroup(",\"lastSeq\":0"));
      assertEquals("", again.at("/error/code").asString(""));
      b.await("group_joined");
      for (String content : List.of("before", "not for bob", "after")) {
        assertEquals(content, b.next().payload().path("message").path("content").asString());
      }
      b.assertSilent();
    }
  }

  @Test
  void letsBackInWhoWasRemoved() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      done(running.chat.roster().remove(ada.id(), group.id(), bob.id()));
      b.await("group_removed");
      done(running.chat.roster().add(ada.id(), group.id(), bob.id(), Role.ADMIN));
      JsonNode members = b.await("group_updated").path("group").path("members");
      assertEquals("admin", members.path(1).path("role").asString());
      say(a, "again");
      assertEquals("again", b.await("new_message").path("message").path("content").asString());
    }
  }

  @Test
  void hidesAGroupThatTurnedPrivateFromThoseOutside() throws Exception {
    try (SocketClient eve = running.connect("eve")) {
      JsonNode outside = eve.call("join_group", inGroup(""));
      assertEquals("ACCESS_DENIED", outside.path("error").path("code").asString());
      done(running.chat.groups().change(ada.id(), group.id(), null, null, true));
      JsonNode hidden = eve.call("join_group", inGroup(""));
      assertEquals("GROUP_NOT_FOUND", hidden.path("error").path("code").asString());
      assertFalse(hidden.path("ok").asBoolean(true));
    }
  }
}
