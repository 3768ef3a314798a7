package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.RecordingListener.Event;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of who is in a group; who may do it is {@link RightsTest}'s. */
class RosterTest {
  private static final ObjectId UNKNOWN = new ObjectId(9, 9);
  private static final Changed DONE = new Changed.Done();

  private final ChatFixture fixture;
  private final Roster roster;
  private final Directory directory;
  private final User ada;
  private final User bob;

  RosterTest() throws StoreException {
    fixture = new ChatFixture(ChatSettings.builder().messageRate(0, 0).memberships(3, 5).build());
    roster = fixture.chat.roster();
    directory = fixture.chat.directory();
    ada = fixture.user("ada");
    bob = fixture.user("bob");
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }

  private Group stored(Group group) throws StoreException {
    return fixture.store.group(group.id()).orElseThrow();
  }

  private Role role(Group group, User user) throws StoreException {
    return stored(group).members().stream()
        .filter(each -> each.userId().equals(user.id()))
        .findFirst()
        .orElseThrow()
        .role();
  }

  @Test
  void letsAnybodyJoinAPublicGroup() throws Exception {
    Group group = fixture.group(ada);
    fixture.listener.clear();
    Roster.Joined.Done joined =
        assertInstanceOf(Roster.Joined.Done.class, roster.join(bob.id(), group.id()));
    assertTrue(joined.isNew());
    assertEquals(2, joined.membership().memberCount());
    assertEquals(
        new Roster.Joined.Done(joined.membership(), false), roster.join(bob.id(), group.id()));
    assertEquals(
        List.of(new Event.MemberAdded(group.id(), bob.id())),
        fixture.listener.events(),
        "told once");
    assertEquals(new Refused.NoGroup(), roster.join(bob.id(), UNKNOWN));
  }

  @Test
  void boundsTheMembersOfAGroupAndTheGroupsOfAUser() throws Exception {
    User carol = fixture.user("carol");
    Group full = fixture.group(ada, bob, carol);
    User dan = fixture.user("dan");
    assertEquals(new Refused.GroupFull(), roster.join(dan.id(), full.id()));
    assertEquals(new Refused.GroupFull(), roster.add(ada.id(), full.id(), dan.id(), Role.MEMBER));
    assertEquals(
        DONE, roster.add(ada.id(), full.id(), carol.id(), Role.MEMBER), "is there already");
    for (int i = 0; i < 5; i++) {
      fixture.group(dan);
    }
    Group other = fixture.group(ada);
    Refused.TooManyGroups tooMany = new Refused.TooManyGroups(5);
    assertEquals(tooMany, roster.join(dan.id(), other.id()));
    assertEquals(tooMany, roster.add(ada.id(), other.id(), dan.id(), Role.MEMBER));
    fixture.begin(dan);
    assertEquals(tooMany, roster.join(dan.id(), other.id()));
    assertEquals(tooMany, roster.add(ada.id(), other.id(), dan.id(), Role.MEMBER));
    assertEquals(tooMany, fixture.chat.groups().create(dan.id(), "x", null, false));
  }

  @Test
  void makesRoomWhenSomebodyGoes() throws Exception {
    Group full = fixture.group(ada, bob, fixture.user("carol"));
    User dan = fixture.user("dan");
    assertEquals(DONE, roster.leave(bob.id(), full.id()));
    assertInstanceOf(Roster.Joined.Done.class, roster.join(dan.id(), full.id()));
    assertEquals(new Refused.GroupFull(), roster.join(bob.id(), full.id()));
  }

  @Test
  void addsWhomAnAdminNamesAsWhatTheyName() throws Exception {
    Group group = fixture.group(ada, true);
    fixture.begin(bob);
    fixture.listener.clear();
    fixture.time.advance(Duration.ofSeconds(3));
    assertEquals(DONE, roster.add(ada.id(), group.id(), bob.id(), Role.ADMIN));
    assertEquals(
        new Member(bob.id(), Role.ADMIN, HeldTime.START.plusSeconds(3)),
        stored(group).members().getLast());
    assertEquals(
        List.of(
            new Event.MemberAdded(group.id(), bob.id()),
            new Event.MemberOnline(bob.id(), Status.ONLINE, group.id())),
        fixture.listener.events());
    assertEquals(Role.ADMIN, directory.role(bob.id(), group.id()));
    assertEquals(stored(group), directory.group(group.id()));
    assertEquals(DONE, roster.add(ada.id(), group.id(), bob.id(), Role.MEMBER));
    assertEquals(Role.ADMIN, role(group, bob), "stays as it is");
  }

