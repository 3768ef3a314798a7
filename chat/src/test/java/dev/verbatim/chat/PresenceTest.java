package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.RecordingListener.Event;
import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PresenceTest {
  private final ChatFixture fixture;
  private final Presence presence;
  private final User ada;
  private final User bob;
  private final Group group;

  PresenceTest() throws StoreException {
    fixture = new ChatFixture(ChatSettings.builder().messageRate(0, 0).presenceGroupMax(3).build());
    presence = fixture.chat.presence();
    ada = fixture.user("ada");
    bob = fixture.user("bob");
    group = fixture.group(ada, bob);
    fixture.listener.clear();
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }

  private Event online() {
    return new Event.UserOnline(ada.id(), Status.ONLINE, List.of(group.id()));
  }

  private Event offline() {
    return new Event.UserOffline(ada.id(), List.of(group.id()));
  }

  private ObjectId begin(User user) throws StoreException {
    return fixture.begin(user).session().id();
  }

  private void end(ObjectId sessionId) {
    fixture.chat.sessions().end(sessionId);
  }

  @Test
  void tellsTheFirstSessionAndTheLastOnly() throws Exception {
    ObjectId first = begin(ada);
    ObjectId second = begin(ada);
    assertEquals(List.of(online()), fixture.listener.events());
    end(first);
    fixture.time.advance(Duration.ofMinutes(1));
    assertTrue(presence.isOnline(ada.id()));
    end(second);
    assertEquals(List.of(online()), fixture.listener.events());
    fixture.time.advance(Duration.ofSeconds(5));
    assertEquals(List.of(online(), offline()), fixture.listener.events());
    assertFalse(presence.isOnline(ada.id()));
    assertEquals(0, presence.onlineCount());
  }

  @Test
  void keepsAUserOnlineThroughTheGraceTime() throws Exception {
    end(begin(ada));
    fixture.time.advance(Duration.ofMillis(4_999));
    assertTrue(presence.isOnline(ada.id()));
    ObjectId again = begin(ada);
    fixture.time.advance(Duration.ofMinutes(1));
    assertEquals(List.of(online()), fixture.listener.events(), "a reconnect is no news");
    end(again);
    fixture.time.advance(Duration.ofMillis(4_999));
    assertEquals(List.of(online()), fixture.listener.events());
    fixture.time.advance(Duration.ofMillis(1));
    assertEquals(List.of(online(), offline()), fixture.listener.events());
  }

  @Test
  void showsTheNewestSession() throws Exception {
    ObjectId web = fixture.chat.sessions().begin(ada, "s1", DeviceType.WEB).session().id();
    fixture.time.advance(Duration.ofSeconds(1));
    ObjectId mobile = fixture.chat.sessions().begin(ada, "s2", DeviceType.MOBILE).session().id();
    assertEquals(
        List.of(
            new Presence.Entry(
                ada, Status.ONLINE, HeldTime.START.plusSeconds(1), DeviceType.MOBILE)),
        fixture.chat.onlineMembers().entriesOf(group.id(), bob.id()));
    end(mobile);
    Presence.Entry entry = presence.entry(ada.id());
    assertNotNull(entry);
    assertEquals(DeviceType.WEB, entry.deviceType());
    end(web);
    entry = presence.entry(ada.id());
    assertNotNull(entry);
    assertEquals(DeviceType.WEB, entry.deviceType(), "through the grace time");
  }

  @Test
  void tellsNoGroupAboveTheBound() throws Exception {
    User carol = fixture.user("carol");
    User dan = fixture.user("dan");
    Group large = fixture.group(ada, bob, carol, dan);
    fixture.listener.clear();
    ObjectId session = begin(ada);
    assertEquals(List.of(online()), fixture.listener.events());
    assertFalse(presence.isTold(large.id()));
    assertTrue(presence.isTold(group.id()));
    fixture.listener.clear();
    end(session);
    fixture.time.advance(Duration.ofSeconds(5));
    assertEquals(List.of(offline()), fixture.listener.events());
  }

  @Test
  void tellsAGroupOfANewMemberWhoIsOnline() throws Exception {
    User carol = fixture.user("carol");
    ObjectId session = begin(carol);
    assertEquals(Status.AWAY, changeStatus(session, Status.AWAY).status());
    fixture.listener.clear();
    join(carol, group);
    assertEquals(
        List.of(
            new Event.MemberAdded(group.id(), carol.id()),
            new Event.MemberOnline(carol.id(), Status.AWAY, group.id())),
        fixture.listener.events());
    fixture.listener.clear();
    User dan = fixture.user("dan");
    join(dan, group);
    User eve = fixture.user("eve");
    begin(eve);
    fixture.listener.clear();
    join(eve, group);
    assertEquals(
        List.of(new Event.MemberAdded(group.id(), eve.id())),
        fixture.listener.events(),
        "the group has grown beyond the bound");
  }

  @Test
  void tellsNothingOfANewMemberWhoIsOffline() throws Exception {
    User carol = fixture.user("carol");
    join(carol, group);
    assertEquals(List.of(new Event.MemberAdded(group.id(), carol.id())), fixture.listener.events());
  }

  @Test
  void tellsAGroupNoMoreOfOneWhoLeft() throws Exception {
    ObjectId session = begin(bob);
    Changed _ = fixture.chat.roster().leave(bob.id(), group.id());
    fixture.listener.clear();
    assertEquals(Status.AWAY, changeStatus(session, Status.AWAY).status());
    end(session);
    fixture.time.advance(Duration.ofSeconds(5));
    assertEquals(
        List.of(
            new Event.StatusChanged(
                bob.id(), Status.AWAY, HeldTime.START, List.of(), "socket-0000000000001"),
            new Event.UserOffline(bob.id(), List.of())),
        fixture.listener.events());
  }

  @Test
  void givesAStatusToAllSessionsAndTellsItOnce() throws Exception {
    Session phone = fixture.begin(ada).session();
    Session desk = fixture.begin(ada).session();
    fixture.listener.clear();
    fixture.time.advance(Duration.ofSeconds(7));
    Instant then = HeldTime.START.plusSeconds(7);
    assertEquals(
        new Sessions.StatusChanged.Done(ada.id(), Status.AWAY, then),
        changeStatus(desk.id(), Status.AWAY));
    Event told =
        new Event.StatusChanged(ada.id(), Status.AWAY, then, List.of(group.id()), desk.socketId());
    assertEquals(List.of(told), fixture.listener.events());
    for (Session each : fixture.stored(ada)) {
      assertEquals(Status.AWAY, each.status());
      assertEquals(then, each.updatedAt());
      assertEquals(HeldTime.START, each.lastActivity());
      assertEquals(each, fixture.chat.sessions().session(each.id()));
    }
    Presence.Entry entry = presence.entry(ada.id());
    assertNotNull(entry);
    assertEquals(Status.AWAY, entry.status());
    assertTrue(presence.isOnline(ada.id()));
    fixture.time.advance(Duration.ofSeconds(7));
    assertEquals(
        new Sessions.StatusChanged.Done(ada.id(), Status.AWAY, then.plusSeconds(7)),
        changeStatus(phone.id(), Status.AWAY));
    assertEquals(List.of(told), fixture.listener.events(), "the same again is no news");
  }

  @Test
  void storesAStatusAtTheSameCostHoweverManySessionsThereAre() throws Exception {
    ObjectId session = begin(ada);
    for (int i = 0; i < 9; i++) {
      begin(ada);
    }
    fixture.drain();
    long before = fixture.chat.writer().committedWrites();
    assertEquals(Status.AWAY, changeStatus(session, Status.AWAY).status());
    fixture.drain();
    // It, and once more behind what was written meanwhile.
    assertEquals(before + 2, fixture.chat.writer().committedWrites());
  }

  @Test
  void givesAStatusToSessionsThatBeginOrAreActiveWhileItIsStored() throws Exception {
    ObjectId active = begin(ada);
    fixture.time.advance(Duration.ofMinutes(1));
    Gate gate = fixture.holdWriter();
    CompletableFuture<Sessions.StatusChanged> changed =
        fixture.reply(reply -> fixture.chat.sessions().changeStatus(active, Status.AWAY, reply));
    fixture.chat.sessions().touch(active);
    ObjectId begun = begin(ada);
    gate.open();
    changed.join();
    List<Session> stored = fixture.stored(ada);
    assertEquals(
        Set.of(active, begun), stored.stream().map(Session::id).collect(Collectors.toSet()));
    stored.forEach(each -> assertEquals(Status.AWAY, each.status()));
  }

  @Test
  void goesOnWithTheUsersStatusInSessionsThatBeginLater() throws Exception {
    ObjectId first = begin(ada);
    assertEquals(Status.AWAY, changeStatus(first, Status.AWAY).status());
    assertEquals(Status.AWAY, fixture.begin(ada).session().status());
    fixture.stored(ada).forEach(each -> end(each.id()));
    fixture.time.advance(Duration.ofMillis(4_999));
    Session again = fixture.begin(ada).session();
    assertEquals(Status.AWAY, again.status(), "within the grace time");
    assertEquals(List.of(again), fixture.stored(ada));
    end(again.id());
    fixture.time.advance(Duration.ofSeconds(5));
    assertEquals(Status.ONLINE, fixture.begin(ada).session().status(), "a new beginning");
  }

  @Test
  void keepsTheStatusWhenASessionIsActive() throws Exception {
    ObjectId session = begin(ada);
    assertEquals(Status.AWAY, changeStatus(session, Status.AWAY).status());
    fixture.time.advance(Duration.ofMinutes(1));
    fixture.chat.sessions().touch(session);
    Session stored = fixture.stored(ada).getFirst();
    assertEquals(Status.AWAY, stored.status());
    assertEquals(HeldTime.START.plusSeconds(60), stored.lastActivity());
  }

  @Test
  void changesNoStatusThatCannotBeStored() throws Exception {
    ObjectId session = begin(ada);
    fixture.drain();
    fixture.listener.clear();
    fixture.store.failCommits(true);
    assertEquals(
        new Refused.Unavailable(),
        fixture
            .<Sessions.StatusChanged>reply(
                reply -> fixture.chat.sessions().changeStatus(session, Status.AWAY, reply))
            .join());
    fixture.store.failCommits(false);
    assertEquals(List.of(), fixture.listener.events());
    assertEquals(Status.ONLINE, fixture.stored(ada).getFirst().status());
    Presence.Entry entry = presence.entry(ada.id());
    assertNotNull(entry);
    assertEquals(Status.ONLINE, entry.status());
    fixture.listener.forgetFaults();
  }

  @Test
  void changesNoStatusBySessionsThatHaveEnded() throws Exception {
    ObjectId session = begin(ada);
    end(session);
    assertEquals(
        new Refused.Unavailable(),
        fixture
            .<Sessions.StatusChanged>reply(
                reply -> fixture.chat.sessions().changeStatus(session, Status.AWAY, reply))
            .join());
    assertEquals(List.of(), fixture.stored(ada));
  }

  private Sessions.StatusChanged.Done changeStatus(ObjectId sessionId, Status status) {
    return (Sessions.StatusChanged.Done)
        fixture
            .<Sessions.StatusChanged>reply(
                reply -> fixture.chat.sessions().changeStatus(sessionId, status, reply))
            .join();
  }

  private void join(User user, Group joined) throws StoreException {
    Roster.Joined _ = fixture.chat.roster().join(user.id(), joined.id());
  }

  @Test
  void tellsComingAndGoingInTurnWhileSessionsRace() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        running.add(
            threads.submit(
                () -> {
                  for (int round = 0; round < 100; round++) {
                    end(begin(ada));
                    fixture.time.advance(Duration.ofSeconds(5));
                  }
                  return null;
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
    fixture.time.advance(Duration.ofSeconds(5));
    List<Event> events = fixture.listener.events();
    for (int i = 0; i < events.size(); i++) {
      assertEquals(i % 2 == 0 ? online() : offline(), events.get(i));
    }
    assertEquals(0, events.size() % 2);
    assertEquals(0, fixture.chat.directory().userCount());
  }
}
