package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.RecordingListener.Event;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one commit brings to groups, and what becomes of those that nobody waits for any more. */
class GroupCommitsTest {
  private static final Changed DONE = new Changed.Done();

  private final ChatFixture fixture;
  private final Roster roster;
  private final Directory directory;
  private final User ada;
  private final User bob;
  private final Group group;

  GroupCommitsTest() throws StoreException {
    fixture = new ChatFixture();
    roster = fixture.chat.roster();
    directory = fixture.chat.directory();
    ada = fixture.user("ada");
    bob = fixture.user("bob");
    group = fixture.group(ada, bob);
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }

  /** Has all of these wait, in this order, and commits them as one. */
  @SafeVarargs
  private void commitAsOne(Callable<Changed>... changes) throws Exception {
    Gate gate = fixture.holdWriter();
    int commits = fixture.store.commitSizes().size();
    Future<?>[] waiting = new Future<?>[changes.length];
    for (int i = 0; i < changes.length; i++) {
      waiting[i] = fixture.blocking.submit(changes[i]);
      fixture.awaitWaiting(i + 1);
    }
    gate.open();
    for (Future<?> each : waiting) {
      assertEquals(DONE, each.get());
    }
    List<Integer> sizes = fixture.store.commitSizes();
    assertEquals(List.of(1, changes.length), sizes.subList(commits, sizes.size()));
  }

  private void assertDirectoryIsTrue() throws StoreException {
    Group stored = fixture.store.group(group.id()).orElseThrow();
    Group known = directory.group(group.id());
    assertTrue(known == null || known.equals(stored));
    for (User user : List.of(ada, bob)) {
      Role role =
          stored.members().stream()
              .filter(each -> stored.isActive() && each.userId().equals(user.id()))
              .map(each -> each.role())
              .findFirst()
              .orElse(null);
      boolean isHere = directory.user(user.id()) != null;
      assertEquals(isHere ? role : null, directory.role(user.id(), group.id()));
    }
  }

  @Test
  void knowsAUserWhoIsRemovedAndAddedInOneCommit() throws Exception {
    fixture.begin(ada);
    fixture.begin(bob);
    fixture.listener.clear();
    commitAsOne(
        () -> roster.remove(ada.id(), group.id(), bob.id()),
        () -> roster.add(ada.id(), group.id(), bob.id(), Role.ADMIN));
    assertEquals(Role.ADMIN, directory.role(bob.id(), group.id()));
    assertDirectoryIsTrue();
    assertEquals(
        List.of(
            new Event.MemberRemoved(group.id(), bob.id()),
            new Event.MemberAdded(group.id(), bob.id()),
            new Event.MemberOnline(bob.id(), Status.ONLINE, group.id())),
        fixture.listener.events());
  }

  @Test
  void knowsAUserNoMoreWhoIsAddedAndRemovedInOneCommit() throws Exception {
    assertEquals(DONE, roster.leave(bob.id(), group.id()));
    fixture.begin(bob);
    fixture.listener.clear();
    commitAsOne(
        () -> roster.add(ada.id(), group.id(), bob.id(), Role.ADMIN),
        () -> roster.remove(ada.id(), group.id(), bob.id()));
    assertNull(directory.role(bob.id(), group.id()));
    assertDirectoryIsTrue();
    assertEquals(0, directory.groupCount());
    assertEquals(
        List.of(
            new Event.MemberAdded(group.id(), bob.id()),
            new Event.MemberRemoved(group.id(), bob.id())),
        fixture.listener.events());
  }

  @Test
  void takesInWhatBuildsOnEachOtherInOneCommit() throws Exception {
    fixture.begin(ada);
    fixture.begin(bob);
    commitAsOne(
        () -> roster.transfer(ada.id(), group.id(), bob.id()),
        () -> roster.changeRole(bob.id(), group.id(), ada.id(), Role.MEMBER),
        () -> fixture.chat.groups().change(bob.id(), group.id(), "Bob's", null, true),
        () -> roster.leave(ada.id(), group.id()));
    assertDirectoryIsTrue();
    assertEquals(Role.OWNER, directory.role(bob.id(), group.id()));
    commitAsOne(
        () -> roster.add(bob.id(), group.id(), ada.id(), Role.MEMBER),
        () -> fixture.chat.groups().close(bob.id(), group.id()));
    assertDirectoryIsTrue();
    assertEquals(0, directory.groupCount());
  }

  @Test
  void makesTheChangeAlsoWhenItsCallerGaveUp() throws Exception {
    fixture.begin(bob);
    fixture.listener.clear();
    Group others = fixture.group(ada);
    Gate gate = fixture.holdWriter();
    Future<Changed> closing =
        fixture.blocking.submit(() -> fixture.chat.groups().close(ada.id(), others.id()));
    fixture.awaitWaiting(1);
    Future<Changed> removal =
        fixture.blocking.submit(() -> roster.remove(ada.id(), group.id(), bob.id()));
    fixture.awaitWaiting(2);
    assertTrue(closing.cancel(true));
    assertTrue(removal.cancel(true));
    assertEquals(2, directory.groupCount(), "held until the outcome is told");
    gate.open();
    fixture.drain();
    assertNull(directory.role(bob.id(), group.id()));
    assertEquals(0, directory.groupCount());
    assertEquals(
        List.of(
            new Event.MemberAdded(others.id(), ada.id()),
            new Event.GroupClosed(others.id()),
            new Event.MemberRemoved(group.id(), bob.id())),
        fixture.listener.events());
  }

  @Test
  void letsGoOfGroupsWhoseChangeIsNotTaken() throws Exception {
    try (ChatFixture small =
        new ChatFixture(ChatSettings.builder().messageRate(0, 0).writerQueueMax(1).build())) {
      User owner = small.user("owner");
      Group only = small.group(owner);
      Gate gate = small.holdWriter();
      Future<Sent> waiting = small.send(owner.id(), only.id(), "waits", null);
      small.awaitWaiting(1);
      Future<Changed> refused =
          small.blocking.submit(() -> small.chat.groups().close(owner.id(), only.id()));
      ExecutionException failure = assertThrows(ExecutionException.class, refused::get);
      assertInstanceOf(StoreException.class, failure.getCause());
      assertEquals(0, small.chat.directory().groupCount());
      gate.open();
      assertInstanceOf(Sent.Accepted.class, waiting.get());
    }
  }

  @Test
  void answersAndLetsGoAlsoWhenWhoIsToldThrows() throws Exception {
    fixture.listener.failAfterwards(true);
    assertEquals(DONE, roster.remove(ada.id(), group.id(), bob.id()));
    assertInstanceOf(Roster.Joined.Done.class, roster.join(bob.id(), group.id()));
    assertEquals(DONE, fixture.chat.groups().close(ada.id(), group.id()));
    assertEquals(3, fixture.listener.faults().size());
    assertEquals(0, directory.groupCount());
    fixture.listener.forgetFaults();
  }
}
