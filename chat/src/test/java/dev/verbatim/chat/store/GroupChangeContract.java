package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Members;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.GroupStore.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a store promises of changes of groups: whom each is open to, and what it leaves. */
interface GroupChangeContract extends StoreUnderTest {
  GroupChanged DONE = new GroupChanged.Done();
  GroupChanged UNCHANGED = new GroupChanged.Unchanged();
  GroupChanged NO_GROUP = new GroupChanged.NoGroup();
  GroupChanged NOT_MEMBER = new GroupChanged.NotMember();
  GroupChanged NOT_ALLOWED = new GroupChanged.NotAllowed();
  GroupChanged NO_MEMBER = new GroupChanged.NoMember();
  GroupChanged OWNER_STAYS = new GroupChanged.OwnerStays();

  /** The private one of the groups. */
  int PRIVATE = 2;

  /** A user who is barred. */
  int BARRED = 5;

  /** No user's number. */
  int NOBODY = 9;

  /**
   * Commits users 1 to 4, the barred one, and the groups 1, which is public, and 2, of the owner 1,
   * the admin 2 and the member 3.
   */
  default void putPublicAndPrivate() throws StoreException {
    putUsers();
    commit(
        new Write.PutUser(Samples.barredUser(BARRED)),
        new Write.PutGroup(withAdmin(Samples.group(1, 1, 2, 3))),
        new Write.PutGroup(withAdmin(Samples.group(PRIVATE, true, true, 1, 2, 3))));
  }

  private static Group withAdmin(Group group) {
    List<Member> members = new ArrayList<>(group.members());
    members.set(1, Samples.member(2, Role.ADMIN));
    return group.with(Members.copyOf(members), group.updatedAt());
  }

  private Group group(int number) throws StoreException {
    return store().group(Samples.groupId(number)).orElseThrow();
  }

  private List<ObjectId> groupsOf(int user) throws StoreException {
    return store().standings(Samples.userId(user)).stream().map(Standing::groupId).toList();
  }

  private static List<ObjectId> groupIds(int... groups) {
    return IntStream.of(groups).mapToObj(Samples::groupId).toList();
  }

  /** The group's owner, admins and members, in the order in which they joined: {@code O1 A2 M3}. */
  private String members(int number) throws StoreException {
    List<String> members = new ArrayList<>();
    for (Member member : group(number).members()) {
      int user = IntStream.range(0, 99).filter(u -> userIs(member, u)).findFirst().orElseThrow();
      members.add(member.role().name().substring(0, 1) + user);
    }
    return String.join(" ", members);
  }

  private static boolean userIs(Member member, int user) {
    return member.userId().equals(Samples.userId(user));
  }

  /** Asserts that each of these comes to nothing for this reason. */
  private void assertNothing(GroupChanged why, GroupChange... changes) throws StoreException {
    for (GroupChange change : changes) {
      Optional<Group> before = store().group(change.groupId());
      assertEquals(why, commit(change), change::toString);
      assertEquals(before, store().group(change.groupId()), change::toString);
    }
  }

  /** Asserts that this is done, for good. */
  private void assertDone(GroupChange change) throws Exception {
    Group changed = change.appliedTo(store().group(change.groupId()).orElseThrow());
    assertEquals(DONE, commit(change), change::toString);
    reopen();
    assertEquals(Optional.of(changed), store().group(change.groupId()), change::toString);
    assertEquals(Changes.LATER, changed.updatedAt());
  }

  @Test
  default void letsOwnerAndAdminsChangeSettings() throws Exception {
    putPublicAndPrivate();
    assertDone(Changes.settings(1, "Name \u202e\0", "About\0", true, 2));
    assertEquals("Name \u202e\0", group(1).name());
    assertEquals("About\0", group(1).description());
    assertTrue(group(1).isPrivate());
    assertDone(Changes.settings(PRIVATE, "Other", null, false, 1));
    assertEquals("Other", group(PRIVATE).name());
    assertEquals("About 2", group(PRIVATE).description());
    assertEquals(groupIds(PRIVATE), discovered(4));
    assertNothing(NOT_ALLOWED, Changes.settings(1, "x", "x", false, 3));
    assertNothing(NO_GROUP, Changes.settings(1, "x", "x", false, 4));
    assertNothing(NOT_MEMBER, Changes.settings(PRIVATE, "x", "x", true, 4));
  }

  private List<ObjectId> discovered(int user) throws StoreException {
    return store().discover(Samples.userId(user), null, 10).stream()
        .map(each -> each.group().id())
        .toList();
  }

