package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.chat.RecordingListener.Event;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.GroupChange;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two chats on one store, of which one is looked at and the other one is the other writer. */
class OthersWatchTest {
  private static final Changed DONE = new Changed.Done();

  private final ChatFixture here;
  private final ChatFixture elsewhere;
  private final Directory directory;
  private final User ada;
  private final User bob;
  private final Group group;

  /** Ada, who is here, owns a group. */
  OthersWatchTest() throws StoreException {
    InMemoryChatStore store = new InMemoryChatStore();
    elsewhere = new ChatFixture(store.share());
    here = new ChatFixture(store);
    directory = here.chat.directory();
    ada = here.user("ada");
    bob = here.user("bob");
    group = here.group(ada);
    here.begin(ada);
    look();
  }

  @AfterEach
  void close() throws StoreException {
    here.close();
    elsewhere.close();
    assertEquals(List.of(), here.listener.faults());
    assertEquals(List.of(), elsewhere.listener.faults());
  }

  private void look() {
    here.look();
    here.listener.clear();
  }

  /** Asserts what is told in two rounds: of each change the first one tells. */
  private void assertTold(Event... events) {
    here.look();
    here.look();
    assertEquals(List.of(events), here.listener.events());
    here.listener.clear();
  }

  private Group stored() throws StoreException {
    return here.store.group(group.id()).orElseThrow();
  }

  private void joinElsewhere(User user) throws StoreException {
    assertInstanceOf(Roster.Joined.Done.class, elsewhere.chat.roster().join(user.id(), group.id()));
  }

  private Event added(User user) {
    return new Event.MemberAdded(group.id(), user.id());
  }

  private Event removed(User user) {
    return new Event.MemberRemoved(group.id(), user.id());
  }

  private Event online(User user) {
    return new Event.MemberOnline(user.id(), Status.ONLINE, group.id());
  }

  @Test
  void tellsWhoWasAdded() throws Exception {
    joinElsewhere(bob);
    assertEquals(1, directory.memberCount(group.id()));
    assertTold(added(bob));
    assertEquals(stored(), directory.group(group.id()));
    here.begin(bob);
    assertEquals(Role.MEMBER, directory.role(bob.id(), group.id()));
  }

  @Test
  void tellsSomebodyWhoIsHereOfAGroupOfWhichNobodyWas() throws Exception {
    User eve = here.user("eve");
    Group other = elsewhere.group(eve);
    here.begin(bob);
    look();
    assertEquals(DONE, elsewhere.chat.roster().add(eve.id(), other.id(), bob.id(), Role.ADMIN));
    assertTold(
        new Event.MemberAdded(other.id(), bob.id()),
        new Event.MemberOnline(bob.id(), Status.ONLINE, other.id()));
    assertEquals(Role.ADMIN, directory.role(bob.id(), other.id()));
    assertEquals(here.store.group(other.id()).orElseThrow(), directory.group(other.id()));
    assertEquals(DONE, elsewhere.chat.roster().leave(bob.id(), other.id()));
    assertTold(new Event.MemberRemoved(other.id(), bob.id()));
    assertNull(directory.group(other.id()), "nobody is here of whom it is held");
  }

  @Test
  void tellsWhoWasRemoved() throws Exception {
    here.group(ada);
    joinElsewhere(bob);
    here.begin(bob);
    look();
    assertEquals(Set.of(group.id()), directory.groupIds(bob.id()));
    assertEquals(DONE, elsewhere.chat.roster().remove(ada.id(), group.id(), bob.id()));
    assertTold(removed(bob));
    assertEquals(Set.of(), directory.groupIds(bob.id()));
    assertEquals(stored(), directory.group(group.id()));
  }

  @Test
  void tellsOfAnotherRoleAndAnotherNameAndAnotherOwner() throws Exception {
    joinElsewhere(bob);
    here.begin(bob);
    look();
    Roster roster = elsewhere.chat.roster();
    assertEquals(DONE, roster.changeRole(ada.id(), group.id(), bob.id(), Role.ADMIN));
    assertTold(new Event.GroupChanged(stored()));
    assertEquals(Role.ADMIN, directory.role(bob.id(), group.id()));
    assertEquals(DONE, elsewhere.chat.groups().change(bob.id(), group.id(), "New", "", true));
    assertTold(new Event.GroupChanged(stored()));
    assertEquals(DONE, roster.transfer(ada.id(), group.id(), bob.id()));
    assertTold(new Event.GroupChanged(stored()));
    assertEquals(Role.OWNER, directory.role(bob.id(), group.id()));
    assertEquals(Role.ADMIN, directory.role(ada.id(), group.id()));
    assertEquals(stored(), directory.group(group.id()));
  }

