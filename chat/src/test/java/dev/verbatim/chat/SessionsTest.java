package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private final ChatFixture fixture;
  private final Sessions sessions;
  private final User ada;

  SessionsTest() throws StoreException {
    fixture = new ChatFixture();
    sessions = fixture.chat.sessions();
    ada = fixture.user("ada");
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }

  private List<Session> stored() throws StoreException {
    return fixture.stored(ada);
  }

  @Test
  void storesASessionFromItsBeginToItsEnd() throws Exception {
    Session session = sessions.begin(ada, "abcdefghijklmnopqrst", DeviceType.MOBILE).session();
    assertEquals(
        new Session(
            session.id(),
            ada.id(),
            "abcdefghijklmnopqrst",
            Status.ONLINE,
            HeldTime.START,
            DeviceType.MOBILE,
            HeldTime.START,
            HeldTime.START),
        session);
    assertEquals(List.of(session), stored());
    assertEquals(session, sessions.session(session.id()));
    fixture.time.advance(Duration.ofSeconds(7));
    sessions.end(session.id());
    sessions.end(session.id());
    assertEquals(List.of(), stored());
    assertEquals(
        HeldTime.START.plusSeconds(7), fixture.store.user(ada.id()).orElseThrow().lastSeen());
    assertEquals(0, sessions.count());
  }

  @Test
  void movesTheLastActivityAtMostOnceAMinute() throws Exception {
    ObjectId id = fixture.begin(ada).session().id();
    fixture.time.advance(Duration.ofSeconds(59));
    sessions.touch(id);
    assertEquals(HeldTime.START, stored().getFirst().lastActivity());
    fixture.time.advance(Duration.ofSeconds(1));
    sessions.touch(id);
    Instant moved = HeldTime.START.plusSeconds(60);
    assertEquals(moved, stored().getFirst().lastActivity());
    Presence.Entry entry = fixture.chat.presence().entry(ada.id());
    assertNotNull(entry);
    assertEquals(moved, entry.lastActivity());
    int commits = fixture.store.commitSizes().size();
    sessions.touch(id);
    fixture.drain();
    List<Integer> sizes = fixture.store.commitSizes();
    assertEquals(List.of(1), sizes.subList(commits, sizes.size()), "more than the draining");
    sessions.end(id);
    fixture.time.advance(Duration.ofMinutes(2));
    sessions.touch(id);
    assertEquals(List.of(), stored());
  }

  @Test
  void removesWhatACrashLeftAtTheStart() throws Exception {
    InMemoryChatStore store = new InMemoryChatStore();
    User user = Samples.user(1);
    Session left =
        new Session(
            new ObjectId(1, 1),
            user.id(),
            "s",
            Status.ONLINE,
            HeldTime.START.plusSeconds(3_600),
            DeviceType.WEB,
            HeldTime.START,
            HeldTime.START);
    assertEquals(
        2, store.commit(List.of(new Write.PutUser(user), new Write.PutSession(left))).size());
    Chat chat =
        Chat.open(
            store,
            ChatSettings.defaults(),
            ChatListener.NONE,
            fixture.time,
            fixture.time,
            fixture.blocking);
    assertEquals(List.of(), store.sessions(user.id()));
    assertEquals(left.lastActivity(), store.user(user.id()).orElseThrow().lastSeen());
    chat.close();
  }

  @Test
  void opensNoChatOnAStoreThatCannotBeWritten() {
    InMemoryChatStore store = new InMemoryChatStore();
    store.failCommits(true);
    assertThrows(
        StoreException.class,
        () ->
            Chat.open(
                store,
                ChatSettings.defaults(),
                ChatListener.NONE,
                fixture.time,
                fixture.time,
                fixture.blocking));
  }

  @Test
  void storesAnEndLaterThatFailedAtFirst() throws Exception {
    ObjectId id = fixture.begin(ada).session().id();
    fixture.drain();
    fixture.store.failCommits(true);
    sessions.end(id);
    assertThrows(CompletionException.class, fixture::drain);
    fixture.store.failCommits(false);
    assertEquals(1, stored().size());
    fixture.time.advance(Duration.ofMinutes(5));
    assertEquals(List.of(), stored());
    assertEquals(HeldTime.START, fixture.store.user(ada.id()).orElseThrow().lastSeen());
    fixture.listener.forgetFaults();
  }

  @Test
  void cleansUpIdleSessionsButNotThoseThatLive() throws Exception {
    Session living = fixture.begin(ada).session();
    fixture.drain();
    Session forgotten =
        new Session(
            new ObjectId(1, 1),
            ada.id(),
            "gone",
            Status.ONLINE,
            HeldTime.START.minusSeconds(1),
            DeviceType.WEB,
            HeldTime.START,
            HeldTime.START);
    assertEquals(1, fixture.store.commit(List.of(new Write.PutSession(forgotten))).size());
    fixture.time.advance(Duration.ofMinutes(29));
    assertEquals(2, stored().size());
    fixture.time.advance(Duration.ofHours(2));
    assertEquals(List.of(living), stored());
  }

  @Test
  void cleansUpForgottenSessionsThatWereActiveAfterOneThatLives() throws Exception {
    Session living = fixture.begin(ada).session();
    Instant active = HeldTime.START.plus(Duration.ofMinutes(1));
    Session forgotten =
        new Session(
            new ObjectId(1, 1),
            ada.id(),
            "gone",
            Status.ONLINE,
            active,
            DeviceType.WEB,
            HeldTime.START,
            active);
    fixture.drain();
    assertEquals(1, fixture.store.commit(List.of(new Write.PutSession(forgotten))).size());
    fixture.time.advance(Duration.ofMinutes(31));
    assertEquals(2, stored().size(), "idle for no more than the timeout at the last clean-up");
    fixture.time.advance(Duration.ofMinutes(5));
    assertEquals(List.of(living), stored());
    assertEquals(active, fixture.store.user(ada.id()).orElseThrow().lastSeen());
  }

  @Test
  void goesOnCleaningUpAfterOneThatFailed() throws Exception {
    Duration interval = Duration.ofMinutes(5);
    // No time is so long ago: looking through the sessions fails.
    ChatSettings settings =
        ChatSettings.builder().sessionCleanup(interval, Duration.ofSeconds(Long.MAX_VALUE)).build();
    try (ChatFixture failing = new ChatFixture(settings)) {
      assertThrows(DateTimeException.class, () -> failing.time.advance(interval));
      assertThrows(DateTimeException.class, () -> failing.time.advance(interval));
      assertEquals(1, failing.time.waiting());
    }
  }

  @Test
  void beginsNothingWhenTheGroupsCannotBeRead() throws Exception {
    fixture.store.failQuestions(true);
    assertThrows(StoreException.class, () -> fixture.begin(ada));
    fixture.store.failQuestions(false);
    assertEquals(0, sessions.count());
    assertNull(fixture.chat.presence().entry(ada.id()));
    assertNull(fixture.chat.directory().user(ada.id()));
  }
}
