package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.GroupExcerpt;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.GroupStore.Affiliation;
import dev.verbatim.chat.store.GroupStore.Standing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a store promises of groups and their members. */
interface GroupStoreContract extends StoreUnderTest {
  private static List<Integer> numbers(List<GroupExcerpt> groups) {
    return groups.stream().map(each -> each.group().id().low() & 0xff).toList();
  }

  @Test
  default void keepsAGroupWhole() throws Exception {
    putUsers();
    Group group =
        new Group(
            Samples.groupId(1),
            "Name \u202e\0",
            null,
            Samples.userId(2),
            List.of(
                Samples.member(3, Role.MEMBER),
                Samples.member(1, Role.ADMIN),
                Samples.member(2, Role.OWNER)),
            true,
            true,
            Samples.NOW.plusNanos(1),
            Samples.NOW.plusMillis(1));
    Group kept =
        new Group(
            group.id(),
            group.name(),
            null,
            group.ownerId(),
            group.members(),
            true,
            true,
            Samples.NOW,
            Samples.NOW.plusMillis(1));
    assertEquals(new Write.GroupPut(kept, true), commit(new Write.PutGroup(group)));
    reopen();
    assertEquals(Optional.of(kept), store().group(group.id()));
    assertEquals(Optional.empty(), store().group(Samples.groupId(2)));
  }

  @Test
  default void leavesAGroupThatIsThereAsItIs() throws Exception {
    putUsers();
    commit(new Write.PutGroup(Samples.group(1, 1, 2)));
    assertEquals(
        new Write.GroupPut(Samples.group(1, 1, 2), false),
        commit(new Write.PutGroup(Samples.group(1, true, false, 3, 4))));
    assertEquals(Optional.of(Samples.group(1, 1, 2)), store().group(Samples.groupId(1)));
    assertEquals(List.of(), store().standings(Samples.userId(3)));
  }

  @Test
  default void tellsActiveGroupsInTheOrderOfJoining() throws Exception {
    putUsers();
    commit(
        new Write.PutGroup(Samples.group(3, 1)),
        new Write.PutGroup(Samples.group(2, 1, 2)),
        new Write.PutGroup(Samples.group(4, true, true, 1, 2)),
        new Write.PutGroup(Samples.group(5, false, false, 1, 2)));
    Member joining = new Member(Samples.userId(2), Role.MEMBER, Samples.NOW.plusMillis(1));
    commit(new GroupChange.AddMember(Samples.groupId(3), joining));
    assertEquals(
        List.of(Samples.groupId(2), Samples.groupId(4), Samples.groupId(3)),
        store().standings(Samples.userId(2)).stream().map(Standing::groupId).toList());
    assertEquals(List.of(), store().standings(Samples.userId(3)));
    assertEquals(List.of(), store().standings(Samples.userId(9)));
  }

  @Test
  default void tellsHowAMemberStandsInAGroup() throws Exception {
    putUsers();
    Member joining = new Member(Samples.userId(2), Role.ADMIN, Samples.NOW.minusMillis(7));
    commit(
        new Write.PutGroup(Samples.group(1, 1)),
        new GroupChange.AddMember(Samples.groupId(1), joining),
        new Write.PutGroup(Samples.group(2, 2)));
    commit(Samples.append(1, 1, 1), Samples.append(2, 1, 2), Samples.append(3, 1, 1));
    commit(Samples.markRead(1, 2, 1));
    Standing first =
        new Standing(Samples.groupId(1), Role.ADMIN, joining.joinedAt(), 3, Samples.NOW, 2);
    Standing second = new Standing(Samples.groupId(2), Role.OWNER, Samples.NOW, 0, null, 0);
    assertEquals(1, first.unreadCount());
    assertEquals(List.of(first, second), store().standings(Samples.userId(2)));
    assertEquals(Optional.of(first), store().standing(Samples.userId(2), Samples.groupId(1)));
    assertEquals(Optional.of(second), store().standing(Samples.userId(2), Samples.groupId(2)));
    assertEquals(Optional.empty(), store().standing(Samples.userId(1), Samples.groupId(2)));
    assertEquals(Optional.empty(), store().standing(Samples.userId(9), Samples.groupId(1)));
    assertEquals(Optional.empty(), store().standing(Samples.userId(2), Samples.groupId(9)));
    commit(Changes.close(1, 1));
    assertEquals(Optional.empty(), store().standing(Samples.userId(2), Samples.groupId(1)));
  }

