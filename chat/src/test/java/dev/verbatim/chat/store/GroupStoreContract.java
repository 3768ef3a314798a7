package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.GroupStore.Standing;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a store promises of groups and their members. */
interface GroupStoreContract extends StoreUnderTest {
  private static List<Integer> numbers(List<Group> groups) {
    return groups.stream().map(group -> group.id().low() & 0xff).toList();
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
    commit(new GroupChange.AddMember(Samples.groupId(3), Samples.member(2, Role.MEMBER)));
    assertEquals(
        List.of(Samples.groupId(2), Samples.groupId(4), Samples.groupId(3)),
        store().standings(Samples.userId(2)).stream().map(Standing::groupId).toList());
    assertEquals(List.of(), store().standings(Samples.userId(3)));
    assertEquals(List.of(), store().standings(Samples.userId(9)));
  }

  @Test
  default void tellsHowAMemberStandsInAGroup() throws Exception {
    putUsers();
    Member joining = new Member(Samples.userId(2), Role.ADMIN, Samples.NOW.plusMillis(7));
    commit(
        new Write.PutGroup(Samples.group(1, 1)),
        new GroupChange.AddMember(Samples.groupId(1), joining),
        new Write.PutGroup(Samples.group(2, 2)));
    commit(Samples.append(1, 1, 1), Samples.append(2, 1, 2), Samples.append(3, 1, 1));
    commit(Samples.markRead(1, 2, 1));
    Message last = store().message(Samples.id(3)).orElseThrow();
    assertEquals(
        List.of(
            new Standing(Samples.groupId(1), Role.ADMIN, joining.joinedAt(), 3, last, 2),
            new Standing(Samples.groupId(2), Role.OWNER, Samples.NOW, 0, null, 0)),
        store().standings(Samples.userId(2)));
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
    assertEquals(List.of(Samples.group(5, 1, 2)), store().discover(Samples.userId(3), null, 1));
    assertEquals(List.of(), store().discover(Samples.userId(3), Samples.groupId(1), 10));
    assertEquals(List.of(), store().discover(Samples.userId(3), null, 0));
  }
}