  @Test
  default void takesADescriptionAwayAndGivesOneAgain() throws Exception {
    putPublicAndPrivate();
    assertDone(Changes.settings(1, null, "", null, 1));
    assertEquals(null, group(1).description());
    assertNothing(UNCHANGED, Changes.settings(1, null, null, null, 1));
    assertEquals(null, group(1).description());
    assertEquals("Group 1", group(1).name());
    assertDone(Changes.settings(1, null, "again", null, 1));
    assertEquals("again", group(1).description());
  }

  @Test
  default void letsUsersJoinPublicGroupsAtTheEnd() throws Exception {
    putPublicAndPrivate();
    assertDone(Changes.join(1, 4));
    assertEquals("O1 A2 M3 M4", members(1));
    assertEquals(groupIds(1), groupsOf(4));
    assertNothing(UNCHANGED, Changes.join(1, 4), Changes.join(1, 1), Changes.join(PRIVATE, 3));
    assertNothing(NO_GROUP, Changes.join(PRIVATE, 4), Changes.join(PRIVATE, NOBODY));
    assertNothing(NO_MEMBER, Changes.join(1, BARRED), Changes.join(1, NOBODY));
  }

  @Test
  default void letsOwnerAndAdminsAddMembers() throws Exception {
    putPublicAndPrivate();
    assertNothing(NOT_ALLOWED, Changes.add(1, 4, 3), Changes.add(PRIVATE, 4, 3));
    assertNothing(NOT_MEMBER, Changes.add(1, 3, 4), Changes.add(1, 4, NOBODY));
    assertNothing(NO_GROUP, Changes.add(PRIVATE, 3, 4));
    assertNothing(NO_MEMBER, Changes.add(1, BARRED, 1), Changes.add(PRIVATE, NOBODY, 2));
    assertDone(Changes.add(1, 4, 2));
    assertDone(Changes.add(PRIVATE, 4, Role.ADMIN, 1));
    assertEquals("O1 A2 M3 M4", members(1));
    assertEquals("O1 A2 M3 A4", members(PRIVATE));
    assertNothing(UNCHANGED, Changes.add(1, 4, Role.ADMIN, 1), Changes.add(1, 1, 2));
  }

  @Test
  default void letsAllLeaveButTheOwner() throws Exception {
    putPublicAndPrivate();
    assertNothing(OWNER_STAYS, Changes.leave(1, 1), Changes.leave(PRIVATE, 1));
    assertNothing(NOT_MEMBER, Changes.leave(1, 4), Changes.leave(1, NOBODY));
    assertNothing(NO_GROUP, Changes.leave(PRIVATE, 4), Changes.leave(7, 1));
    assertDone(Changes.leave(1, 3));
    assertDone(Changes.leave(1, 2));
    assertEquals("O1", members(1));
    assertEquals("O1 A2 M3", members(PRIVATE));
    assertEquals(groupIds(PRIVATE), groupsOf(2));
    assertEquals(groupIds(1), discovered(3));
    assertNothing(NOT_MEMBER, Changes.leave(1, 3));
  }

  @Test
  default void letsOwnerAndAdminsRemoveAllButTheOwner() throws Exception {
    putPublicAndPrivate();
    commit(Changes.add(1, 4, Role.ADMIN, 1));
    assertNothing(NOT_ALLOWED, Changes.remove(1, 2, 3), Changes.remove(1, 1, 3));
    assertNothing(NOT_ALLOWED, Changes.remove(1, 1, 2));
    assertNothing(NO_MEMBER, Changes.remove(PRIVATE, 4, 1), Changes.remove(1, NOBODY, 2));
    assertNothing(NO_GROUP, Changes.remove(PRIVATE, 3, 4));
    assertDone(Changes.remove(1, 4, 2));
    assertNothing(NOT_MEMBER, Changes.remove(1, 3, 4));
    assertDone(Changes.remove(1, 3, 2));
    assertDone(Changes.remove(1, 2, 1));
    assertEquals("O1", members(1));
    assertEquals(groupIds(PRIVATE), groupsOf(3));
  }

  @Test
  default void putsWhoComesBackAtTheEnd() throws Exception {
    putPublicAndPrivate();
    commit(Changes.leave(1, 2));
    assertDone(Changes.join(1, 4));
    assertDone(Changes.join(1, 2));
    assertEquals("O1 M3 M4 M2", members(1));
    assertEquals(groupIds(PRIVATE, 1), groupsOf(2));
    Standing standing = store().standings(Samples.userId(2)).getLast();
    assertEquals(Role.MEMBER, standing.role());
    assertEquals(Changes.LATER, standing.joinedAt());
  }

