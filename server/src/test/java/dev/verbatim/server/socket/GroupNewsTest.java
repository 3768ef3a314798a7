package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.Changed;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * When sockets are told what becomes of a group that is too large to tell all of them each time:
 * here one of more than three.
 */
class GroupNewsTest extends TwoInAGroup {
  /** As long as the interval behind a telling is for a group that costs little. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private User carol;
  private User dan;

  @Override
  ChatSettings.Builder settings() {
    return super.settings().presenceGroupMax(3);
  }

  /** Two more come; nobody is here yet, and what they bring is told long ago. */
  @BeforeEach
  void grow() throws Exception {
    carol = running.user("carol");
    dan = running.user("dan");
    running.join(carol, group.id());
    running.join(dan, group.id());
    running.time.advance(INTERVAL);
  }

  private static void done(Changed changed) {
    assertEquals(new Changed.Done(), changed);
  }

  private void rename(String name) throws Exception {
    done(running.chat.groups().change(ada.id(), group.id(), name, null, null));
  }

  /** The group as it is told next, which nothing else comes before. */
  private static JsonNode updated(SocketClient client) {
    SocketClient.Received event = client.next();
    assertEquals("group_updated", event.name());
    return event.payload().path("group");
  }

  private static void assertSilent(SocketClient... clients) {
    for (SocketClient each : clients) {
      each.assertSilent();
    }
  }