  @Test
  void tellsThatAGroupIsClosed() throws Exception {
    assertEquals(DONE, elsewhere.chat.groups().close(ada.id(), group.id()));
    assertTold(new Event.GroupClosed(group.id()));
    assertNull(directory.role(ada.id(), group.id()));
    assertEquals(0, directory.groupCount());
  }

  @Test
  void tellsNothingOfWhatWasDoneHere() throws Exception {
    assertInstanceOf(Roster.Joined.Done.class, here.chat.roster().join(bob.id(), group.id()));
    Message _ = here.sent(ada, group, "hello");
    here.listener.clear();
    assertTold();
  }

  @Test
  void listsAMemberOnceWhoWasRemovedElsewhereAndIsAddedHere() throws Exception {
    joinElsewhere(bob);
    here.begin(bob);
    look();
    assertEquals(DONE, elsewhere.chat.roster().leave(bob.id(), group.id()));
    GroupChange change =
        new GroupChange.AddMember(
            group.id(), new Member(bob.id(), Role.ADMIN, here.time.instant()), ada.id());
    assertInstanceOf(GroupChanged.Done.class, here.chat.writer().commit(change));
    assertEquals(stored(), directory.group(group.id()));
    assertEquals(Role.ADMIN, directory.role(bob.id(), group.id()));
    assertTold();
  }

  @Test
  void seatsNobodyWhomOnlyOthersKnowAsAMember() throws Exception {
    here.begin(bob);
    joinElsewhere(bob);
    GroupChange change =
        new GroupChange.ChangeRole(group.id(), bob.id(), Role.ADMIN, ada.id(), here.time.instant());
    assertInstanceOf(GroupChanged.Done.class, here.chat.writer().commit(change));
    assertNull(directory.role(bob.id(), group.id()), "until it is known that he was added");
    here.listener.clear();
    assertTold(added(bob), online(bob));
    assertEquals(Role.ADMIN, directory.role(bob.id(), group.id()));
  }

  @Test
  void holdsNothingOfAGroupThatIsClosedHereBeforeAllItsMembersAreKnown() throws Exception {
    here.begin(bob);
    joinElsewhere(bob);
    GroupChange change =
        new GroupChange.TransferOwnership(group.id(), bob.id(), ada.id(), here.time.instant());
    assertInstanceOf(GroupChanged.Done.class, here.chat.writer().commit(change));
    GroupChange closing = new GroupChange.CloseGroup(group.id(), bob.id(), here.time.instant());
    assertInstanceOf(GroupChanged.Done.class, here.chat.writer().commit(closing));
    assertEquals(0, directory.groupCount());
    here.listener.clear();
    assertTold();
  }

  private void renameElsewhere(User user, String name, boolean isBanned, int second)
      throws StoreException {
    Instant toldAt = HeldTime.START.plusSeconds(second);
    elsewhere
        .chat
        .identities()
        .tell(
            new Users.NewUser(user.clerkId(), user.email(), name, "", user.username(), null),
            isBanned,
            toldAt,
            null);
  }

  @Test
  void tellsOfAUserWhoIsAnotherNow() throws Exception {
    renameElsewhere(ada, "Countess", false, 1);
    User renamed = here.store.user(ada.id()).orElseThrow();
    assertTold(new Event.UserChanged(renamed));
    assertEquals(renamed, directory.user(ada.id()));
    assertEquals(renamed, shownAda().user());
    assertEquals(
        List.of("Countess"),
        here.chat.onlineMembers().entriesOf(group.id(), ada.id()).stream()
            .map(entry -> entry.user().firstName())
            .toList());
    renameElsewhere(ada, "Countess", true, 2);
    here.look();
    assertInstanceOf(Event.UserChanged.class, here.listener.events().getFirst());
    here.listener.clear();
    assertTold();
    User known = directory.user(ada.id());
    assertNotNull(known);
    assertFalse(known.isActive());
  }

  private Presence.Entry shownAda() {
    Presence.Entry entry = here.chat.presence().entry(ada.id());
    assertNotNull(entry);
    return entry;
  }

  @Test
  void tellsNothingOfUsersWhoAreNotHere() throws Exception {
    renameElsewhere(bob, "Robert", false, 1);
    assertTold();
  }

  @Test
  void tellsOthersMessagesInOrder() throws Exception {
    joinElsewhere(bob);
    look();
    Message first = elsewhere.sent(bob, group, "first");
    Message second = elsewhere.sent(bob, group, "second");
    assertTold(new Event.MessagePosted(first, bob.id()), new Event.MessagePosted(second, bob.id()));
  }

