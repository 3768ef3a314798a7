package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.IdentityStore.Revocation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a store promises of what the identity provider tells. */
interface IdentityContract extends StoreUnderTest {
  /** User 1 with other names, as somebody who tells of it would make it. */
  private static User renamed(int number, String firstName) {
    User user = Samples.user(1);
    return new User(
        Samples.userId(number),
        user.clerkId(),
        firstName + "@example.com",
        firstName,
        "Other",
        null,
        "https://example.com/" + firstName + ".png",
        /* isActive= */ true,
        null,
        Samples.NOW,
        Samples.NOW);
  }

  private static UserChange.Tell tell(int number, String firstName, int second) {
    return new UserChange.Tell(renamed(number, firstName), false, at(second));
  }

  private static UserChange.Tell ban(boolean isBanned, int second) {
    return new UserChange.Tell(renamed(7, "Ada"), isBanned, at(second));
  }

  private static UserChange.Delete delete(int number) {
    return new UserChange.Delete(renamed(number, ""));
  }

  private static Instant at(int second) {
    return Samples.NOW.plusSeconds(second);
  }

  private User stored() throws StoreException {
    return store().userByClerkId("user_1").orElseThrow();
  }

  private User done(UserChange change) throws StoreException {
    return assertInstanceOf(UserChanged.Done.class, commit(change)).user();
  }

  private void outdated(UserChange change) throws StoreException {
    assertInstanceOf(UserChanged.Outdated.class, commit(change));
  }

  @Test
  default void makesAUserThatItIsToldOf() throws Exception {
    UserChanged outcome = commit(tell(5, "Ada", 0));
    assertEquals(new UserChanged.Done(renamed(5, "Ada"), true), outcome);
    reopen();
    assertEquals(Optional.of(renamed(5, "Ada")), store().user(Samples.userId(5)));
  }

  @Test
  default void changesWhatTheProviderTellsOfAUserAndNothingElse() throws Exception {
    User before = Samples.user(1);
    commit(new Write.PutUser(before));
    User told = renamed(5, "Ada");
    User expected =
        new User(
            before.id(),
            before.clerkId(),
            told.email(),
            told.firstName(),
            told.lastName(),
            null,
            told.profileImageUrl(),
            true,
            before.lastSeen(),
            before.createdAt(),
            told.updatedAt());
    assertEquals(new UserChanged.Done(expected, false), commit(tell(5, "Ada", 0)));
    reopen();
    assertEquals(Optional.of(expected), store().user(before.id()));
    assertEquals(Optional.empty(), store().user(Samples.userId(5)));
  }

  @Test
  default void takesTheNewestOfWhatIsToldInAnyOrder() throws Exception {
    done(tell(5, "Second", 2));
    outdated(tell(6, "First", 1));
    outdated(tell(6, "Second", 2));
    assertEquals("Second", stored().firstName());
    assertEquals("Third", done(tell(6, "Third", 3)).firstName());
    reopen();
    outdated(tell(6, "Second", 2));
    assertEquals("Third", stored().firstName());
    assertEquals(Samples.userId(5), stored().id());
  }

  @Test
  default void barsABannedUserUntilItIsNotBannedAnyMore() throws Exception {
    commit(new Write.PutUser(Samples.user(1)));
    assertFalse(done(ban(true, 1)).isActive());
    reopen();
    assertFalse(stored().isActive());
    assertFalse(commit(new Write.PutUser(Samples.user(1))).user().isActive());
    assertTrue(done(ban(false, 2)).isActive());
    assertTrue(stored().isActive());
  }

  @Test
  default void leavesAnInactiveUserInactive() throws Exception {
    User barred = Samples.barredUser(1);
    commit(new Write.PutUser(barred));
    assertFalse(done(ban(false, 1)).isActive());
    assertFalse(done(ban(true, 2)).isActive());
    assertFalse(done(ban(false, 3)).isActive());
  }

  @Test
  default void deletesAUserForGood() throws Exception {
    commit(new Write.PutUser(Samples.user(1)), new Write.PutGroup(Samples.group(1, 1)));
    commit(Samples.append(1, 1, 1));
    User deleted = done(delete(5));
    assertFalse(deleted.isActive());
    assertEquals(Samples.userId(1), deleted.id());
    assertEquals("First1", deleted.firstName());
    reopen();
    outdated(tell(5, "Back", 9));
    outdated(delete(5));
    assertFalse(commit(new Write.PutUser(Samples.user(1))).user().isActive());
    assertEquals("First1", stored().firstName());
    assertTrue(store().message(Samples.id(1)).isPresent());
  }