  @Test
  void tellsAllAtOnceWhatComesAfterAPause() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob");
        SocketClient c = running.connect("carol")) {
      c.call("leave_group", inGroup(""));
      c.await("group_left");
      for (String name : List.of("One", "Two")) {
        rename(name);
        for (SocketClient each : List.of(a, b, c)) {
          assertEquals(name, updated(each).path("name").asString());
        }
        running.time.advance(INTERVAL);
        assertSilent(a, b, c);
      }
    }
  }

  @Test
  void answersWhoJoinsWithNothingOlderThanWhatWasToldMeanwhile() throws Exception {
    try (SocketClient b = running.connect("bob")) {
      running.questions.hold();
      b.ask("join_group", inGroup(""));
      running.questions.await(1);
      rename("Renamed");
      running.questions.release();
      assertEquals("Renamed", updated(b).path("name").asString());
      for (String answer : List.of("group_joined", "acknowledgement")) {
        assertEquals("Renamed", b.await(answer).at("/group/name").asString());
      }
    }
  }

  @Test
  void tellsAllTheNewestOnceWhenTheIntervalIsOver() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob");
        SocketClient c = running.connect("carol")) {
      c.call("leave_group", inGroup(""));
      c.await("group_left");
      rename("Told");
      for (SocketClient each : List.of(a, b, c)) {
        assertEquals("Told", updated(each).path("name").asString());
      }
      for (String name : List.of("One", "Two")) {
        rename(name);
        assertEquals(name, updated(a).path("name").asString());
      }
      running.time.advance(INTERVAL.minusMillis(1));
      assertSilent(a, b, c);
      running.time.advance(Duration.ofMillis(1));
      for (SocketClient each : List.of(a, b, c)) {
        assertEquals("Two", updated(each).path("name").asString());
      }
      // That was a telling too: the next waits for its interval.
      rename("Three");
      assertEquals("Three", updated(a).path("name").asString());
      assertSilent(a, b, c);
      running.time.advance(INTERVAL);
      assertEquals("Three", updated(b).path("name").asString());
    }
  }

  @Test
  void tellsAtOnceWhomItIsAboutAndWhoMadeIt() throws Exception {
    User eve = running.user("eve");
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob");
        SocketClient c = running.connect("carol");
        SocketClient d = running.connect("dan");
        SocketClient e = running.connect("eve")) {
      rename("Told");
      for (SocketClient each : List.of(a, b, c, d)) {
        assertEquals("Told", updated(each).path("name").asString());
      }

      done(running.chat.roster().changeRole(ada.id(), group.id(), carol.id(), Role.ADMIN));
      for (SocketClient each : List.of(a, c)) {
        assertEquals("admin", updated(each).path("members").path(2).path("role").asString());
      }
      done(running.chat.roster().transfer(ada.id(), group.id(), bob.id()));
      for (SocketClient each : List.of(a, b)) {
        assertEquals(bob.id().toString(), updated(each).path("ownerId").asString());
      }
      done(running.chat.roster().add(carol.id(), group.id(), eve.id(), Role.MEMBER));
      for (SocketClient each : List.of(c, e)) {
        assertEquals(5, updated(each).path("members").size());
      }
      done(running.chat.roster().remove(carol.id(), group.id(), eve.id()));
      assertEquals("group_removed", e.next().name());
      assertEquals(4, updated(c).path("members").size());
      running.join(eve, group.id());
      assertEquals(5, updated(e).path("members").size());
      done(running.chat.roster().leave(eve.id(), group.id()));
      assertEquals("group_removed", e.next().name());
      assertSilent(a, b, c, d, e);

      running.time.advance(INTERVAL);
      for (SocketClient each : List.of(a, b, c, d)) {
        JsonNode newest = updated(each);
        assertEquals(4, newest.path("members").size());
        assertEquals(bob.id().toString(), newest.path("ownerId").asString());
      }
      assertSilent(a, b, c, d, e);
    }
  }

  @Test
  void saysNothingMoreOfAGroupThatIsClosedMeanwhile() throws Exception {
    try (SocketClient a = running.connect("ada");
        SocketClient b = running.connect("bob")) {
      rename("Told");
      assertEquals("Told", updated(b).path("name").asString());
      rename("Kept back");
      done(running.chat.groups().close(ada.id(), group.id()));
      assertEquals("group_removed", b.next().name());
      a.await("group_removed");
      running.time.advance(INTERVAL);
      assertSilent(a, b);
    }
  }

  @Test
  void tellsAllAtOnceOfAGroupThatIsSmallMeanwhile() throws Exception {
    try (SocketClient b = running.connect("bob");
        SocketClient c = running.connect("carol")) {
      rename("Told");
      assertEquals("Told", updated(b).path("name").asString());
      rename("Kept back");
      done(running.chat.roster().remove(ada.id(), group.id(), dan.id()));
      for (String name : List.of("Kept back", "Small")) {
        JsonNode told = updated(b);
        assertEquals(name, told.path("name").asString());
        assertEquals(3, told.path("members").size());
        if (name.equals("Kept back")) {
          rename("Small");
        }
      }
      running.time.advance(INTERVAL);
      assertSilent(b);
      assertEquals("Told", updated(c).path("name").asString());
    }
  }

  @Test
  void tellsTheLatestOfAGroupToAClientThatIsBehind() throws Exception {
    done(running.chat.roster().remove(ada.id(), group.id(), dan.id()));
    try (SocketClient a = running.connect("ada")) {
      PollingClient behind =
          PollingClient.open(running.port(), "{\"token\":\"" + running.token("bob") + "\"}");
      String content = "x".repeat(4_000);
      int messages = 8;
      for (int i = 0; i < messages; i++) {
        a.call("send_message", inGroup(",\"content\":\"" + content + "\""));
      }
      rename("One");
      done(running.chat.roster().remove(ada.id(), group.id(), bob.id()));
      running.join(bob, group.id());
      rename("Two");
      running.awaitLoops();
      List<String> told = new ArrayList<>();
      for (int i = 0; i <= messages; i++) {
        SocketClient.Received event = behind.next();
        if (!event.name().equals("new_message")) {
          told.add(event.name() + " " + event.payload().at("/group/name").asString());
        }
      }
      assertEquals(List.of("group_updated Two"), told);

      for (int i = 0; i < messages; i++) {
        a.call("send_message", inGroup(",\"content\":\"" + content + "\""));
      }
      rename("Three");
      done(running.chat.roster().remove(ada.id(), group.id(), bob.id()));
      running.awaitLoops();
      SocketClient.Received last = behind.next();
      for (int i = 0; i < messages; i++) {
        assertEquals("new_message", last.name());
        last = behind.next();
      }
      assertEquals("group_removed", last.name());
    }
  }
}
