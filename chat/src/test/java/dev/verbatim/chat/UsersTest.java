package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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

  @Test
  void welcomesNewUsersInTheLobby() throws Exception {
    fixture.chat.lobby().ensureLobby();
    User ada = fixture.user("ada");
    Groups.Joined joined = fixture.chat.lobby().welcome(ada.id());
    assertTrue(assertInstanceOf(Groups.Joined.Done.class, joined).isNew());
    assertEquals(Lobby.ID, fixture.chat.groups().of(ada.id()).getFirst().group().id());
  }

  @Test
  void passesOverAMissingLobby() throws Exception {
    assertEquals(
        new Groups.Joined.NoGroup(), fixture.chat.lobby().welcome(fixture.user("ada").id()));
  }
}
