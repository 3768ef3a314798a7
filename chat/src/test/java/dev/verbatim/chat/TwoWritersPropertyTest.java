package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReferenceArray;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * Two chats on one store, in both of which users come and go, join, leave, are ranked, renamed and
 * closed out, all at once: after one round of each, both directories are true.
 */
class TwoWritersPropertyTest {
  private static final int USERS = 5;
  private static final int GROUPS = 3;
  private static final int THREADS_EACH = 2;
  private static final int ROUNDS = 4;
  private static final int STEPS = 15;
  private static final int SESSIONS_MAX = 3;

  @Property(tries = 25)
  void bothAreTrueAfterARound(@ForAll long seed) throws Exception {
    InMemoryChatStore store = new InMemoryChatStore();
    try (ChatFixture other = new ChatFixture(store.share());
        ChatFixture one = new ChatFixture(store)) {
      Town town = new Town(one);
      List<Inhabitant> inhabitants = new ArrayList<>();
      for (ChatFixture fixture : List.of(one, other)) {
        fixture.store.beforeQuestion(Thread::yield);
        fixture.store.afterQuestion(Thread::yield);
        for (int i = 0; i < THREADS_EACH; i++) {
          inhabitants.add(new Inhabitant(town, fixture, new Random(seed + inhabitants.size())));
        }
      }
      try (ExecutorService threads = Executors.newFixedThreadPool(inhabitants.size())) {
        for (int round = 0; round < ROUNDS; round++) {
          for (Future<Void> each :
              threads.invokeAll(inhabitants.stream().map(Inhabitant::round).toList())) {
            each.get();
          }
          for (ChatFixture fixture : List.of(one, other)) {
            fixture.drain();
            fixture.look();
            town.check(fixture);
          }
        }
      }
      for (Inhabitant each : inhabitants) {
        each.sessionIds.forEach(each.fixture.chat.sessions()::end);
      }
      for (ChatFixture fixture : List.of(one, other)) {
        fixture.time.advance(Duration.ofMinutes(1));
        fixture.drain();
        assertEquals(0, fixture.chat.directory().userCount(), "a user is still held");
        assertEquals(0, fixture.chat.directory().groupCount(), "a group is still held");
        assertEquals(List.of(), fixture.listener.faults());
      }
    }
  }

  /** What both share. A group that is closed is followed by a new one. */
  private static final class Town {
    final List<User> users = new ArrayList<>();
    final AtomicReferenceArray<ObjectId> groups = new AtomicReferenceArray<>(GROUPS);

    Town(ChatFixture fixture) throws StoreException {
      for (int i = 0; i < USERS; i++) {
        users.add(fixture.user("user" + i));
      }
      for (int i = 0; i < GROUPS; i++) {
        groups.set(i, fixture.group(users.get(i), users.get((i + 1) % USERS)).id());
      }
    }

    /** Compares a directory with the store, when nobody writes. */
    void check(ChatFixture fixture) throws StoreException {
      Directory directory = fixture.chat.directory();
      for (User user : users) {
        User known = directory.user(user.id());
        if (known == null) {
          continue;
        }
        User stored = fixture.store.user(user.id()).orElseThrow();
        assertEquals(stored.firstName(), known.firstName());
        assertEquals(stored.isActive(), known.isActive());
        Map<ObjectId, Role> roles = new HashMap<>();
        for (Standing standing : fixture.store.standings(user.id())) {
          roles.put(standing.groupId(), standing.role());
        }
        Map<ObjectId, Role> knownRoles = new HashMap<>();
        for (ObjectId groupId : directory.groupIds(user.id())) {
          knownRoles.put(groupId, directory.role(user.id(), groupId));
          assertEquals(
              fixture.store.group(groupId).orElseThrow(), directory.group(groupId), "of members");
        }
        assertEquals(roles, knownRoles, user.firstName());
      }
      for (ObjectId groupId : directory.heldGroupIds()) {
        assertEquals(fixture.store.group(groupId).orElseThrow(), directory.group(groupId));
      }
    }
  }

  /** One thread of one chat. */
  private static final class Inhabitant {
    private final Town town;
    private final ChatFixture fixture;
    private final Random random;
    private final Deque<ObjectId> sessionIds = new ArrayDeque<>();

    Inhabitant(Town town, ChatFixture fixture, Random random) {
      this.town = town;
      this.fixture = fixture;
      this.random = random;
    }

    Callable<Void> round() {
      return () -> {
        for (int step = 0; step < STEPS; step++) {
          step();
        }
        return null;
      };
    }

    private void step() throws StoreException {
      Roster roster = fixture.chat.roster();
      Groups groups = fixture.chat.groups();
      int slot = random.nextInt(GROUPS);
      ObjectId groupId = town.groups.get(slot);
      ObjectId by = anybody().id();
      ObjectId other = anybody().id();
      Role role = random.nextBoolean() ? Role.ADMIN : Role.MEMBER;
      Object _ =
          switch (random.nextInt(16)) {
            case 0, 1 -> roster.join(by, groupId);
            case 2 -> roster.leave(by, groupId);
            case 3, 4 -> roster.add(by, groupId, other, role);
            case 5 -> roster.remove(by, groupId, other);
            case 6, 7 -> roster.changeRole(by, groupId, other, role);
            case 8 -> roster.transfer(by, groupId, other);
            case 9 -> groups.change(by, groupId, "Name " + random.nextInt(9), null, null);
            case 10 -> closed(slot, groupId, by);
            case 11 -> renamed(anybody());
            case 12 -> {
              fixture.look();
              yield slot;
            }
            default -> sessionChanged();
          };
    }

    private User anybody() {
      return town.users.get(random.nextInt(USERS));
    }

    private Object renamed(User user) throws StoreException {
      return fixture
          .chat
          .identities()
          .tell(
              new Users.NewUser(
                  user.clerkId(), user.email(), "Name " + random.nextInt(9), "", null, null),
              false,
              HeldTime.START.plusSeconds(random.nextInt(100_000)),
              null);
    }

    private Changed closed(int slot, ObjectId groupId, ObjectId by) throws StoreException {
      Changed closed = fixture.chat.groups().close(by, groupId);
      if (closed instanceof Changed.Done
          && fixture.chat.groups().create(by, "Next", null, false)
              instanceof Groups.Created.Done(Group next)) {
        town.groups.set(slot, next.id());
      }
      return closed;
    }

    private @Nullable ObjectId sessionChanged() throws StoreException {
      if (sessionIds.size() == SESSIONS_MAX || (!sessionIds.isEmpty() && random.nextBoolean())) {
        fixture.chat.sessions().end(sessionIds.removeFirst());
      } else {
        sessionIds.add(fixture.begin(anybody()).session().id());
      }
      fixture.time.advance(Duration.ofMillis(random.nextInt(100)));
      return sessionIds.peek();
    }
  }
}