  @Test
  void takesARemovedMemberOutBeforeItIsAnswered() throws Exception {
    Group group = fixture.group(ada, bob);
    fixture.begin(ada);
    fixture.begin(bob);
    fixture.listener.clear();
    assertEquals(DONE, roster.remove(ada.id(), group.id(), bob.id()));
    assertEquals(List.of(new Event.MemberRemoved(group.id(), bob.id())), fixture.listener.events());
    assertNull(directory.role(bob.id(), group.id()));
    assertEquals(Set.of(), directory.groupIds(bob.id()));
    assertEquals(1, directory.memberCount(group.id()));
    assertEquals(stored(group), directory.group(group.id()));
    assertEquals(new Refused.NotMember(), fixture.send(bob.id(), group.id(), "x", null).join());
    assertInstanceOf(Roster.Joined.Done.class, roster.join(bob.id(), group.id()));
    assertEquals(Role.MEMBER, directory.role(bob.id(), group.id()), "may come back");
  }

  @Test
  void letsGoOfAGroupThatItsLastMemberHereHasLeft() throws Exception {
    Group group = fixture.group(ada, bob);
    fixture.begin(bob);
    assertEquals(1, directory.groupCount());
    assertEquals(DONE, roster.leave(bob.id(), group.id()));
    assertEquals(0, directory.groupCount());
    assertNull(directory.group(group.id()));
  }

  @Test
  void givesRolesAtOnce() throws Exception {
    Group group = fixture.group(ada, bob);
    fixture.begin(bob);
    fixture.listener.clear();
    assertEquals(DONE, roster.changeRole(ada.id(), group.id(), bob.id(), Role.ADMIN));
    assertEquals(Role.ADMIN, role(group, bob));
    assertEquals(Role.ADMIN, directory.role(bob.id(), group.id()));
    assertEquals(List.of(new Event.GroupChanged(stored(group))), fixture.listener.events());
    assertEquals(DONE, roster.changeRole(ada.id(), group.id(), bob.id(), Role.MEMBER));
    assertEquals(Role.MEMBER, directory.role(bob.id(), group.id()));
  }

  @Test
  void makesTheOldOwnerAnAdmin() throws Exception {
    Group group = fixture.group(ada, bob);
    fixture.begin(ada);
    fixture.begin(bob);
    fixture.listener.clear();
    assertEquals(DONE, roster.transfer(ada.id(), group.id(), bob.id()));
    assertEquals(bob.id(), stored(group).ownerId());
    assertEquals(Role.ADMIN, directory.role(ada.id(), group.id()));
    assertEquals(Role.OWNER, directory.role(bob.id(), group.id()));
    assertEquals(stored(group), directory.group(group.id()));
    assertEquals(List.of(new Event.GroupChanged(stored(group))), fixture.listener.events());
    assertEquals(new Refused.NotAllowed(), roster.transfer(ada.id(), group.id(), ada.id()));
    assertEquals(DONE, roster.leave(ada.id(), group.id()), "who is owner no more may leave");
    assertEquals(new Refused.OwnerStays(), roster.leave(bob.id(), group.id()));
  }

  @Test
  void makesNobodyTheOwnerByARole() throws Exception {
    Group group = fixture.group(ada, bob);
    User carol = fixture.user("carol");
    assertThrows(
        IllegalArgumentException.class,
        () -> roster.changeRole(ada.id(), group.id(), bob.id(), Role.OWNER));
    assertThrows(
        IllegalArgumentException.class,
        () -> roster.add(ada.id(), group.id(), carol.id(), Role.OWNER));
    assertEquals(group, stored(group));
  }

