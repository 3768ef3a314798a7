package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.Status;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a store promises of sessions. */
interface SessionStoreContract extends StoreUnderTest {
  /** Commits users 1 and 2, who were last seen a minute ago. */
  default void putTwoUsers() throws StoreException {
    commit(new Write.PutUser(Samples.user(1)), new Write.PutUser(Samples.user(2)));
  }

  private Set<Session> sessions(int user) throws StoreException {
    return Set.copyOf(store().sessions(Samples.userId(user)));
  }

  @Test
  default void keepsTheSessionsOfEachUser() throws Exception {
    putTwoUsers();
    Session web = Samples.session(1, 1, Samples.NOW);
    Session mobile =
        new Session(
            Samples.id(2),
            Samples.userId(1),
            "abcdefghijklmnopqrst",
            Status.AWAY,
            Samples.NOW,
            DeviceType.MOBILE,
            Samples.NOW,
            Samples.NOW);
    Session other = Samples.session(3, 2, Samples.NOW);
    commit(new Write.PutSession(web), new Write.PutSession(mobile), new Write.PutSession(other));
    reopen();
    assertEquals(Set.of(web, mobile), sessions(1));
    assertEquals(Set.of(other), sessions(2));
    assertEquals(Set.of(), sessions(9));
  }

  @Test
  default void replacesASession() throws Exception {
    putTwoUsers();
    commit(new Write.PutSession(Samples.session(1, 1, Samples.NOW)));
    Session replaced =
        new Session(
            Samples.id(1),
            Samples.userId(1),
            "another",
            Status.OFFLINE,
            Samples.NOW.plusSeconds(1),
            DeviceType.DESKTOP,
            Samples.NOW,
            Samples.NOW.plusSeconds(1));
    commit(new Write.PutSession(replaced));
    assertEquals(Set.of(replaced), sessions(1));
  }

  @Test
  default void givesAllSessionsOfAUserAStatus() throws Exception {
    putTwoUsers();
    Session one = Samples.session(1, 1, Samples.NOW);
    Session another = Samples.session(2, 1, Samples.NOW);
    Session other = Samples.session(3, 2, Samples.NOW);
    commit(new Write.PutSession(one), new Write.PutSession(another), new Write.PutSession(other));
    Instant since = Samples.NOW.plusSeconds(1);
    commit(
        new Write.ChangeStatus(Samples.userId(1), Status.AWAY, since),
        new Write.ChangeStatus(Samples.userId(9), Status.AWAY, since));
    assertEquals(
        Set.of(one.withStatus(Status.AWAY, since), another.withStatus(Status.AWAY, since)),
        sessions(1));
    assertEquals(Set.of(other), sessions(2));
  }

  @Test
  default void endsASessionAndKeepsWhenItsUserWasLastSeen() throws Exception {
    putTwoUsers();
    Session going = Samples.session(1, 1, Samples.NOW);
    Session staying = Samples.session(2, 1, Samples.NOW);
    commit(new Write.PutSession(going), new Write.PutSession(staying));
    commit(new Write.EndSession(going.id(), Samples.userId(1), Samples.NOW));
    assertEquals(Set.of(staying), sessions(1));
    assertEquals(Samples.NOW, store().user(Samples.userId(1)).orElseThrow().lastSeen());
    assertEquals(
        Samples.user(2).lastSeen(), store().user(Samples.userId(2)).orElseThrow().lastSeen());
  }

  @Test
  default void keepsTheLatestTimeAUserWasSeen() throws Exception {
    putTwoUsers();
    Instant earlier = Samples.NOW.minusSeconds(1);
    commit(new Write.EndSession(Samples.id(1), Samples.userId(1), Samples.NOW));
    commit(new Write.EndSession(Samples.id(2), Samples.userId(1), earlier));
    assertEquals(Samples.NOW, store().user(Samples.userId(1)).orElseThrow().lastSeen());
  }

  @Test
  default void endsSessionsThatWereLastActiveBefore() throws Exception {
    putTwoUsers();
    commit(
        new Write.PutSession(Samples.session(1, 1, Samples.NOW.minusMillis(1))),
        new Write.PutSession(Samples.session(2, 1, Samples.NOW)),
        new Write.PutSession(Samples.session(3, 2, Samples.NOW.minusSeconds(9))));
    commit(new Write.EndSessionsBefore(Samples.NOW, Set.of()));
    assertEquals(Set.of(Samples.session(2, 1, Samples.NOW)), sessions(1));
    assertEquals(Set.of(), sessions(2));
    ObjectId user = Samples.userId(2);
    assertEquals(Samples.NOW.minusSeconds(9), store().user(user).orElseThrow().lastSeen());
  }

  @Test
  default void endsNoSessionsThatLiveAndKeepsTheLatestTimeTheOthersWereSeen() throws Exception {
    putTwoUsers();
    Session living = Samples.session(1, 1, Samples.NOW.minusSeconds(9));
    commit(
        new Write.PutSession(living),
        new Write.PutSession(Samples.session(2, 2, Samples.NOW.minusSeconds(3_600))),
        new Write.PutSession(Samples.session(3, 2, Samples.NOW.minusSeconds(7_200))));
    commit(new Write.EndSessionsBefore(Samples.NOW, Set.of(living.id())));
    assertEquals(Set.of(living), sessions(1));
    assertEquals(Set.of(), sessions(2));
    for (int user = 1; user <= 2; user++) {
      // Both were seen after these sessions were last active, or have one still.
      assertEquals(
          Samples.user(user).lastSeen(),
          store().user(Samples.userId(user)).orElseThrow().lastSeen());
    }
  }
}
