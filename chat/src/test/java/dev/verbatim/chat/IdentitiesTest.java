package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.RecordingListener.Event;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.IdentityStore.Revocation;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.UserChanged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdentitiesTest {
  private static final UserChanged OUTDATED = new UserChanged.Outdated();

  private final ChatFixture fixture;
  private final Identities identities;
  private final User ada;
  private final Group group;

  IdentitiesTest() throws StoreException {
    fixture = new ChatFixture();
    identities = fixture.chat.identities();
    ada = fixture.user("ada");
    group = fixture.group(ada);
    fixture.listener.clear();
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }

  /** Tells that Ada has a name as of a second. */
  private UserChanged tell(String name, boolean isBanned, int second, @Nullable String eventId)
      throws StoreException {
    return identities.tell(
        new Users.NewUser(ada.clerkId(), ada.email(), name, "", ada.username(), null),
        isBanned,
        HeldTime.START.plusSeconds(second),
        eventId);
  }

  private User stored() throws StoreException {
    return fixture.store.user(ada.id()).orElseThrow();
  }

  /** Asserts that the listener was told of Ada as she is now, once, or of nothing. */
  private void assertTold(boolean isTold) throws StoreException {
    List<Event> expected = isTold ? List.of(new Event.UserChanged(stored())) : List.of();
    assertEquals(expected, fixture.listener.events());
    fixture.listener.clear();
  }

  @Test
  void makesAUserOfWhomNothingWasKnown() throws Exception {
    UserChanged told =
        identities.tell(
            new Users.NewUser("user_new", "new@localhost", "New", "", null, null),
            false,
            HeldTime.START,
            "event");
    User made = fixture.chat.users().byClerkId("user_new").orElseThrow();
    assertEquals(new UserChanged.Done(made, true), told);
    assertTold(false);
  }

  @Test
  void countsAnEventOnce() throws Exception {
    fixture.begin(ada);
    fixture.listener.clear();
    assertInstanceOf(UserChanged.Done.class, tell("Countess", false, 1, "event"));
    assertTold(true);
    assertEquals(OUTDATED, tell("Other", false, 2, "event"));
    assertTold(false);
    assertEquals("Countess", stored().firstName());
  }

  @Test
  void countsOneOfManyTellingsOfAnEventAtOnce() throws Exception {
    fixture.begin(ada);
    fixture.listener.clear();
    List<Callable<UserChanged>> tellings = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      tellings.add(() -> tell("Countess", false, 1, "event"));
    }
    int counted = 0;
    for (Future<UserChanged> each : fixture.blocking.invokeAll(tellings)) {
      counted += each.get() instanceof UserChanged.Done ? 1 : 0;
    }
    assertEquals(1, counted);
    assertTold(true);
  }

  @Test
  void passesOverWhatWasToldOfAnEarlierTime() throws Exception {
    fixture.begin(ada);
    tell("Countess", false, 2, "second");
    fixture.listener.clear();
    assertEquals(OUTDATED, tell("Miss", false, 1, "first"));
    assertEquals(OUTDATED, tell("Miss", false, 2, null));
    assertTold(false);
    assertEquals("Countess", stored().firstName());
  }

  @Test
  void tellsListenersOnlyOfWhatIsOtherThanBefore() throws Exception {
    fixture.begin(ada);
    tell("Countess", false, 1, null);
    fixture.listener.clear();
    assertInstanceOf(UserChanged.Done.class, tell("Countess", false, 2, null));
    assertTold(false);
    tell("Countess", true, 3, null);
    assertTold(true);
    assertFalse(stored().isActive());
    tell("Countess", false, 4, null);
    assertTold(true);
  }

  @Test
  void tellsOfAUserWhoIsNotHere() throws Exception {
    tell("Countess", false, 1, null);
    assertTold(true);
  }

  @Test
  void deletesAUserForGood() throws Exception {
    fixture.begin(ada);
    fixture.listener.clear();
    assertInstanceOf(UserChanged.Done.class, identities.delete(ada.clerkId(), "deletion"));
    assertTold(true);
    assertFalse(stored().isActive());
    assertEquals(OUTDATED, identities.delete(ada.clerkId(), "deletion"));
    assertEquals(OUTDATED, identities.delete(ada.clerkId(), null));
    assertEquals(OUTDATED, tell("Ada", false, 100, null));
    assertTold(false);
  }

  @Test
  void takesAnEventAgainWhoseCommitFailed() throws Exception {
    fixture.store.failCommits(true);
    assertThrows(StoreException.class, () -> tell("Countess", false, 1, "event"));
    assertTold(false);
    fixture.store.failCommits(false);
    fixture.listener.forgetFaults();
    assertInstanceOf(UserChanged.Done.class, tell("Countess", false, 1, "event"));
    assertTold(true);
  }

  @Test
  void remembersRevokedSessionsUntilTheyAreForgotten() throws Exception {
    identities.revoke("sess_1", "event");
    identities.revoke("sess_2", null);
    assertEquals(
        List.of("sess_1", "sess_2"),
        identities.revocations(HeldTime.START).stream()
            .map(Revocation::sessionId)
            .sorted()
            .toList());
    identities.forget(HeldTime.START, HeldTime.START.plusMillis(1));
    assertEquals(List.of(), identities.revocations(HeldTime.START));
    identities.revoke("sess_1", "event");
    assertEquals(List.of(), identities.revocations(HeldTime.START), "the event is known");
  }

  @Test
  void showsTheNewName() throws Exception {
    fixture.begin(ada);
    fixture.chat.typing().start(ada, group.id(), "socket");
    tell("Countess", false, 1, null);
    User renamed = stored();
    assertEquals(renamed, fixture.chat.directory().user(ada.id()));
    Presence.Entry entry = fixture.chat.presence().entry(ada.id());
    assertNotNull(entry);
    assertEquals(renamed, entry.user());
    assertEquals(
        renamed, fixture.chat.onlineMembers().entriesOf(group.id(), ada.id()).getFirst().user());
    assertEquals(renamed, fixture.chat.users().byId(ada.id()).orElseThrow());
    assertEquals(renamed, fixture.chat.users().summaries(List.of(ada.id())).get(ada.id()));
    fixture.time.advance(Duration.ZERO);
    assertEquals(List.of(renamed), fixture.listener.typists());
  }

  @Test
  void missesNothingThatIsToldWhileAUserComes() throws Exception {
    for (int question = 1; question <= 3; question++) {
      ObjectId sessionId = comesWhileToldOf("Name " + question, question).session().id();
      fixture.chat.sessions().end(sessionId);
      fixture.time.advance(Duration.ofMinutes(1));
    }
  }

  /** Ada, as she was read before, comes, and is told of when a question of hers is answered. */
  private Sessions.Login comesWhileToldOf(String name, int question) throws StoreException {
    AtomicInteger questionsLeft = new AtomicInteger(question);
    Thread self = Thread.currentThread();
    fixture.store.afterQuestion(
        () -> {
          if (Thread.currentThread() == self && questionsLeft.decrementAndGet() == 0) {
            tellNow(name, question);
          }
        });
    Sessions.Login login = fixture.begin(ada);
    fixture.store.afterQuestion(() -> {});
    assertTrue(questionsLeft.get() <= 0, "was told of");
    assertEquals(name, login.user().firstName());
    User known = fixture.chat.directory().user(ada.id());
    assertNotNull(known);
    assertEquals(name, known.firstName());
    return login;
  }

  private void tellNow(String name, int second) {
    try {
      assertInstanceOf(UserChanged.Done.class, tell(name, false, second, null));
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }
}
