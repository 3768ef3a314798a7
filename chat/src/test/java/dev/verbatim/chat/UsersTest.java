package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UsersTest {
  private static final Users.NewUser ADA =
      new Users.NewUser("user_ada", "ada@localhost", "Ada", "Lovelace", "ada", null);

  private final ChatFixture fixture;
  private final Users users;

  UsersTest() throws StoreException {
    fixture = new ChatFixture();
    users = fixture.chat.users();
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }

  @Test
  void makesAUserAtFirstSightOnly() throws Exception {
    Users.Ensured first = users.ensure(ADA);
    assertTrue(first.isNew());
    assertEquals("Lovelace", first.user().lastName());
    Users.Ensured second =
        users.ensure(new Users.NewUser("user_ada", "new@localhost", "Other", "", null, null));
    assertEquals(new Users.Ensured(first.user(), false), second);
    assertEquals(Optional.of(first.user()), users.byClerkId("user_ada"));
    assertEquals(Optional.of(first.user()), users.byId(first.user().id()));
    assertEquals(Optional.empty(), users.byClerkId("user_bob"));
  }

  @Test
  void makesOneUserOfSeveralFirstSights() throws Exception {
    List<Callable<Users.Ensured>> sights = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      sights.add(() -> users.ensure(ADA));
    }
    int made = 0;
    for (Future<Users.Ensured> each : fixture.blocking.invokeAll(sights)) {
      assertEquals(users.byClerkId("user_ada").orElseThrow(), each.get().user());
      made += each.get().isNew() ? 1 : 0;
    }
    assertEquals(1, made);
  }

  @Test
  void tellsThoseOfManyWhoExistWhetherHereOrNot() throws Exception {
    User ada = fixture.user("ada");
    User bob = fixture.user("bob");
    fixture.begin(ada);
    assertEquals(
        Map.of(ada.id(), ada, bob.id(), bob),
        users.summaries(List.of(ada.id(), bob.id(), new ObjectId(9, 9))));
    assertEquals(Map.of(), users.summaries(List.of()));
  }

  @Test
  void findsTheSameLobbyAtEachStart() throws Exception {
    Group lobby = fixture.chat.lobby().ensureLobby();
    assertEquals("Lobby", lobby.name());
    assertEquals(Lobby.ID, lobby.id());
    assertFalse(lobby.isPrivate());
    fixture.time.advance(Duration.ofDays(1));
    assertEquals(lobby, fixture.chat.lobby().ensureLobby());
  }

  private List<ObjectId> groupsOf(User user) throws StoreException {
    return fixture.chat.groups().of(user.id()).stream().map(each -> each.group().id()).toList();
  }

  @Test
  void welcomesNewUsersInTheLobbyInOneCommit() throws Exception {
    fixture.chat.lobby().ensureLobby();
    fixture.listener.clear();
    int commits = fixture.store.commitSizes().size();
    Users.Ensured ada = fixture.chat.lobby().welcome(ADA);
    assertTrue(ada.isNew());
    List<Integer> sizes = fixture.store.commitSizes();
    assertEquals(List.of(1), sizes.subList(commits, sizes.size()));
    assertEquals(List.of(Lobby.ID), groupsOf(ada.user()));
    assertEquals(
        List.of(new RecordingListener.Event.MemberAdded(Lobby.ID, ada.user().id())),
        fixture.listener.events());
    assertEquals(new Users.Ensured(ada.user(), false), fixture.chat.lobby().welcome(ADA));
    assertEquals(0, fixture.chat.directory().groupCount(), "the Lobby is let go");
  }

  @Test
  void returnsToEachOfSeveralFirstSightsWithAMemberOfTheLobby() throws Exception {
    fixture.chat.lobby().ensureLobby();
    List<Callable<Boolean>> sights = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      sights.add(
          () -> {
            Users.Ensured ensured = fixture.chat.lobby().welcome(ADA);
            assertEquals(List.of(Lobby.ID), groupsOf(ensured.user()));
            return ensured.isNew();
          });
    }
    int made = 0;
    for (Future<Boolean> each : fixture.blocking.invokeAll(sights)) {
      made += each.get() ? 1 : 0;
    }
    assertEquals(1, made);
  }

  @Test
  void doesNotTakeThoseIntoTheLobbyWhoExistAlready() throws Exception {
    fixture.chat.lobby().ensureLobby();
    User ada = users.ensure(ADA).user();
    assertEquals(new Users.Ensured(ada, false), fixture.chat.lobby().welcome(ADA));
    assertEquals(List.of(), groupsOf(ada));
  }

  @Test
  void passesOverAMissingLobby() throws Exception {
    Users.Ensured ada = fixture.chat.lobby().welcome(ADA);
    assertTrue(ada.isNew());
    assertEquals(List.of(), groupsOf(ada.user()));
  }

  @Test
  void passesOverAClosedLobby() throws Exception {
    Group lobby = fixture.chat.lobby().ensureLobby();
    assertEquals(new Changed.Done(), fixture.chat.groups().close(lobby.ownerId(), lobby.id()));
    Users.Ensured ada = fixture.chat.lobby().welcome(ADA);
    assertTrue(ada.isNew());
    assertEquals(List.of(), groupsOf(ada.user()));
    assertEquals(0, fixture.chat.directory().groupCount());
  }

  @Test
  void letsOneLeaveTheLobbyForGood() throws Exception {
    fixture.chat.lobby().ensureLobby();
    User ada = fixture.chat.lobby().welcome(ADA).user();
    assertEquals(new Changed.Done(), fixture.chat.roster().leave(ada.id(), Lobby.ID));
    assertEquals(new Users.Ensured(ada, false), fixture.chat.lobby().welcome(ADA));
    assertEquals(List.of(), groupsOf(ada));
  }

  @Test
  void passesOverAFullLobby() throws Exception {
    try (ChatFixture small =
        new ChatFixture(ChatSettings.builder().messageRate(0, 0).memberships(1, 5).build())) {
      small.chat.lobby().ensureLobby();
      User ada = small.chat.lobby().welcome(ADA).user();
      assertEquals(List.of(), small.chat.groups().of(ada.id()));
    }
  }
}