  @Test
  default void putsTheLastAtTheEndAgainWhoLeftAndComesBack() throws Exception {
    putPublicAndPrivate();
    commit(Changes.leave(PRIVATE, 3), Changes.leave(1, 3), Changes.join(1, 4), Changes.join(1, 3));
    assertEquals("O1 A2 M4 M3", members(1));
    assertEquals("O1 A2", members(PRIVATE));
  }

  @Test
  default void letsOwnerAndAdminsChangeRolesOfOthersButTheOwner() throws Exception {
    putPublicAndPrivate();
    Role admin = Role.ADMIN;
    Role member = Role.MEMBER;
    assertNothing(NOT_ALLOWED, Changes.role(1, 3, admin, 3), Changes.role(1, 2, member, 3));
    assertNothing(NOT_ALLOWED, Changes.role(1, 1, member, 2), Changes.role(1, 1, admin, 1));
    assertNothing(NOT_ALLOWED, Changes.role(1, 2, member, 2), Changes.role(1, 2, admin, 2));
    assertNothing(NO_MEMBER, Changes.role(1, 4, admin, 1), Changes.role(1, NOBODY, admin, 2));
    assertNothing(NOT_MEMBER, Changes.role(1, 3, admin, 4));
    assertNothing(NO_GROUP, Changes.role(PRIVATE, 3, admin, 4));
    assertNothing(UNCHANGED, Changes.role(1, 2, admin, 1), Changes.role(1, 3, member, 2));
    assertDone(Changes.role(1, 3, admin, 2));
    assertEquals("O1 A2 A3", members(1));
    assertDone(Changes.role(1, 2, member, 3));
    assertEquals("O1 M2 A3", members(1));
    assertEquals("O1 A2 M3", members(PRIVATE));
    assertEquals(Role.ADMIN, store().standings(Samples.userId(3)).getFirst().role());
    assertNothing(NOT_ALLOWED, Changes.remove(1, 3, 2));
  }

  @Test
  default void letsTheOwnerAloneMakeAnotherMemberTheOwner() throws Exception {
    putPublicAndPrivate();
    assertNothing(NOT_ALLOWED, Changes.transfer(1, 2, 2), Changes.transfer(1, 3, 3));
    assertNothing(NO_MEMBER, Changes.transfer(1, 4, 1), Changes.transfer(1, NOBODY, 1));
    assertNothing(NOT_MEMBER, Changes.transfer(1, 4, 4));
    assertNothing(NO_GROUP, Changes.transfer(PRIVATE, 3, 4));
    assertNothing(UNCHANGED, Changes.transfer(1, 1, 1));
    assertDone(Changes.transfer(1, 3, 1));
    assertEquals("A1 A2 O3", members(1));
    assertEquals(Samples.userId(3), group(1).ownerId());
    assertEquals("O1 A2 M3", members(PRIVATE));
    assertEquals(Samples.userId(1), group(PRIVATE).ownerId());
    assertNothing(NOT_ALLOWED, Changes.transfer(1, 2, 1), Changes.remove(1, 3, 1));
    assertNothing(OWNER_STAYS, Changes.leave(1, 3));
    assertDone(Changes.leave(1, 1));
    assertEquals("A2 O3", members(1));
  }

  @Test
  default void letsTheOwnerAloneCloseAGroupForGood() throws Exception {
    putPublicAndPrivate();
    assertNothing(NOT_ALLOWED, Changes.close(1, 2), Changes.close(1, 3));
    assertNothing(NOT_MEMBER, Changes.close(1, 4));
    assertNothing(NO_GROUP, Changes.close(PRIVATE, 4), Changes.close(7, 1));
    assertDone(Changes.close(1, 1));
    assertEquals("O1 A2 M3", members(1));
    assertEquals(groupIds(PRIVATE), groupsOf(1));
    assertEquals(List.of(), discovered(4));
    assertNothing(
        NO_GROUP,
        Changes.settings(1, "x", "x", false, 1),
        Changes.join(1, 4),
        Changes.add(1, 4, 1),
        Changes.leave(1, 3),
        Changes.remove(1, 3, 1),
        Changes.role(1, 3, Role.ADMIN, 1),
        Changes.transfer(1, 3, 1),
        Changes.close(1, 1));
  }