  @Test
  void doesNotBringBackAnAdminWhoIsRemovedWhileAddingThemselves() throws Exception {
    Group group = fixture.group(ada, bob);
    assertEquals(DONE, roster.changeRole(ada.id(), group.id(), bob.id(), Role.ADMIN));
    // The removal is committed when the admin has been found to be one.
    boolean[] removed = new boolean[1];
    fixture.store.afterQuestion(
        () -> {
          if (!removed[0]) {
            removed[0] = true;
            try {
              assertEquals(DONE, roster.remove(ada.id(), group.id(), bob.id()));
            } catch (StoreException e) {
              throw new AssertionError(e);
            }
          }
        });
    assertEquals(
        DONE, roster.add(bob.id(), group.id(), bob.id(), Role.ADMIN), "was one when asked");
    assertTrue(removed[0]);
    assertEquals(List.of(ada.id()), stored(group).members().stream().map(Member::userId).toList());
  }

  @Test
  void keepsWhoWasRemovedOutOfAPrivateGroup() throws Exception {
    Group group = fixture.group(ada, true);
    assertEquals(DONE, roster.add(ada.id(), group.id(), bob.id(), Role.MEMBER));
    fixture.begin(bob);
    assertEquals(DONE, roster.remove(ada.id(), group.id(), bob.id()));
    assertEquals(new Refused.NoGroup(), roster.join(bob.id(), group.id()));
    assertEquals(new Access.Hidden(), fixture.chat.groups().get(bob.id(), group.id()));
    assertEquals(List.of(), fixture.chat.groups().of(bob.id()));
  }

  @Test
  void holdsNothingBackWhenNothingIsCommitted() throws Exception {
    Group group = fixture.group(ada, bob);
    fixture.store.failCommits(true);
    assertThrows(StoreException.class, () -> roster.leave(bob.id(), group.id()));
    assertThrows(StoreException.class, () -> roster.join(fixture.user("carol").id(), group.id()));
    fixture.store.failCommits(false);
    fixture.listener.forgetFaults();
    assertEquals(new Refused.NoGroup(), roster.leave(bob.id(), UNKNOWN));
    assertEquals(new Refused.OwnerStays(), roster.leave(ada.id(), group.id()));
    assertEquals(group, stored(group));
    assertEquals(0, directory.groupCount());
  }

  @Test
  void tellsPagesOfMembersInTheOrderOfJoining() throws Exception {
    try (ChatFixture large = new ChatFixture()) {
      User owner = large.user("owner");
      Group group = large.group(owner);
      List<ObjectId> all = new ArrayList<>(List.of(owner.id()));
      for (int i = 0; i < 120; i++) {
        User joining = large.user("user" + i);
        assertInstanceOf(
            Roster.Joined.Done.class, large.chat.roster().join(joining.id(), group.id()));
        all.add(joining.id());
      }
      large.begin(owner);
      assertEquals(all.subList(0, 50), page(large, owner, group, null, 50));
      assertEquals(all.subList(50, 100), page(large, owner, group, all.get(49), 50));
      assertEquals(all.subList(101, 121), page(large, owner, group, all.get(100), 50));
      assertEquals(List.of(), page(large, owner, group, all.getLast(), 50));
      assertEquals(all.subList(0, 100), page(large, owner, group, null, 1_000), "no more");
      assertEquals(all.subList(0, 1), page(large, owner, group, null, 0), "no less");
      assertEquals(
          new Refused.NoUser(), large.chat.roster().members(owner.id(), group.id(), UNKNOWN, 50));
    }
  }

  private static List<ObjectId> page(
      ChatFixture fixture, User by, Group group, @Nullable ObjectId after, int limit)
      throws StoreException {
    Roster.Listed.Page page =
        assertInstanceOf(
            Roster.Listed.Page.class,
            fixture.chat.roster().members(by.id(), group.id(), after, limit));
    List<ObjectId> ids = page.members().stream().map(Member::userId).toList();
    assertEquals(Set.copyOf(ids), page.users().keySet(), "each with the user");
    return ids;
  }
}
