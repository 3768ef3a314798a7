package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.RecordingListener.Event;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * Sessions begin and end, users are away and back, members come and go, and time passes: what is
 * told of presence, and to which groups, is what a model of a few lines says, and so is what is
 * answered.
 */
class PresencePropertyTest {
  private static final int USERS = 5;
  private static final int GROUPS = 3;
  private static final int STEPS = 120;

  /** With its owner, who is never here, a group is told while at most three of the users are in. */
  private static final int GROUP_MAX = 4;

  private static final Duration GRACE = Duration.ofSeconds(5);

  @Property(tries = 100)
  void tellsWhatTheModelSays(@ForAll long seed) throws Exception {
    ChatSettings settings =
        ChatSettings.builder()
            .messageRate(0, 0)
            .presenceGroupMax(GROUP_MAX)
            .presenceGrace(GRACE)
            .build();
    try (ChatFixture fixture = new ChatFixture(settings)) {
      new World(fixture, new Random(seed)).live();
      assertEquals(List.of(), fixture.listener.faults());
    }
  }

  /** What is told of a user, to these groups. */
  private record Told(String what, ObjectId userId, Set<ObjectId> groupIds) {}

  private static final class World {
    private final ChatFixture fixture;
    private final Random random;
    private final List<User> users = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();

    /** The model: who is in a group, whose sessions there are, and who is online. */
    private final Map<ObjectId, Set<ObjectId>> members = new HashMap<>();

    private final List<Session> sessions = new ArrayList<>();
    private final Map<ObjectId, Here> here = new LinkedHashMap<>();
    private final List<Told> expected = new ArrayList<>();

    /** A user who is online, in the grace time until some time. */
    private record Here(Status status, @Nullable Instant until) {}

    World(ChatFixture fixture, Random random) throws StoreException {
      this.fixture = fixture;
      this.random = random;
      User owner = fixture.user("owner");
      for (int i = 0; i < USERS; i++) {
        users.add(fixture.user("user" + i));
      }
      for (int i = 0; i < GROUPS; i++) {
        Group group = fixture.group(owner);
        groups.add(group);
        members.put(group.id(), new HashSet<>());
      }
    }

    void live() throws StoreException {
      for (int step = 0; step < STEPS; step++) {
        User user = users.get(random.nextInt(USERS));
        Group group = groups.get(random.nextInt(GROUPS));
        switch (random.nextInt(7)) {
          case 0, 1 -> begin(user);
          case 2 -> end();
          case 3 -> changeStatus();
          case 4 -> join(user, group);
          case 5 -> leave(user, group);
          default -> pass(Duration.ofMillis(random.nextInt(7_000)));
        }
        assertEquals(expected, told(), "what was told by step " + step);
        assertAnswers();
        expected.clear();
        fixture.listener.clear();
      }
    }

    private void begin(User user) throws StoreException {
      Session session = fixture.begin(user).session();
      sessions.add(session);
      Here before = here.get(user.id());
      Status status = before == null ? Status.ONLINE : before.status();
      assertEquals(status, session.status());
      here.put(user.id(), new Here(status, null));
      if (before == null) {
        expect("online " + status, user.id());
      }
    }

    private void end() {
      if (sessions.isEmpty()) {
        return;
      }
      Session session = sessions.remove(random.nextInt(sessions.size()));
      fixture.chat.sessions().end(session.id());
      ObjectId userId = session.userId();
      if (sessions.stream().noneMatch(each -> each.userId().equals(userId))) {
        // Behind those whose grace began at the same time.
        Status status = statusOf(userId);
        here.remove(userId);
        here.put(userId, new Here(status, fixture.time.instant().plus(GRACE)));
      }
    }

    private void changeStatus() {
      if (sessions.isEmpty()) {
        return;
      }
      Session session = sessions.get(random.nextInt(sessions.size()));
      Status status = random.nextBoolean() ? Status.AWAY : Status.ONLINE;
      assertEquals(
          new Sessions.StatusChanged.Done(session.userId(), status, fixture.time.instant()),
          fixture
              .<Sessions.StatusChanged>reply(
                  reply -> fixture.chat.sessions().changeStatus(session.id(), status, reply))
              .join());
      if (statusOf(session.userId()) != status) {
        here.put(session.userId(), new Here(status, null));
        expect("status " + status + " by " + session.socketId(), session.userId());
      }
    }