  @Test
  default void remembersTheDeletionOfAUserItDidNotKnow() throws Exception {
    assertEquals(true, assertInstanceOf(UserChanged.Done.class, commit(delete(5))).isNew());
    outdated(tell(6, "Late", 1));
    assertFalse(commit(new Write.PutUser(Samples.user(1))).user().isActive());
    assertFalse(stored().isActive());
  }

  @Test
  default void addsNoMemberWhoIsBannedOrDeleted() throws Exception {
    commit(
        new Write.PutUser(Samples.user(1)),
        new Write.PutUser(Samples.user(2)),
        new Write.PutGroup(Samples.group(1, 2)));
    done(ban(true, 1));
    assertEquals(new GroupChanged.NoMember(), commit(Changes.join(1, 1)));
    done(ban(false, 2));
    assertEquals(new GroupChanged.Done(), commit(Changes.join(1, 1)));
  }

  @Test
  default void makesAWriteOfOneEventOnce() throws Exception {
    Write.Once<UserChanged> once = new Write.Once<>("msg_1", at(0), tell(5, "Ada", 1));
    assertTrue(commit(once).isPresent());
    assertEquals(Optional.empty(), commit(once));
    assertEquals(Optional.empty(), commit(new Write.Once<>("msg_1", at(9), tell(5, "Another", 5))));
    reopen();
    assertEquals(Optional.empty(), commit(once));
    assertTrue(commit(new Write.Once<>("msg_2", at(0), tell(5, "Grace", 6))).isPresent());
    assertEquals("Grace", stored().firstName());
  }

  @Test
  default void makesAWriteOfOneEventOnceInOneCommit() throws Exception {
    Write.Once<Write.Done> once =
        new Write.Once<>("msg_1", at(0), new Write.RevokeSession("sess_1", at(0)));
    assertEquals(List.of(Optional.of(Write.Done.DONE), Optional.empty()), commit(once, once));
  }

  @Test
  default void keepsRevokedSessionsUntilTheyAreForgotten() throws Exception {
    commit(
        new Write.RevokeSession("sess_1", at(1)),
        new Write.RevokeSession("sess_2", at(5)),
        new Write.RevokeSession("sess_2", at(3)),
        new Write.Once<>("msg_1", at(2), new Write.RevokeSession("sess_3", at(4))));
    reopen();
    assertEquals(
        List.of(
            new Revocation("sess_1", at(1)),
            new Revocation("sess_3", at(4)),
            new Revocation("sess_2", at(5))),
        store().revocations(at(1)));
    assertEquals(List.of(new Revocation("sess_2", at(5))), store().revocations(at(5)));
    commit(new Write.Forget(at(2), at(4)));
    assertEquals(2, store().revocations(at(0)).size());
    assertEquals(
        Optional.empty(),
        commit(new Write.Once<>("msg_1", at(9), new Write.RevokeSession("sess_9", at(9)))));
    commit(new Write.Forget(at(3), at(4)));
    assertTrue(
        commit(new Write.Once<>("msg_1", at(9), new Write.RevokeSession("sess_9", at(9))))
            .isPresent());
  }

  @Test
  default void readsUsersAndGroupsAtTheirPlaceInTheCommit() throws Exception {
    commit(new Write.PutUser(Samples.user(1)), new Write.PutUser(Samples.user(2)));
    Write.ReadGroup readGroup = new Write.ReadGroup(Samples.groupId(1));
    Write.ReadUser readUser = new Write.ReadUser(Samples.userId(1));
    List<Object> outcomes =
        commit(
            readGroup,
            new Write.PutGroup(Samples.group(1, 1)),
            readGroup,
            readUser,
            tell(5, "Ada", 1),
            readUser,
            new Write.ReadUser(Samples.userId(9)),
            Changes.join(1, 2),
            readGroup);
    assertEquals(Optional.empty(), outcomes.get(0));
    assertEquals(Optional.of(Samples.group(1, 1)), outcomes.get(2));
    assertEquals(Optional.of(Samples.user(1)), outcomes.get(3));
    assertEquals(Optional.of(stored()), outcomes.get(5));
    assertEquals(Optional.empty(), outcomes.get(6));
    assertEquals(store().group(Samples.groupId(1)), outcomes.get(8));
  }
}