  @Test
  default void tellsTheFirstMembersOfAGroupAndCountsAll() throws Exception {
    putUsers();
    Group group = Samples.group(1, 3, 1, 2);
    commit(new Write.PutGroup(group), new Write.PutGroup(Samples.group(2, false, false, 1)));
    for (int max = 0; max <= 4; max++) {
      GroupExcerpt excerpt = store().excerpt(group.id(), max).orElseThrow();
      assertEquals(group.members().subList(0, Math.min(max, 3)), excerpt.group().members());
      assertEquals(3, excerpt.memberCount());
    }
    assertEquals(
        Optional.of(new GroupExcerpt(group, 3)), store().excerpt(group.id(), Integer.MAX_VALUE));
    assertFalse(store().excerpt(Samples.groupId(2), 1).orElseThrow().group().isActive());
    assertEquals(Optional.empty(), store().excerpt(Samples.groupId(9), 1));
  }

  @Test
  default void tellsMembersFromAPlaceOn() throws Exception {
    putUsers();
    Group group = Samples.group(1, 3, 1, 2);
    commit(new Write.PutGroup(group), new Write.PutGroup(Samples.group(2, 4)));
    assertEquals(Optional.of(group.members()), store().members(group.id(), null, 10));
    assertEquals(Optional.of(group.members().subList(0, 2)), store().members(group.id(), null, 2));
    assertEquals(
        Optional.of(group.members().subList(1, 2)),
        store().members(group.id(), Samples.userId(3), 1));
    assertEquals(Optional.of(List.of()), store().members(group.id(), Samples.userId(2), 10));
    assertEquals(Optional.empty(), store().members(group.id(), Samples.userId(4), 10));
    assertEquals(Optional.empty(), store().members(group.id(), Samples.userId(9), 10));
    commit(Changes.leave(1, 1));
    assertEquals(Optional.empty(), store().members(group.id(), Samples.userId(1), 10));
    commit(Changes.join(1, 1));
    assertEquals(
        List.of(Samples.userId(3), Samples.userId(2), Samples.userId(1)),
        store().members(group.id(), null, 10).orElseThrow().stream().map(Member::userId).toList());
  }

  @Test
  default void tellsWhatAUserIsToAGroup() throws Exception {
    putUsers();
    commit(
        new Write.PutGroup(Samples.group(1, 1, 2)),
        new Write.PutGroup(Samples.group(2, true, true, 2)),
        new Write.PutGroup(Samples.group(3, false, false, 1, 2)));
    assertEquals(Optional.of(new Affiliation(false, Role.OWNER)), affiliation(1, 1));
    assertEquals(Optional.of(new Affiliation(false, Role.MEMBER)), affiliation(2, 1));
    assertEquals(Optional.of(new Affiliation(true, null)), affiliation(1, 2));
    assertEquals(Optional.of(new Affiliation(true, null)), affiliation(9, 2));
    assertEquals(Optional.empty(), affiliation(1, 3));
    assertEquals(Optional.empty(), affiliation(1, 9));
    assertEquals(Map.of(Samples.groupId(1), Role.OWNER), store().roles(Samples.userId(1)));
    assertEquals(
        Map.of(Samples.groupId(1), Role.MEMBER, Samples.groupId(2), Role.OWNER),
        store().roles(Samples.userId(2)));
    assertEquals(Map.of(), store().roles(Samples.userId(9)));
  }

  private Optional<Affiliation> affiliation(int user, int group) throws StoreException {
    return store().affiliation(Samples.userId(user), Samples.groupId(group));
  }

  @Test
  default void discoversPublicActiveGroupsOfOthersNewestFirst() throws Exception {
    putUsers();
    for (int number : new int[] {5, 1, 3, 2, 4}) {
      commit(new Write.PutGroup(Samples.group(number, 1, 2)));
    }
    commit(
        new Write.PutGroup(Samples.group(6, 3)),
        new Write.PutGroup(Samples.group(7, true, true, 1)),
        new Write.PutGroup(Samples.group(8, false, false, 1)));
    assertEquals(List.of(5, 4, 3, 2, 1), numbers(store().discover(Samples.userId(3), null, 10)));
    assertEquals(List.of(5, 4), numbers(store().discover(Samples.userId(3), null, 2)));
    assertEquals(
        List.of(3, 2), numbers(store().discover(Samples.userId(3), Samples.groupId(4), 2)));
    assertEquals(List.of(6), numbers(store().discover(Samples.userId(2), null, 10)));
    assertEquals(
        List.of(6, 5, 4, 3, 2, 1),
        numbers(store().discover(Samples.userId(9), Samples.groupId(0x99), 10)));
    assertEquals(
        List.of(GroupExcerpt.of(Samples.group(5, 1, 2), 0)),
        store().discover(Samples.userId(3), null, 1));
    assertEquals(List.of(), store().discover(Samples.userId(3), Samples.groupId(1), 10));
    assertEquals(List.of(), store().discover(Samples.userId(3), null, 0));
  }
}
