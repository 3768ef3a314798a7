package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.GroupExcerpt;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupsTest {
  private static final ObjectId UNKNOWN = new ObjectId(9, 9);
  private static final Changed DONE = new Changed.Done();

  private final ChatFixture fixture;
  private final Groups groups;
  private final User ada;
  private final User bob;

  GroupsTest() throws StoreException {
    fixture = new ChatFixture(ChatSettings.builder().messageRate(0, 0).memberships(3, 5).build());
    groups = fixture.chat.groups();
    ada = fixture.user("ada");
    bob = fixture.user("bob");
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }

  @Test
  void makesAGroupThatItsMakerOwns() throws Exception {
    Groups.Created created = groups.create(ada.id(), " Tea \n", " about tea ", true);
    Group group = assertInstanceOf(Groups.Created.Done.class, created).group();
    assertEquals("Tea", group.name());
    assertEquals("about tea", group.description());
    assertEquals(ada.id(), group.ownerId());
    assertEquals(List.of(new Member(ada.id(), Role.OWNER, HeldTime.START)), group.members());
    assertEquals(group, fixture.store.group(group.id()).orElseThrow());
    assertEquals(
        List.of(new RecordingListener.Event.MemberAdded(group.id(), ada.id())),
        fixture.listener.events());
  }

  private String invalidField(String name, String description) throws StoreException {
    Groups.Created created = groups.create(ada.id(), name, description, false);
    return assertInstanceOf(Refused.InvalidField.class, created).field();
  }

  @Test
  void namesTheFieldThatCannotBe() throws Exception {
    assertEquals("name", invalidField(" ", ""));
    assertEquals("name", invalidField("n".repeat(101), ""));
    assertEquals("name", invalidField("\ud83d", ""));
    assertEquals("description", invalidField("n", "d".repeat(501)));
    assertEquals("description", invalidField("n", "\ude00"));
    Groups.Created longest = groups.create(ada.id(), "n".repeat(100), "d".repeat(500), false);
    assertInstanceOf(Groups.Created.Done.class, longest);
    Groups.Created bare = groups.create(ada.id(), "n", " ", false);
    assertNull(assertInstanceOf(Groups.Created.Done.class, bare).group().description());
  }

  @Test
  void hidesPrivateGroupsFromOutsiders() throws Exception {
    Group hidden = fixture.group(ada, true);
    assertEquals(new Access.Hidden(), groups.get(bob.id(), hidden.id()));
    assertEquals(new Access.Hidden(), groups.get(bob.id(), UNKNOWN));
    assertEquals(new Access.Member(Role.OWNER, true), groups.get(ada.id(), hidden.id()));
    Group open = fixture.group(ada);
    assertEquals(new Access.Outsider(), groups.get(bob.id(), open.id()));
    fixture.begin(ada);
    assertEquals(new Access.Outsider(), groups.get(bob.id(), open.id()));
    assertEquals(new Access.Member(Role.OWNER, false), groups.get(ada.id(), open.id()));
  }

  @Test
  void changesWhatIsNamedAndLeavesTheRest() throws Exception {
    Group group = made(groups.create(ada.id(), "Tea", "about tea", false));
    fixture.begin(ada);
    fixture.listener.clear();
    fixture.time.advance(Duration.ofSeconds(3));
    Instant later = HeldTime.START.plusSeconds(3);
    assertEquals(DONE, groups.change(ada.id(), group.id(), " Coffee\n", null, null));
    Group renamed = changed(group, "Coffee", "about tea", false, later);
    assertEquals(renamed, stored(group));
    assertEquals(renamed, fixture.chat.directory().group(group.id()));
    assertEquals(DONE, groups.change(ada.id(), group.id(), null, " about both ", true));
    Group described = changed(group, "Coffee", "about both", true, later);
    assertEquals(described, stored(group));
    assertEquals(DONE, groups.change(ada.id(), group.id(), null, " ", null));
    Group bare = changed(group, "Coffee", null, true, later);
    assertEquals(bare, stored(group));
    assertEquals(
        List.of(
            new RecordingListener.Event.GroupChanged(renamed),
            new RecordingListener.Event.GroupChanged(described),
            new RecordingListener.Event.GroupChanged(bare)),
        fixture.listener.events());
  }

  private static Group made(Groups.Created created) {
    return assertInstanceOf(Groups.Created.Done.class, created).group();
  }

  private Group stored(Group group) throws StoreException {
    return fixture.store.group(group.id()).orElseThrow();
  }

  private static Group changed(
      Group group, String name, @Nullable String description, boolean isPrivate, Instant at) {
    return new Group(
        group.id(),
        name,
        description,
        group.ownerId(),
        group.members(),
        isPrivate,
        group.isActive(),
        group.createdAt(),
        at);
  }

  @Test
  void changesNothingToWhatCannotBe() throws Exception {
    Group group = fixture.group(ada);
    for (String name : List.of("", " \n", "n".repeat(101), "\ud83d")) {
      Changed changed = groups.change(ada.id(), group.id(), name, "new", true);
      assertEquals("name", assertInstanceOf(Refused.InvalidField.class, changed).field());
    }
    for (String description : List.of("d".repeat(501), "\ude00")) {
      Changed changed = groups.change(ada.id(), group.id(), "new", description, true);
      assertEquals("description", assertInstanceOf(Refused.InvalidField.class, changed).field());
    }
    assertEquals(group, stored(group));
  }

  @Test
  void hidesAGroupThatBecomesPrivate() throws Exception {
    Group group = fixture.group(ada);
    assertEquals(DONE, groups.change(ada.id(), group.id(), null, null, true));
    assertEquals(new Access.Hidden(), groups.get(bob.id(), group.id()));
    assertEquals(List.of(), groups.discover(bob.id(), null, 10));
    assertEquals(DONE, groups.change(ada.id(), group.id(), null, null, false));
    assertEquals(new Access.Outsider(), groups.get(bob.id(), group.id()));
  }

  @Test
  void closesAGroupForEverybodyAndForGood() throws Exception {
    Group group = fixture.group(ada, bob);
    fixture.begin(ada);
    fixture.listener.clear();
    assertEquals(DONE, groups.close(ada.id(), group.id()));
    assertEquals(
        List.of(new RecordingListener.Event.GroupClosed(group.id())), fixture.listener.events());
    assertFalse(stored(group).isActive());
    for (User user : List.of(ada, bob)) {
      assertEquals(new Access.Hidden(), groups.get(user.id(), group.id()));
      assertEquals(List.of(), groups.of(user.id()));
      assertEquals(Optional.empty(), groups.membership(user.id(), group.id(), 1));
      assertEquals(new Refused.NoGroup(), fixture.chat.roster().join(user.id(), group.id()));
      assertEquals(new Refused.NoGroup(), fixture.send(user.id(), group.id(), "x", null).join());
    }
    assertEquals(List.of(), groups.discover(fixture.user("carol").id(), null, 10));
    assertEquals(new Refused.NoGroup(), groups.close(ada.id(), group.id()));
    assertNull(fixture.chat.directory().role(ada.id(), group.id()));
    assertEquals(0, fixture.chat.directory().groupCount());
    fixture.begin(bob);
    assertEquals(Set.of(), fixture.chat.directory().groupIds(bob.id()));
  }

  @Test
  void leavesOutAGroupThatIsClosedWhileItsMembersRead() throws Exception {
    Group group = fixture.group(ada, bob);
    AtomicBoolean closed = new AtomicBoolean();
    fixture.store.afterQuestion(
        () -> {
          if (closed.compareAndSet(false, true)) {
            try {
              assertEquals(DONE, groups.close(ada.id(), group.id()));
            } catch (StoreException e) {
              throw new AssertionError(e);
            }
          }
        });
    assertEquals(List.of(), groups.of(bob.id()), "the standings are read before");
    assertTrue(closed.get());
  }

  @Test
  void tellsAUserHowEachGroupStands() throws Exception {
    Group first = fixture.group(ada, bob);
    Group second = fixture.group(bob, true);
    for (int i = 1; i <= 3; i++) {
      fixture.send(ada.id(), first.id(), "m" + i, null).join();
    }
    List<Membership> memberships = groups.of(bob.id());
    assertEquals(
        List.of(first.id(), second.id()),
        memberships.stream().map(each -> each.group().id()).toList());
    assertEquals(2, memberships.getFirst().memberCount());
    assertEquals(List.of(), memberships.getFirst().group().members());
    assertEquals(3, memberships.getFirst().standing().unreadCount());
    assertEquals(0, memberships.getFirst().standing().lastReadSeq());
    fixture.send(bob.id(), first.id(), "mine", null).join();
    Standing standing = groups.of(bob.id()).getFirst().standing();
    assertEquals(0, standing.unreadCount());
    assertEquals(4, standing.lastReadSeq());
    List<Membership> elsewhere = groups.of(bob.id());
    assertEquals(memberships.getLast(), elsewhere.getLast());
    fixture.begin(bob);
    assertEquals(elsewhere, groups.of(bob.id()), "from the directory");
  }

  @Test
  void sharesOutTheMembersThatAListShows() throws Exception {
    User carol = fixture.user("carol");
    List<Group> made = List.of(fixture.group(ada, bob, carol), fixture.group(bob, ada, carol));
    for (int here = 0; here < 2; here++) {
      for (int total = 0; total <= 8; total++) {
        for (Membership each : groups.of(ada.id(), 2, total)) {
          Group whole = made.get(each.group().id().equals(made.getFirst().id()) ? 0 : 1);
          int share = Math.min(2, total / 2);
          assertEquals(whole.members().subList(0, share), each.group().members());
          assertEquals(3, each.memberCount());
        }
      }
      fixture.begin(ada);
    }
  }

  @Test
  void showsOutsidersAPublicGroupWithoutItsMembers() throws Exception {
    Group open = fixture.group(ada, bob);
    GroupExcerpt excerpt = groups.ofOutsiders(open.id()).orElseThrow();
    assertEquals(2, excerpt.memberCount());
    assertEquals(List.of(), excerpt.group().members());
    fixture.begin(ada);
    assertEquals(Optional.of(excerpt), groups.ofOutsiders(open.id()), "from the directory");
    assertEquals(Optional.empty(), groups.ofOutsiders(fixture.group(ada, true).id()));
    assertEquals(DONE, groups.close(ada.id(), open.id()));
    assertEquals(Optional.empty(), groups.ofOutsiders(open.id()));
  }

  @Test
  void showsOthersPublicGroupsNewestFirst() throws Exception {
    List<ObjectId> made = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      made.add(fixture.group(ada).id());
      fixture.time.advance(Duration.ofSeconds(1));
    }
    fixture.group(ada, true);
    fixture.group(bob);
    List<GroupExcerpt> found = groups.discover(bob.id(), null, 10);
    assertEquals(made.reversed(), found.stream().map(each -> each.group().id()).toList());
    assertEquals(found.subList(1, 2), groups.discover(bob.id(), made.getLast(), 1));
    assertEquals(found.subList(0, 1), groups.discover(bob.id(), null, -1));
  }

  @Test
  void failsWhenTheStoreDoes() {
    fixture.store.failCommits(true);
    assertThrows(StoreException.class, () -> groups.create(ada.id(), "x", null, false));
    fixture.store.failCommits(false);
    fixture.listener.forgetFaults();
  }
}
