package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a store promises of users. */
interface UserStoreContract extends StoreUnderTest {
  /** A user with the clerkId of another and fields of its own. */
  private static User namesake(int number, int other) {
    User user = Samples.user(number);
    return new User(
        user.id(),
        Samples.user(other).clerkId(),
        user.email(),
        user.firstName(),
        user.lastName(),
        user.username(),
        user.profileImageUrl(),
        false,
        null,
        user.createdAt(),
        user.updatedAt());
  }

  @Test
  default void keepsAUserWhole() throws Exception {
    assertEquals(
        new Write.UserPut(Samples.user(1), true, null), commit(new Write.PutUser(Samples.user(1))));
    reopen();
    assertEquals(Optional.of(Samples.user(1)), store().user(Samples.userId(1)));
    assertEquals(Optional.of(Samples.user(1)), store().userByClerkId("user_1"));
    assertEquals(Optional.empty(), store().user(Samples.userId(2)));
    assertEquals(Optional.empty(), store().userByClerkId("USER_1"));
  }

  @Test
  default void leavesOptionalFieldsAbsent() throws Exception {
    User user =
        new User(
            Samples.userId(1), "c", "", "", "", null, null, false, null, Samples.NOW, Samples.NOW);
    assertEquals(user, commit(new Write.PutUser(user)).user());
    assertEquals(Optional.of(user), store().user(user.id()));
  }

  @Test
  default void givesTheEarlierUserOfAClerkId() throws Exception {
    commit(new Write.PutUser(Samples.user(1)));
    Write.UserPut known = new Write.UserPut(Samples.user(1), false, null);
    assertEquals(known, commit(new Write.PutUser(namesake(2, 1))));
    assertEquals(known, commit(new Write.PutUser(Samples.user(1))));
    assertEquals(Optional.empty(), store().user(Samples.userId(2)));
    assertEquals(Optional.of(Samples.user(1)), store().userByClerkId("user_1"));
  }

  @Test
  default void givesTheEarlierUserOfAClerkIdInTheSameCommit() throws Exception {
    assertEquals(
        List.of(
            new Write.UserPut(Samples.user(1), true, null),
            new Write.UserPut(Samples.user(1), false, null)),
        commit(new Write.PutUser(Samples.user(1)), new Write.PutUser(namesake(2, 1))));
  }

  @Test
  default void makesANewUserAMemberOfItsFirstGroup() throws Exception {
    commit(new Write.PutUser(Samples.user(1)), new Write.PutGroup(Samples.group(1, 1)));
    Write.PutUser put = new Write.PutUser(Samples.user(2), Samples.groupId(1));
    GroupChanged joined = new GroupChanged.Done();
    assertEquals(new Write.UserPut(Samples.user(2), true, joined), commit(put));
    assertEquals(new Write.UserPut(Samples.user(2), false, null), commit(put));
    reopen();
    Member first = new Member(Samples.userId(2), Role.MEMBER, Samples.user(2).createdAt());
    Group group = store().group(Samples.groupId(1)).orElseThrow();
    assertEquals(List.of(Samples.member(1, Role.OWNER), first), group.members());
    assertEquals(Samples.user(2).createdAt(), group.updatedAt());
  }

  @Test
  default void makesAKnownUserNoMember() throws Exception {
    commit(
        new Write.PutUser(Samples.user(1)),
        new Write.PutUser(Samples.user(2)),
        new Write.PutGroup(Samples.group(1, 1)));
    commit(new Write.PutUser(Samples.user(2), Samples.groupId(1)));
    assertEquals(List.of(), store().standings(Samples.userId(2)));
  }

  @Test
  default void addsAUserWhoseFirstGroupIsNotThereOrClosed() throws Exception {
    commit(
        new Write.PutUser(Samples.user(1)), new Write.PutGroup(Samples.group(1, false, false, 1)));
    GroupChanged none = new GroupChanged.NoGroup();
    assertEquals(
        new Write.UserPut(Samples.user(2), true, none),
        commit(new Write.PutUser(Samples.user(2), Samples.groupId(1))));
    assertEquals(
        new Write.UserPut(Samples.user(3), true, none),
        commit(new Write.PutUser(Samples.user(3), Samples.groupId(9))));
    assertEquals(List.of(), store().standings(Samples.userId(2)));
    assertEquals(Optional.of(Samples.user(3)), store().user(Samples.userId(3)));
  }

  @Test
  default void tellsThoseOfManyUsersThatExist() throws Exception {
    commit(new Write.PutUser(Samples.user(1)), new Write.PutUser(Samples.user(2)));
    assertEquals(
        Map.of(Samples.userId(1), Samples.user(1), Samples.userId(2), Samples.user(2)),
        store()
            .users(
                List.of(
                    Samples.userId(2), Samples.userId(7), Samples.userId(1), Samples.userId(2))));
    assertEquals(Map.of(), store().users(List.of()));
  }
}
