package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectoryTest {
  private static final Changed DONE = new Changed.Done();

  private final ChatFixture fixture;
  private final Directory directory;
  private final User ada;
  private final User bob;

  DirectoryTest() throws StoreException {
    fixture = new ChatFixture();
    directory = fixture.chat.directory();
    ada = fixture.user("ada");
    bob = fixture.user("bob");
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }

  /** Lets go of a thread at its question number {@code count} once that has been answered. */
  private final class Held {
    private final AtomicInteger questionsLeft;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final CompletableFuture<Thread> thread = new CompletableFuture<>();

    Held(int count) {
      questionsLeft = new AtomicInteger(count);
      fixture.store.afterQuestion(
          () -> {
            if (Thread.currentThread() == thread.getNow(Thread.currentThread())
                && thread.isDone()
                && questionsLeft.decrementAndGet() == 0) {
              reached.countDown();
              join(released);
            }
          });
    }

    /** Begins a session on a thread of its own, which stops at the question. */
    Future<Sessions.Login> begin(User user) throws InterruptedException {
      CompletableFuture<Sessions.Login> login = new CompletableFuture<>();
      fixture.blocking.execute(
          () -> {
            thread.complete(Thread.currentThread());
            try {
              login.complete(fixture.begin(user));
            } catch (StoreException e) {
              login.completeExceptionally(e);
            }
          });
      reached.await();
      return login;
    }
  }

  private static void join(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void holdsAUserWithAllGroupsWhileASessionLives() throws Exception {
    Group first = fixture.group(ada, bob);
    Group second = fixture.group(ada, true);
    assertNull(directory.user(ada.id()));
    assertNull(directory.group(first.id()));
    Sessions.Login login = fixture.begin(ada);
    Sessions.Login again = fixture.begin(ada);
    assertEquals(ada, directory.user(ada.id()));
    assertEquals(Set.of(first.id(), second.id()), directory.groupIds(ada.id()));
    assertEquals(Role.OWNER, directory.role(ada.id(), first.id()));
    assertNull(directory.role(bob.id(), first.id()), "is not here");
    assertEquals(first, directory.group(first.id()));
    assertEquals(2, directory.memberCount(first.id()));
    fixture.chat.sessions().end(login.session().id());
    fixture.time.advance(Duration.ofMinutes(1));
    assertEquals(ada, directory.user(ada.id()));
    fixture.chat.sessions().end(again.session().id());
    assertEquals(ada, directory.user(ada.id()), "through the grace time");
    fixture.time.advance(Duration.ofMinutes(1));
    assertNull(directory.user(ada.id()));
    assertEquals(Set.of(), directory.groupIds(ada.id()));
    assertEquals(0, directory.userCount());
    assertEquals(0, directory.groupCount());
  }

  @Test
  void readsAGroupOnceForAllOfItsMembers() throws Exception {
    Group group = fixture.group(ada, bob);
    fixture.begin(ada);
    Group read = directory.group(group.id());
    fixture.begin(bob);
    assertSame(read, directory.group(group.id()));
  }

  @Test
  void knowsAJoinBeforeItIsAnswered() throws Exception {
    Group group = fixture.group(ada);
    fixture.begin(bob);
    assertNull(directory.group(group.id()));
    fixture.chat.roster().join(bob.id(), group.id());
    assertEquals(Role.MEMBER, directory.role(bob.id(), group.id()));
    assertEquals(2, directory.memberCount(group.id()));
    Group made = fixture.group(bob);
    assertEquals(Role.OWNER, directory.role(bob.id(), made.id()));
  }

  @Test
  void missesNoJoinThatIsCommittedWhileTheUserIsRead() throws Exception {
    Group before = fixture.group(ada, bob);
    Group meanwhile = fixture.group(ada);
    // The standings are read, without the group, when the join is committed.
    Held held = new Held(1);
    Future<Sessions.Login> login = held.begin(bob);
    fixture.chat.roster().join(bob.id(), meanwhile.id());
    assertNull(directory.role(bob.id(), meanwhile.id()), "is not here yet");
    held.released.countDown();
    login.get();
    assertEquals(Role.MEMBER, directory.role(bob.id(), before.id()));
    assertEquals(Role.MEMBER, directory.role(bob.id(), meanwhile.id()));
    assertEquals(2, directory.memberCount(meanwhile.id()));
  }

  @Test
  void missesNoRemovalThatIsCommittedWhileTheUserIsRead() throws Exception {
    Group left = fixture.group(ada, bob);
    Group kept = fixture.group(ada, bob);
    Held held = new Held(1);
    Future<Sessions.Login> login = held.begin(bob);
    assertEquals(DONE, fixture.chat.roster().remove(ada.id(), left.id(), bob.id()));
    held.released.countDown();
    login.get();
    assertNull(directory.role(bob.id(), left.id()));
    assertEquals(Set.of(kept.id()), directory.groupIds(bob.id()));
    assertEquals(1, directory.groupCount(), "what was left is let go");
  }

  @Test
  void missesNoRemovalThatWaitsForTheGroupToBeRead() throws Exception {
    Group group = fixture.group(ada, bob);
    Held held = new Held(2);
    Future<Sessions.Login> login = held.begin(bob);
    Future<Changed> removal =
        fixture.blocking.submit(() -> fixture.chat.roster().remove(ada.id(), group.id(), bob.id()));
    held.released.countDown();
    login.get();
    assertEquals(DONE, removal.get());
    assertNull(directory.role(bob.id(), group.id()));
    assertEquals(0, directory.groupCount());
  }

  @Test
  void missesNoReturnThatIsCommittedWhileTheUserIsRead() throws Exception {
    Group group = fixture.group(ada, bob);
    Held held = new Held(1);
    Future<Sessions.Login> login = held.begin(bob);
    Roster roster = fixture.chat.roster();
    assertEquals(DONE, roster.leave(bob.id(), group.id()));
    assertEquals(DONE, roster.add(ada.id(), group.id(), bob.id(), Role.ADMIN));
    held.released.countDown();
    login.get();
    assertEquals(Role.ADMIN, directory.role(bob.id(), group.id()));
    assertEquals(fixture.store.group(group.id()).orElseThrow(), directory.group(group.id()));
  }

  @Test
  void missesNoRoleThatIsGivenWhileTheUserIsRead() throws Exception {
    Group group = fixture.group(ada, bob);
    Held held = new Held(1);
    Future<Sessions.Login> login = held.begin(ada);
    assertEquals(DONE, fixture.chat.roster().transfer(ada.id(), group.id(), bob.id()));
    held.released.countDown();
    login.get();
    assertEquals(Role.ADMIN, directory.role(ada.id(), group.id()));
    fixture.begin(bob);
    assertEquals(Role.OWNER, directory.role(bob.id(), group.id()));
  }

  @Test
  void missesNoClosingWhileMembersAreRead() throws Exception {
    for (int question = 1; question <= 2; question++) {
      Group group = fixture.group(ada, bob);
      Held held = new Held(question);
      Future<Sessions.Login> login = held.begin(bob);
      Future<Changed> closing =
          fixture.blocking.submit(() -> fixture.chat.groups().close(ada.id(), group.id()));
      if (question == 1) {
        assertEquals(DONE, closing.get());
      }
      held.released.countDown();
      ObjectId sessionId = login.get().session().id();
      assertEquals(DONE, closing.get());
      assertNull(directory.role(bob.id(), group.id()));
      assertEquals(Set.of(), directory.groupIds(bob.id()));
      assertEquals(0, directory.groupCount());
      fixture.chat.sessions().end(sessionId);
      fixture.time.advance(Duration.ofMinutes(1));
    }
  }

  @Test
  void missesNoMemberWhoJoinsWhileTheGroupIsRead() throws Exception {
    Group group = fixture.group(ada);
    Held held = new Held(2);
    Future<Sessions.Login> login = held.begin(ada);
    // The join waits for the group, or the read would have to be told of it.
    Future<Roster.Joined> join =
        fixture.blocking.submit(() -> fixture.chat.roster().join(bob.id(), group.id()));
    held.released.countDown();
    login.get();
    assertInstanceOf(Roster.Joined.Done.class, join.get());
    assertEquals(2, directory.memberCount(group.id()));
  }

  /** Begins a session on a thread of its own, and returns when that waits for somebody. */
  private Future<Sessions.Login> beginAndWait(User user) {
    CompletableFuture<Sessions.Login> login = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    login.complete(fixture.begin(user));
                  } catch (StoreException e) {
                    login.completeExceptionally(e);
                  }
                });
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertFalse(login.isDone());
      Thread.onSpinWait();
    }
    return login;
  }

  @Test
  void letsASecondSessionWaitForTheFirstsReading() throws Exception {
    Group group = fixture.group(ada);
    Held held = new Held(2);
    Future<Sessions.Login> first = held.begin(ada);
    Future<Sessions.Login> second = beginAndWait(ada);
    held.released.countDown();
    assertNotNull(second.get());
    assertNotNull(first.get());
    assertEquals(Role.OWNER, directory.role(ada.id(), group.id()));
  }

  @Test
  void readsNothingForASecondSession() throws Exception {
    fixture.group(ada);
    fixture.begin(ada);
    fixture.store.failQuestions(true);
    fixture.begin(ada);
    fixture.store.failQuestions(false);
  }

  @Test
  void leavesNothingBehindWhenReadingFails() throws Exception {
    fixture.group(ada, bob);
    AtomicInteger questions = new AtomicInteger();
    for (int failing = 1; failing <= 3; failing++) {
      int number = failing;
      questions.set(0);
      fixture.store.beforeQuestion(
          () -> {
            if (questions.incrementAndGet() == number) {
              throw new IllegalStateException("question " + number);
            }
          });
      assertThrows(IllegalStateException.class, () -> fixture.begin(ada));
      assertEquals(0, directory.userCount());
      assertEquals(0, directory.groupCount());
    }
    fixture.store.beforeQuestion(() -> {});
    fixture.begin(ada);
    assertEquals(1, directory.groupCount());
  }

  @Test
  void failsThoseWhoWaitForAReadingThatFails() throws Exception {
    fixture.group(ada, bob);
    Held held = new Held(1);
    Future<Sessions.Login> first = held.begin(ada);
    Future<Sessions.Login> second = beginAndWait(ada);
    fixture.store.failQuestions(true);
    held.released.countDown();
    assertThrows(ExecutionException.class, first::get);
    assertThrows(ExecutionException.class, second::get);
    fixture.store.failQuestions(false);
    assertEquals(0, directory.userCount());
    assertEquals(0, directory.groupCount());
    fixture.begin(ada);
    assertEquals(1, directory.groupCount());
  }
}
