package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.RecordingListener.Event;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TypingTest {
  private static final String PHONE = "phone-socket-0000000";
  private static final String DESK = "desk-socket-00000000";

  private final ChatFixture fixture;
  private final Typing typing;
  private final User ada;
  private final Group group;

  TypingTest() throws StoreException {
    fixture =
        new ChatFixture(
            ChatSettings.builder()
                .messageRate(0, 0)
                .typing(Duration.ofSeconds(5), /* max= */ 3, /* perSocketMax= */ 2)
                .build());
    typing = fixture.chat.typing();
    ada = fixture.user("ada");
    group = fixture.group(ada);
    fixture.begin(ada);
    fixture.listener.clear();
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }

  private boolean start(String socketId) {
    return typing.start(ada.id(), group.id(), socketId);
  }

  private Event stopped(String socketId) {
    return new Event.TypingStopped(group.id(), ada.id(), socketId);
  }

  @Test
  void endsByItselfAfterTheTimeout() {
    assertTrue(start(PHONE));
    fixture.time.advance(Duration.ofMillis(4_999));
    assertEquals(List.of(), fixture.listener.events());
    fixture.time.advance(Duration.ofMillis(1));
    assertEquals(List.of(stopped(PHONE)), fixture.listener.events());
    assertEquals(0, typing.count());
    assertTrue(start(PHONE), "news again");
  }

  @Test
  void goesOnSilentlyWhileTypingIsRepeated() {
    assertTrue(start(PHONE));
    for (int i = 0; i < 10; i++) {
      fixture.time.advance(Duration.ofSeconds(4));
      assertFalse(start(PHONE));
    }
    fixture.time.advance(Duration.ofMillis(4_999));
    assertEquals(List.of(), fixture.listener.events());
    fixture.time.advance(Duration.ofMillis(1));
    assertEquals(List.of(stopped(PHONE)), fixture.listener.events());
  }

  @Test
  void endsOnceWhenItIsStopped() {
    assertTrue(start(PHONE));
    assertTrue(typing.stop(ada.id(), group.id(), PHONE));
    assertFalse(typing.stop(ada.id(), group.id(), PHONE));
    fixture.time.advance(Duration.ofMinutes(1));
    assertEquals(List.of(), fixture.listener.events());
    assertTrue(start(PHONE));
  }

  @Test
  void keepsSocketsApart() {
    assertTrue(start(PHONE));
    assertTrue(start(DESK));
    assertEquals(List.of(group.id()), typing.stopAll(PHONE));
    assertEquals(List.of(), typing.stopAll(PHONE));
    fixture.time.advance(Duration.ofSeconds(5));
    assertEquals(List.of(stopped(DESK)), fixture.listener.events());
  }

  @Test
  void ignoresOutsiders() throws Exception {
    User bob = fixture.user("bob");
    assertFalse(typing.start(bob.id(), group.id(), PHONE));
    fixture.begin(bob);
    assertFalse(typing.start(bob.id(), group.id(), PHONE));
    assertTrue(start(PHONE));
    assertFalse(typing.stop(bob.id(), group.id(), PHONE), "somebody else's");
  }

  @Test
  void endsOnEverySocketWhenTheTyperIsRemoved() throws Exception {
    User bob = fixture.user("bob");
    assertInstanceOf(Roster.Joined.Done.class, fixture.chat.roster().join(bob.id(), group.id()));
    Group other = fixture.group(ada);
    fixture.begin(bob);
    int timers = fixture.time.waiting();
    assertTrue(typing.start(bob.id(), group.id(), PHONE));
    assertTrue(typing.start(bob.id(), group.id(), DESK));
    assertTrue(typing.start(ada.id(), other.id(), DESK));
    fixture.listener.clear();
    assertEquals(new Changed.Done(), fixture.chat.roster().remove(ada.id(), group.id(), bob.id()));
    List<Event> events = fixture.listener.events();
    assertEquals(
        Set.of(
            new Event.TypingStopped(group.id(), bob.id(), PHONE),
            new Event.TypingStopped(group.id(), bob.id(), DESK)),
        Set.copyOf(events.subList(0, 2)));
    assertEquals(List.of(new Event.MemberRemoved(group.id(), bob.id())), events.subList(2, 3));
    assertEquals(3, events.size());
    assertEquals(1, typing.count(), "others type on");
    assertEquals(timers + 1, fixture.time.waiting());
    assertFalse(typing.start(bob.id(), group.id(), PHONE));
  }

  @Test
  void goesOnWhileOthersAreRemoved() throws Exception {
    User bob = fixture.user("bob");
    assertInstanceOf(Roster.Joined.Done.class, fixture.chat.roster().join(bob.id(), group.id()));
    assertTrue(start(PHONE));
    assertEquals(new Changed.Done(), fixture.chat.roster().leave(bob.id(), group.id()));
    assertEquals(1, typing.count());
    fixture.listener.clear();
    fixture.time.advance(Duration.ofSeconds(5));
    assertEquals(List.of(stopped(PHONE)), fixture.listener.events());
  }

  @Test
  void endsSilentlyWhenTheGroupIsClosed() throws Exception {
    Group other = fixture.group(ada);
    assertTrue(start(PHONE));
    assertTrue(typing.start(ada.id(), other.id(), PHONE));
    fixture.listener.clear();
    assertEquals(new Changed.Done(), fixture.chat.groups().close(ada.id(), group.id()));
    assertEquals(List.of(new Event.GroupClosed(group.id())), fixture.listener.events());
    assertEquals(1, typing.count());
    assertFalse(start(PHONE));
    assertEquals(List.of(other.id()), typing.stopAll(PHONE));
  }

  @Test
  void showsNobodyElseBeyondTheBounds() throws Exception {
    Group second = fixture.group(ada);
    Group third = fixture.group(ada);
    assertTrue(start(PHONE));
    assertTrue(typing.start(ada.id(), second.id(), PHONE));
    assertFalse(typing.start(ada.id(), third.id(), PHONE), "two for each socket");
    assertTrue(start(DESK));
    assertFalse(typing.start(ada.id(), second.id(), DESK), "three in all");
    assertEquals(3, typing.count());
    assertEquals(2, typing.stopAll(PHONE).size());
    assertTrue(typing.start(ada.id(), second.id(), DESK));
  }

  @Test
  void holdsNoTimerForWhatHasEnded() {
    int before = fixture.time.waiting();
    assertTrue(start(PHONE));
    assertEquals(before + 1, fixture.time.waiting());
    assertFalse(start(PHONE));
    assertEquals(before + 1, fixture.time.waiting());
    assertTrue(typing.stop(ada.id(), group.id(), PHONE));
    assertEquals(before, fixture.time.waiting());
  }
}
