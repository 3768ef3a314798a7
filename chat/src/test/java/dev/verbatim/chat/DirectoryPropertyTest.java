package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/**
 * Users come and go while they join, leave, add, remove, rank, transfer and close, all at once,
 * with commits that fail in between: the directory is true whenever the writer has caught up.
 */
class DirectoryPropertyTest {
  private static final int USERS = 6;
  private static final int GROUPS = 4;
  private static final int THREADS = 6;
  private static final int ROUNDS = 5;
  private static final int STEPS = 15;
  private static final int SESSIONS_MAX = 3;

  @Property(tries = 25)
  void staysTrueWhileEverythingChanges(
      @ForAll long seed, @ForAll @IntRange(min = 4, max = 40) int everyNthCommitFails)
      throws Exception {
    try (ChatFixture fixture = new ChatFixture()) {
      Town town = new Town(fixture);
      AtomicInteger commits = new AtomicInteger();
      Runnable failing =
          () -> {
            if (commits.incrementAndGet() % everyNthCommitFails == 0) {
              throw new IllegalStateException("this commit fails");
            }
          };
      // Readers and the writer meet more often when everybody gives way in between.
      fixture.store.beforeQuestion(Thread::yield);
      fixture.store.afterQuestion(Thread::yield);
      Meeting meeting = new Meeting(town, failing);
      fixture.store.beforeCommit(failing);
      try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          Inhabitant inhabitant = new Inhabitant(town, i, new Random(seed + i));
          running.add(threads.submit(() -> inhabitant.live(meeting)));
        }
        for (Future<?> each : running) {
          each.get();
        }
      }
      fixture.store.beforeCommit(() -> {});
      assertEquals(List.of(), meeting.failures);
      assertEquals(ROUNDS, meeting.rounds, "the directory was looked at");
      fixture.time.advance(Duration.ofMinutes(1));
      assertEquals(0, town.directory.userCount(), "a user is still held");
      assertEquals(0, town.directory.groupCount(), "a group is still held");
      for (Throwable fault : fixture.listener.faults()) {
        assertEquals("this commit fails", fault.getMessage());
      }
    }
  }

  /** What everybody shares. A group that is closed is followed by a new one. */
  private static final class Town {
    final ChatFixture fixture;
    final Directory directory;
    final List<User> users = new ArrayList<>();
    final AtomicReferenceArray<ObjectId> groups = new AtomicReferenceArray<>(GROUPS);

    /** Where each thread alone says who is in, so that it knows. */
    final Group calm;

    final List<User> residents = new ArrayList<>();

    Town(ChatFixture fixture) throws StoreException {
      this.fixture = fixture;
      directory = fixture.chat.directory();
      for (int i = 0; i < USERS; i++) {
        users.add(fixture.user("user" + i));
      }
      for (int i = 0; i < GROUPS; i++) {
        groups.set(i, fixture.group(users.get(i), users.get((i + 1) % USERS)).id());
      }
      calm = fixture.group(users.getFirst());
      for (int i = 0; i < THREADS; i++) {
        residents.add(fixture.user("resident" + i));
      }
    }

    /** Compares the directory with the store, when nobody writes. */
    void check() throws StoreException {
      fixture.drain();
      List<User> everybody = new ArrayList<>(users);
      everybody.addAll(residents);
      for (User user : everybody) {
        Map<ObjectId, Role> stored = new HashMap<>();
        for (Standing standing : fixture.store.standings(user.id())) {
          stored.put(standing.groupId(), standing.role());
        }
        Map<ObjectId, Role> known = new HashMap<>();
        for (ObjectId groupId : directory.groupIds(user.id())) {
          known.put(groupId, directory.role(user.id(), groupId));
          assertEquals(
              fixture.store.group(groupId).orElseThrow(), directory.group(groupId), "of members");
        }
        if (directory.user(user.id()) != null) {
          assertEquals(stored, known, user.firstName());
        }
      }
    }
  }

  /** Where all threads wait for each other after each round, and the last one looks around. */
  private static final class Meeting extends Phaser {
    private final Town town;
    private final Runnable failing;
    final List<Throwable> failures = new ArrayList<>();
    int rounds;

    Meeting(Town town, Runnable failing) {
      super(THREADS);
      this.town = town;
      this.failing = failing;
    }

    @Override
    protected boolean onAdvance(int phase, int parties) {
      if (phase >= ROUNDS || parties == 0) {
        return true;
      }
      town.fixture.store.beforeCommit(() -> {});
      try {
        town.check();
        rounds++;
      } catch (StoreException | RuntimeException | Error e) {
        // Thrown from here, it would leave the others waiting.
        failures.add(e);
        return true;
      } finally {
        town.fixture.store.beforeCommit(failing);
      }
      return false;
    }
  }

  /** One thread. */
  private static final class Inhabitant {
    private final Town town;
    private final User self;
    private final Random random;
    private final Deque<ObjectId> sessionIds = new ArrayDeque<>();

    Inhabitant(Town town, int number, Random random) {
      this.town = town;
      this.random = random;
      self = town.residents.get(number);
    }

    Void live(Meeting meeting) throws Exception {
      try {
        for (int round = 0; round < ROUNDS && !meeting.isTerminated(); round++) {
          for (int step = 0; step < STEPS; step++) {
            try {
              step();
            } catch (StoreException _) {
              // A commit that was to fail: nothing has changed.
            }
          }
          meeting.arriveAndAwaitAdvance();
        }
      } finally {
        int _ = meeting.arriveAndDeregister();
        sessionIds.forEach(town.fixture.chat.sessions()::end);
      }
      return null;
    }

    private void step() throws StoreException {
      Roster roster = town.fixture.chat.roster();
      Groups groups = town.fixture.chat.groups();
      int slot = random.nextInt(GROUPS);
      ObjectId groupId = town.groups.get(slot);
      ObjectId by = anybody();
      ObjectId other = anybody();
      Role role = random.nextBoolean() ? Role.ADMIN : Role.MEMBER;
      Object _ =
          switch (random.nextInt(14)) {
            case 0, 1 -> roster.join(by, groupId);
            case 2 -> roster.leave(by, groupId);
            case 3, 4 -> roster.add(by, groupId, other, role);
            case 5 -> roster.remove(by, groupId, other);
            case 6 -> roster.changeRole(by, groupId, other, role);
            case 7 -> roster.transfer(by, groupId, other);
            case 8 -> groups.change(by, groupId, "Name " + random.nextInt(9), null, null);
            case 9 -> closed(slot, groupId, by);
            case 10 -> town.fixture.send(by, groupId, "x", null).join();
            case 11 -> visited();
            default -> sessionChanged();
          };
    }

    private ObjectId anybody() {
      return town.users.get(random.nextInt(USERS)).id();
    }

    private Changed closed(int slot, ObjectId groupId, ObjectId by) throws StoreException {
      Changed closed = town.fixture.chat.groups().close(by, groupId);
      if (closed instanceof Changed.Done
          && town.fixture.chat.groups().create(by, "Next", null, false)
              instanceof Groups.Created.Done(Group next)) {
        town.groups.set(slot, next.id());
      }
      return closed;
    }

    private @Nullable ObjectId sessionChanged() throws StoreException {
      if (sessionIds.size() == SESSIONS_MAX || (!sessionIds.isEmpty() && random.nextBoolean())) {
        town.fixture.chat.sessions().end(sessionIds.removeFirst());
      } else {
        User user = town.users.get(random.nextInt(USERS));
        sessionIds.add(town.fixture.begin(user).session().id());
        assertNotNull(town.directory.user(user.id()));
      }
      town.fixture.time.advance(Duration.ofSeconds(random.nextInt(10)));
      return sessionIds.peek();
    }

    /** What has been answered is known, whatever else happens meanwhile. */
    private boolean visited() throws StoreException {
      Roster roster = town.fixture.chat.roster();
      ObjectId groupId = town.calm.id();
      Sessions.Login login = town.fixture.begin(self);
      try {
        Roster.Joined _ = roster.join(self.id(), groupId);
        assertNotNull(town.directory.role(self.id(), groupId), "a join that was answered");
        Group known = town.directory.group(groupId);
        assertNotNull(known);
        assertTrue(known.members().stream().anyMatch(each -> each.userId().equals(self.id())));
        if (random.nextBoolean()) {
          Changed _ = roster.leave(self.id(), groupId);
          assertNull(town.directory.role(self.id(), groupId), "a leaving that was answered");
        }
      } finally {
        town.fixture.chat.sessions().end(login.session().id());
      }
      return true;
    }
  }
}