    private void join(User user, Group group) throws StoreException {
      Roster.Joined _ = fixture.chat.roster().join(user.id(), group.id());
      if (members(group.id()).add(user.id()) && here.containsKey(user.id()) && isTold(group.id())) {
        expected.add(new Told("online " + statusOf(user.id()), user.id(), Set.of(group.id())));
      }
    }

    private void leave(User user, Group group) throws StoreException {
      Changed _ = fixture.chat.roster().leave(user.id(), group.id());
      members(group.id()).remove(user.id());
    }

    private void pass(Duration step) {
      fixture.time.advance(step);
      Instant now = fixture.time.instant();
      List<Map.Entry<ObjectId, Instant>> leaving = new ArrayList<>();
      here.forEach(
          (userId, one) -> {
            if (one.until() != null && !one.until().isAfter(now)) {
              leaving.add(Map.entry(userId, one.until()));
            }
          });
      leaving.sort(Comparator.comparing(Map.Entry::getValue));
      for (Map.Entry<ObjectId, Instant> each : leaving) {
        here.remove(each.getKey());
        expect("offline", each.getKey());
      }
    }

    private void expect(String what, ObjectId userId) {
      Set<ObjectId> told = new HashSet<>();
      for (Group group : groups) {
        if (members(group.id()).contains(userId) && isTold(group.id())) {
          told.add(group.id());
        }
      }
      expected.add(new Told(what, userId, told));
    }

    private boolean isTold(ObjectId groupId) {
      return 1 + members(groupId).size() <= GROUP_MAX;
    }

    private Set<ObjectId> members(ObjectId groupId) {
      return members.getOrDefault(groupId, Set.of());
    }

    private Status statusOf(ObjectId userId) {
      Here one = here.get(userId);
      return one == null ? Status.OFFLINE : one.status();
    }

    private List<Told> told() {
      fixture.drain();
      List<Told> told = new ArrayList<>();
      for (Event event : fixture.listener.events()) {
        switch (event) {
          case Event.UserOnline(var userId, var status, var groupIds) ->
              told.add(new Told("online " + status, userId, Set.copyOf(groupIds)));
          case Event.MemberOnline(var userId, var status, var groupId) ->
              told.add(new Told("online " + status, userId, Set.of(groupId)));
          case Event.StatusChanged(var userId, var status, _, var groupIds, var socketId) ->
              told.add(
                  new Told("status " + status + " by " + socketId, userId, Set.copyOf(groupIds)));
          case Event.UserOffline(var userId, var groupIds) ->
              told.add(new Told("offline", userId, Set.copyOf(groupIds)));
          default -> {}
        }
      }
      return told;
    }

    private void assertAnswers() throws StoreException {
      Presence presence = fixture.chat.presence();
      assertEquals(here.size(), presence.onlineCount());
      for (User user : users) {
        Presence.Entry entry = presence.entry(user.id());
        assertEquals(statusOf(user.id()), entry == null ? Status.OFFLINE : entry.status());
        Set<ObjectId> stored = new HashSet<>();
        for (Session session : fixture.stored(user)) {
          assertEquals(statusOf(user.id()), session.status());
          stored.add(session.id());
        }
        assertEquals(sessionIdsOf(user.id()), stored);
      }
      for (Group group : groups) {
        Set<ObjectId> online = new HashSet<>(members(group.id()));
        online.retainAll(here.keySet());
        ObjectId asker = users.getFirst().id();
        assertEquals(online, Set.copyOf(fixture.chat.onlineMembers().of(group.id(), asker)));
      }
    }

    private Set<ObjectId> sessionIdsOf(ObjectId userId) {
      Set<ObjectId> ids = new HashSet<>();
      for (Session session : sessions) {
        if (session.userId().equals(userId)) {
          ids.add(session.id());
        }
      }
      return ids;
    }
  }
}