  @Test
  void tellsOthersMessagesBeforeOwnOnes() throws Exception {
    joinElsewhere(bob);
    look();
    Message theirs = elsewhere.sent(bob, group, "theirs");
    Message own = here.sent(ada, group, "own");
    assertEquals(theirs.seq() + 1, own.seq());
    assertEquals(
        List.of(new Event.MessagePosted(theirs, bob.id())),
        here.listener.events(),
        "told before the sender was answered");
    here.listener.clear();
    assertTold();
  }

  @Test
  void tellsWhatCouldNotBeToldInTheNextRound() throws Exception {
    joinElsewhere(bob);
    look();
    Message message = elsewhere.sent(bob, group, "hello");
    here.store.failCommits(true);
    assertThrows(CompletionException.class, here::look);
    here.store.failCommits(false);
    assertEquals(1, here.listener.faults().size());
    here.listener.forgetFaults();
    assertTold(new Event.MessagePosted(message, bob.id()));
  }

  @Test
  void looksAgainWhenTheStoreHasFailed() throws Exception {
    joinElsewhere(bob);
    here.store.failQuestions(true);
    here.look();
    assertEquals(1, here.listener.faults().size());
    here.listener.forgetFaults();
    here.store.failQuestions(false);
    assertTold(added(bob));
    here.store.failCommits(true);
    assertEquals(DONE, elsewhere.chat.roster().leave(bob.id(), group.id()));
    assertThrows(CompletionException.class, here::look);
    here.listener.forgetFaults();
    here.store.failCommits(false);
    assertTold(removed(bob));
    leaveAll();
  }

  private void leaveAll() throws StoreException {
    here.chat.sessions().end(here.stored(ada).getFirst().id());
    here.time.advance(Duration.ofMinutes(1));
    assertEquals(0, directory.userCount());
    assertEquals(0, directory.groupCount(), "a reading that failed holds nothing");
  }

  @Test
  void tellsOnceWhatTwoRoundsHaveFound() throws Exception {
    Gate gate = here.holdWriter();
    joinElsewhere(bob);
    renameElsewhere(ada, "Countess", false, 1);
    OthersWatch watch = here.chat.othersWatch();
    assertNotNull(watch);
    watch.look();
    watch.look();
    here.awaitWaiting(4);
    gate.open();
    here.drain();
    assertEquals(
        List.of(new Event.UserChanged(here.store.user(ada.id()).orElseThrow()), added(bob)),
        here.listener.events());
  }

  @Test
  void takesChangesFromHereInTheOrderOfTheCommit() throws Exception {
    joinElsewhere(bob);
    look();
    assertEquals(DONE, elsewhere.chat.groups().change(ada.id(), group.id(), "New", null, null));
    Group renamed = stored();
    Gate gate = here.holdWriter();
    OthersWatch watch = here.chat.othersWatch();
    assertNotNull(watch);
    watch.look();
    Future<Changed> leaving =
        here.blocking.submit(() -> here.chat.roster().leave(bob.id(), group.id()));
    here.awaitWaiting(2);
    gate.open();
    assertEquals(DONE, leaving.get());
    assertEquals(List.of(new Event.GroupChanged(renamed), removed(bob)), here.listener.events());
    assertEquals(stored(), directory.group(group.id()));
    here.listener.clear();
    assertTold();
  }

  /** Has something done elsewhere when the next question is answered and not yet told. */
  private void afterNextQuestion(Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    here.store.afterQuestion(
        () -> {
          if (done.compareAndSet(false, true)) {
            action.run();
          }
        });
  }

  /** Something that is done elsewhere. */
  private interface Deed {
    Object done() throws StoreException;
  }

  private static Runnable does(Deed deed) {
    return () -> {
      try {
        assertInstanceOf(Changed.Done.class, deed.done());
      } catch (StoreException e) {
        throw new AssertionError(e);
      }
    };
  }

  @Test
  void missesNothingThatIsDoneWhileAUserIsRead() throws Exception {
    Roster roster = elsewhere.chat.roster();
    afterNextQuestion(does(() -> roster.add(ada.id(), group.id(), bob.id(), Role.MEMBER)));
    Sessions.Login login = here.begin(bob);
    here.listener.clear();
    assertTold(added(bob), online(bob));
    here.chat.sessions().end(login.session().id());
    here.time.advance(Duration.ofSeconds(40));
    here.drain();
    here.listener.clear();

    afterNextQuestion(does(() -> roster.leave(bob.id(), group.id())));
    here.begin(bob);
    here.listener.clear();
    assertTold(removed(bob));
    assertEquals(Set.of(), directory.groupIds(bob.id()));
  }

