package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.verbatim.chat.RecordingListener.Event;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TypingTest {
  private static final String PHONE = "phone-socket-0000000";
  private static final String DESK = "desk-socket-00000000";

  private final ChatFixture fixture;
  private final Typing typing;
  private final User ada;
  private final User owner;
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
    owner = fixture.user("owner");
    group = fixture.group(owner, ada);
    fixture.begin(ada);
    fixture.listener.clear();
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }

  private void start(String socketId) {
    typing.start(ada, group.id(), socketId);
  }

  private void stop(String socketId) {
    typing.stop(ada.id(), group.id(), socketId);
  }

  private Event started(String socketId) {
    return new Event.TypingStarted(group.id(), ada.id(), socketId);
  }

  private Event stopped(String socketId) {
    return new Event.TypingStopped(group.id(), ada.id(), socketId);
  }

  /** Has everything told that has changed, and forgets it. */
  private void tell() {
    fixture.time.advance(Duration.ZERO);
    fixture.listener.clear();
  }

  /** Asserts what is told of what has changed since the last time. */
  private void assertTold(Event... events) {
    fixture.time.advance(Duration.ZERO);
    assertEquals(List.of(events), fixture.listener.events());
    fixture.listener.clear();
  }

  @Test
  void endsByItselfAfterTheTimeout() {
    start(PHONE);
    assertTold(started(PHONE));
    fixture.time.advance(Duration.ofMillis(4_999));
    assertTold();
    fixture.time.advance(Duration.ofMillis(1));
    assertTold(stopped(PHONE));
    assertEquals(0, typing.count());
    start(PHONE);
    assertTold(started(PHONE));
  }

  @Test
  void goesOnSilentlyWhileTypingIsRepeated() {
    start(PHONE);
    assertTold(started(PHONE));
    for (int i = 0; i < 10; i++) {
      fixture.time.advance(Duration.ofSeconds(4));
      start(PHONE);
    }
    fixture.time.advance(Duration.ofMillis(4_999));
    assertTold();
    fixture.time.advance(Duration.ofMillis(1));
    assertTold(stopped(PHONE));
  }

  @Test
  void endsOnceWhenItIsStopped() {
    start(PHONE);
    assertTold(started(PHONE));
    stop(PHONE);
    stop(PHONE);
    fixture.time.advance(Duration.ofMinutes(1));
    assertTold(stopped(PHONE));
    start(PHONE);
    assertTold(started(PHONE));
  }

  @Test
  void isOneTypingOnAllDevices() {
    start(PHONE);
    start(DESK);
    assertTold(started(PHONE));
    stop(PHONE);
    assertTold();
    assertEquals(1, typing.count());
    fixture.time.advance(Duration.ofSeconds(1));
    start(PHONE);
    assertTold();
    stop(PHONE);
    stop(DESK);
    // The desk was told that it began, so it is told of the end.
    assertTold(stopped(PHONE));
  }

  @Test
  void endsWithTheLastDeviceToTimeOut() {
    start(PHONE);
    fixture.time.advance(Duration.ofSeconds(3));
    start(DESK);
    fixture.time.advance(Duration.ofMillis(4_999));
    assertTold(started(PHONE));
    fixture.time.advance(Duration.ofMillis(1));
    assertTold(stopped(PHONE));
  }

  @Test
  void endsWithTheDeviceThatStopsWhenTheOthersHaveTimedOut() {
    start(PHONE);
    fixture.time.advance(Duration.ofSeconds(3));
    start(DESK);
    fixture.time.advance(Duration.ofSeconds(3));
    assertTold(started(PHONE));
    stop(DESK);
    assertTold(stopped(PHONE));
    assertEquals(0, typing.count());
  }

  @Test
  void endsWithTheDeviceThatIsLeftWhenTheLastToTimeOutHasStopped() {
    start(PHONE);
    fixture.time.advance(Duration.ofSeconds(3));
    start(DESK);
    fixture.time.advance(Duration.ofSeconds(1));
    start(PHONE);
    fixture.time.advance(Duration.ofSeconds(2));
    fixture.listener.clear();
    stop(PHONE);
    fixture.time.advance(Duration.ofMillis(1_999));
    assertTold();
    fixture.time.advance(Duration.ofMillis(1));
    assertTold(stopped(PHONE));
  }

  @Test
  void endsWithTheSocketsThatAreGone() throws Exception {
    Group second = fixture.group(ada);
    fixture.listener.clear();
    start(PHONE);
    start(DESK);
    typing.start(ada, second.id(), PHONE);
    tell();
    typing.stopAll(PHONE);
    assertTold(new Event.TypingStopped(second.id(), ada.id(), PHONE));
    typing.stopAll(PHONE);
    assertTold();
    typing.stopAll(DESK);
    assertTold(stopped(PHONE));
    assertEquals(0, typing.count());
  }

  @Test
  void endsOnAllSocketsWhenAMessageIsSentByAnotherWay() throws Exception {
    start(PHONE);
    start(DESK);
    tell();
    assertInstanceOf(
        Sent.Accepted.class,
        fixture
            .chat
            .postbox()
            .send(new SendMessage(ada.id(), group.id(), "Hello", MessageType.TEXT, null)));
    assertEquals(1, fixture.listener.events().size(), "the message");
    fixture.listener.clear();
    assertTold(stopped(PHONE));
    assertEquals(0, typing.count());
  }

  @Test
  void endsWithTheRemovalOfTheMember() throws Exception {
    Group other = fixture.group(ada);
    int timers = fixture.time.waiting();
    start(PHONE);
    start(DESK);
    typing.start(ada, other.id(), DESK);
    tell();
    remove();
    assertTold(new Event.MemberRemoved(group.id(), ada.id()), stopped(PHONE));
    assertEquals(1, typing.count(), "elsewhere it goes on");
    assertEquals(timers + 1, fixture.time.waiting());
    start(PHONE);
    assertTold();
    assertEquals(1, typing.count());
  }

  private void remove() throws StoreException {
    assertEquals(
        new Changed.Done(), fixture.chat.roster().remove(owner.id(), group.id(), ada.id()));
  }

  @Test
  void showsNobodyTypingWhoIsNoMemberAnyMore() throws Exception {
    start(PHONE);
    remove();
    assertTold(new Event.MemberRemoved(group.id(), ada.id()));
    assertEquals(0, typing.count());
    assertInstanceOf(Roster.Joined.Done.class, fixture.chat.roster().join(ada.id(), group.id()));
    fixture.listener.clear();
    start(PHONE);
    assertTold(started(PHONE));
  }

  @Test
  void tellsNobodyWhatBeginsAndEndsAtOnce() {
    int timers = fixture.time.waiting();
    start(PHONE);
    stop(PHONE);
    start(PHONE);
    start(DESK);
    stop(PHONE);
    stop(DESK);
    assertTold();
    assertEquals(timers, fixture.time.waiting());
    start(PHONE);
    assertTold(started(PHONE));
    stop(PHONE);
    start(DESK);
    assertTold();
    stop(DESK);
    // To the desk too: it was told of the beginning on the phone.
    assertTold(stopped(PHONE));
  }

  @Test
  void goesOnWhileOthersAreRemoved() throws Exception {
    User bob = fixture.user("bob");
    assertInstanceOf(Roster.Joined.Done.class, fixture.chat.roster().join(bob.id(), group.id()));
    start(PHONE);
    assertEquals(new Changed.Done(), fixture.chat.roster().leave(bob.id(), group.id()));
    assertEquals(1, typing.count());
    tell();
    fixture.time.advance(Duration.ofSeconds(5));
    assertTold(stopped(PHONE));
  }

  @Test
  void endsSilentlyWhenTheGroupIsClosed() throws Exception {
    Group other = fixture.group(ada);
    start(PHONE);
    start(DESK);
    typing.start(ada, other.id(), PHONE);
    tell();
    assertEquals(new Changed.Done(), fixture.chat.groups().close(owner.id(), group.id()));
    assertTold(new Event.GroupClosed(group.id()));
    assertEquals(1, typing.count(), "elsewhere it goes on");
    start(PHONE);
    assertTold();
    typing.stopAll(PHONE);
    assertTold(new Event.TypingStopped(other.id(), ada.id(), PHONE));
    assertEquals(0, typing.count());
  }

  @Test
  void ignoresOutsiders() throws Exception {
    User bob = fixture.user("bob");
    typing.start(bob, group.id(), PHONE);
    fixture.begin(bob);
    fixture.listener.clear();
    typing.start(bob, group.id(), PHONE);
    assertTold();
    start(PHONE);
    typing.stop(bob.id(), group.id(), PHONE);
    assertTold(started(PHONE));
  }

  @Test
  void showsNobodyElseBeyondTheBounds() throws Exception {
    Group second = fixture.group(ada);
    Group third = fixture.group(ada);
    fixture.listener.clear();
    start(PHONE);
    typing.start(ada, second.id(), PHONE);
    assertTold(started(PHONE), new Event.TypingStarted(second.id(), ada.id(), PHONE));
    typing.start(ada, third.id(), PHONE);
    assertEquals(2, typing.count(), "two for each socket");
    start(DESK);
    typing.start(ada, third.id(), DESK);
    assertEquals(3, typing.count(), "three in all");
    assertTold();
    typing.stopAll(PHONE);
    typing.start(ada, third.id(), DESK);
    assertTold(stoppedIn(second), new Event.TypingStarted(third.id(), ada.id(), DESK));
  }

  private Event stoppedIn(Group other) {
    return new Event.TypingStopped(other.id(), ada.id(), PHONE);
  }

  @Test
  void holdsNoMoreThanTheBoundOfThoseWhoseEndIsNotToldYet() throws Exception {
    Group second = fixture.group(ada);
    Group third = fixture.group(ada);
    Group fourth = fixture.group(ada);
    tell();
    for (Group each : List.of(group, second, third)) {
      typing.start(ada, each.id(), PHONE);
      typing.stop(ada.id(), each.id(), PHONE);
    }
    typing.start(ada, fourth.id(), PHONE);
    assertEquals(0, typing.count());
    start(PHONE);
    assertTold(started(PHONE));
    typing.start(ada, fourth.id(), PHONE);
    assertTold(new Event.TypingStarted(fourth.id(), ada.id(), PHONE));
  }

  @Test
  void waitsForNoDeviceFromBeforeTheClockWasSetBack() {
    start(PHONE);
    assertTold(started(PHONE));
    fixture.time.set(HeldTime.START.minus(Duration.ofHours(1)));
    start(DESK);
    stop(DESK);
    assertTold(stopped(PHONE));
  }

  @Test
  void holdsNoTimerForWhatHasEnded() {
    int before = fixture.time.waiting();
    start(PHONE);
    tell();
    assertEquals(before + 1, fixture.time.waiting());
    start(PHONE);
    start(DESK);
    tell();
    assertEquals(before + 1, fixture.time.waiting());
    stop(PHONE);
    stop(DESK);
    tell();
    assertEquals(before, fixture.time.waiting());
  }

  @Test
  void holdsNobodyUpWhileItTells() throws Exception {
    fixture.begin(owner);
    RecordingListener told = new RecordingListener();
    ChatSettings settings = ChatSettings.defaults();
    AtomicReference<@Nullable Typing> itself = new AtomicReference<>();
    ChatListener slow =
        new ChatListener() {
          @Override
          public void onTypingStarted(ObjectId groupId, User user, String socketId) {
            // Somebody else types and sends meanwhile, on another thread.
            CompletableFuture.runAsync(
                    () -> {
                      Typing busy = Objects.requireNonNull(itself.get());
                      busy.start(owner, groupId, DESK);
                      busy.stop(owner.id(), groupId, DESK);
                    })
                .orTimeout(1, TimeUnit.MINUTES)
                .join();
            told.onTypingStarted(groupId, user, socketId);
          }
        };
    Typing busy =
        new Typing(
            fixture.chat.directory(),
            slow,
            new Faults(told, fixture.time, settings),
            fixture.time,
            fixture.time,
            settings);
    itself.set(busy);
    busy.start(ada, group.id(), PHONE);
    fixture.time.advance(Duration.ZERO);
    assertEquals(List.of(), told.faults());
    assertEquals(List.of(started(PHONE)), told.events());
  }

  @Test
  void holdsNobodyUpWhoDoesNotType() {
    start(PHONE);
    synchronized (typing) {
      CompletableFuture.runAsync(
              () -> {
                stop(DESK);
                typing.stopAll(DESK);
              })
          .orTimeout(1, TimeUnit.MINUTES)
          .join();
    }
    assertTold(started(PHONE));
  }
}
