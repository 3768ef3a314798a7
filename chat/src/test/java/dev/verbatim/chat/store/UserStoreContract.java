package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
    assertEquals(Samples.user(1), commit(new Write.PutUser(Samples.user(1))));
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
    assertEquals(user, commit(new Write.PutUser(user)));
    assertEquals(Optional.of(user), store().user(user.id()));
  }

  @Test
  default void givesTheEarlierUserOfAClerkId() throws Exception {
    commit(new Write.PutUser(Samples.user(1)));
    assertEquals(Samples.user(1), commit(new Write.PutUser(namesake(2, 1))));
    assertEquals(Samples.user(1), commit(new Write.PutUser(Samples.user(1))));
    assertEquals(Optional.empty(), store().user(Samples.userId(2)));
    assertEquals(Optional.of(Samples.user(1)), store().userByClerkId("user_1"));
  }

  @Test
  default void givesTheEarlierUserOfAClerkIdInTheSameCommit() throws Exception {
    assertEquals(
        List.of(Samples.user(1), Samples.user(1)),
        commit(new Write.PutUser(Samples.user(1)), new Write.PutUser(namesake(2, 1))));
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