  @Test
  default void decidesEachChangeByThoseBeforeItInTheCommit() throws Exception {
    putPublicAndPrivate();
    assertEquals(
        List.of(DONE, NOT_MEMBER, NOT_MEMBER, DONE, UNCHANGED, DONE, DONE, DONE, NOT_ALLOWED, DONE),
        commit(
            Changes.leave(1, 2),
            Changes.leave(1, 2),
            Changes.remove(1, 3, 2),
            Changes.join(1, 2),
            Changes.join(1, 2),
            Changes.role(1, 2, Role.ADMIN, 1),
            Changes.remove(1, 3, 2),
            Changes.role(1, 2, Role.MEMBER, 1),
            Changes.add(1, 4, 2),
            Changes.join(1, 3)));
    assertEquals("O1 M2 M3", members(1));
    assertEquals(
        List.of(DONE, NOT_ALLOWED, DONE, NO_GROUP, DONE, NO_GROUP),
        commit(
            Changes.transfer(1, 2, 1),
            Changes.close(1, 1),
            Changes.settings(1, null, null, true, 1),
            Changes.join(1, 4),
            Changes.close(1, 2),
            Changes.leave(1, 1)));
    assertEquals("A1 O2 M3", members(1));
    assertEquals(groupIds(PRIVATE), groupsOf(2));
  }

  @Test
  default void addsRemovesAndAddsInOneCommit() throws Exception {
    putPublicAndPrivate();
    assertEquals(
        List.of(DONE, DONE, NO_MEMBER, DONE),
        commit(
            Changes.add(1, 4, 1),
            Changes.remove(1, 4, 2),
            Changes.role(1, 4, Role.ADMIN, 1),
            Changes.add(1, 4, Role.ADMIN, 2)));
    assertEquals("O1 A2 M3 A4", members(1));
  }

  @Test
  default void changesAGroupAndAUserOfTheSameCommit() throws Exception {
    List<Object> outcomes =
        commit(
            new Write.PutUser(Samples.user(1)),
            new Write.PutGroup(Samples.group(1, 1)),
            new Write.PutUser(Samples.user(2), Samples.groupId(1)),
            Changes.role(1, 2, Role.ADMIN, 1),
            Changes.transfer(1, 2, 1));
    assertEquals(List.of(DONE, DONE), outcomes.subList(3, 5));
    assertEquals("A1 O2", members(1));
  }

  @Test
  default void cutsTheTimeOfAChangeToTheMillisecond() throws Exception {
    putPublicAndPrivate();
    Instant at = Changes.LATER.plusNanos(999_999);
    ObjectId group = Samples.groupId(1);
    for (GroupChange change :
        List.of(
            new GroupChange.AddMember(group, new Member(Samples.userId(4), Role.MEMBER, at)),
            new GroupChange.ChangeSettings(group, Samples.userId(1), "x", null, null, at),
            new GroupChange.ChangeRole(group, Samples.userId(4), Role.ADMIN, Samples.userId(1), at),
            new GroupChange.TransferOwnership(group, Samples.userId(4), Samples.userId(1), at),
            new GroupChange.RemoveMember(group, Samples.userId(1), Samples.userId(1), at),
            new GroupChange.CloseGroup(group, Samples.userId(4), at))) {
      assertEquals(DONE, commit(change));
      assertEquals(Changes.LATER, group(1).updatedAt());
    }
    assertEquals(Changes.LATER, group(1).members().getLast().joinedAt());
  }

  @Test
  default void keepsWhatARemovedMemberReadAndSent() throws Exception {
    putPublicAndPrivate();
    commit(
        Samples.append(1, 1, 1),
        Samples.append(2, 1, 3),
        Samples.append(3, 1, 1),
        Samples.append(4, 1, 1),
        Samples.markRead(1, 3, 1, 3));
    commit(Changes.remove(1, 3, 1));
    assertEquals(groupIds(PRIVATE), groupsOf(3));
    var readers =
        store()
            .readers(Samples.groupId(1), 1, 4, 10)
            .of(store().message(Samples.id(1)).orElseThrow());
    assertEquals(List.of(Samples.userId(3)), readers.stream().map(one -> one.userId()).toList());
    commit(Changes.join(1, 3));
    assertEquals(3, store().standings(Samples.userId(3)).getLast().lastReadSeq());
    assertEquals(
        new Write.MarkedRead(List.of(Samples.id(4))), commit(Samples.markRead(1, 3, 1, 3, 4)));
  }
}