  @Test
  void seatsNobodyInAGroupThatIsClosedWhileTheUserIsRead() throws Exception {
    User eve = here.user("eve");
    Group other = elsewhere.group(eve, bob);
    afterNextQuestion(does(() -> elsewhere.chat.groups().close(eve.id(), other.id())));
    here.begin(bob);
    assertEquals(Set.of(), directory.groupIds(bob.id()));
    assertNull(directory.group(other.id()));
    here.listener.clear();
    assertTold();
  }

  @Test
  void tellsNobodyToBeNewWhoComesWhileTheGroupIsReadAgain() throws Exception {
    joinElsewhere(bob);
    look();
    assertEquals(DONE, elsewhere.chat.groups().change(ada.id(), group.id(), "New", null, null));
    // Bob's groups are read, and he is not yet shown, when the group is read again.
    afterNextQuestion(here::look);
    here.begin(bob);
    assertEquals(Role.MEMBER, directory.role(bob.id(), group.id()));
    assertEquals(
        List.of(new Event.GroupChanged(stored())),
        here.listener.events().stream()
            .filter(event -> !(event instanceof Event.UserOnline))
            .toList());
    here.listener.clear();
    assertTold();
  }

  @Test
  void readsSomeGroupsWholeInTurnAndAsksOfTheOthersWhenTheyWereChanged() throws Exception {
    InMemoryChatStore third = elsewhere.store.share();
    try (ChatFixture chat =
        new ChatFixture(third, ChatFixture.shared().othersMembersMax(2).build())) {
      User eve = here.user("eve");
      List<Group> groups =
          List.of(elsewhere.group(eve), elsewhere.group(eve), elsewhere.group(eve));
      chat.begin(eve);
      chat.look();
      chat.listener.clear();
      elsewhere.time.advance(Duration.ofSeconds(1));
      for (Group each : groups) {
        assertEquals(DONE, elsewhere.chat.groups().change(eve.id(), each.id(), "New", null, null));
      }
      chat.look();
      assertEquals(3, chat.listener.events().size(), "all by their times");
      chat.listener.clear();
      for (Group each : groups) {
        Instant asBefore = elsewhere.store.group(each.id()).orElseThrow().updatedAt();
        var _ =
            elsewhere.store.commit(
                List.of(
                    new GroupChange.ChangeSettings(
                        each.id(), eve.id(), "By hand", null, null, asBefore)));
      }
      chat.look();
      assertEquals(2, chat.listener.events().size(), "two in their turn");
      chat.look();
      assertEquals(3, chat.listener.events().size(), "the third in its turn");
    }
  }

  @Test
  void tellsOfChangesThatWereRefusedAndMadeAllTheSame() throws Exception {
    Message edited = here.sent(ada, group, "before");
    Message deleted = here.sent(ada, group, "gone");
    Message lost = here.sent(ada, group, "stays");
    here.listener.clear();
    here.store.loseAnswers(true);
    assertInstanceOf(Refused.Unavailable.class, here.edit(ada, edited, "after").join());
    assertInstanceOf(Refused.Unavailable.class, here.delete(ada, deleted).join());
    here.store.loseAnswers(false);
    here.store.failCommits(true);
    assertInstanceOf(Refused.Unavailable.class, here.edit(ada, lost, "never").join());
    assertThrows(CompletionException.class, here::look);
    here.store.failCommits(false);
    here.listener.forgetFaults();
    assertEquals(new Corrected.Unchanged(), here.delete(ada, deleted).join());
    here.listener.clear();
    assertTold(
        new Event.MessageEdited(here.store.message(edited.id()).orElseThrow(), List.of()),
        new Event.MessageDeleted(here.store.message(deleted.id()).orElseThrow(), ada.id()));
  }

  @Test
  void looksAfterEachInterval() throws Exception {
    int waiting = here.time.waiting();
    for (User user : List.of(bob, here.user("eve"))) {
      joinElsewhere(user);
      here.time.advance(ChatFixture.OTHERS_INTERVAL);
      here.time.awaitWaiting(waiting);
      here.drain();
      assertEquals(List.of(added(user)), here.listener.events());
      here.listener.clear();
    }
  }

  @Test
  void leavesTheSessionsOfOthersAloneWhenItIsOpened() throws Exception {
    elsewhere.begin(bob);
    assertEquals(1, elsewhere.stored(bob).size());
    InMemoryChatStore third = elsewhere.store.share();
    try (ChatFixture opened = new ChatFixture(third)) {
      opened.drain();
      assertEquals(1, elsewhere.stored(bob).size());
    }
  }
}
