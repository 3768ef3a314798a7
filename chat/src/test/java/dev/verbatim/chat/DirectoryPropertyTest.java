package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.GroupStore.Membership;
import dev.verbatim.chat.store.GroupStore.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Users come and go and join groups, all at once: the directory is true whenever it is asked. */
class DirectoryPropertyTest {
  private static final int USERS = 6;
  private static final int GROUPS = 4;
  private static final int THREADS = 6;
  private static final int STEPS = 60;

  @Property(tries = 25)
  void staysTrueWhileUsersComeAndGoAndJoin(@ForAll long seed) throws Exception {
    try (ChatFixture fixture = new ChatFixture()) {
      List<User> users = new ArrayList<>();
      for (int i = 0; i < USERS; i++) {
        users.add(fixture.user("user" + i));
      }
      List<Group> groups = new ArrayList<>();
      for (int i = 0; i < GROUPS; i++) {
        groups.add(fixture.group(users.get(i), users.get((i + 1) % USERS)));
      }
      // Readers and the writer meet more often when everybody gives way in between.
      fixture.store.beforeQuestion(Thread::yield);
      fixture.store.afterQuestion(Thread::yield);
      try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          Random random = new Random(seed + i);
          running.add(threads.submit(() -> live(fixture, random, users, groups)));
        }
        for (Future<?> each : running) {
          each.get();
        }
      }
      Directory directory = fixture.chat.directory();
      for (User user : users) {
        ObjectId sessionId = fixture.begin(user).session().id();
        Set<ObjectId> stored = new HashSet<>();
        for (Standing standing : fixture.store.standings(user.id())) {
          stored.add(standing.groupId());
          assertEquals(standing.role(), directory.role(user.id(), standing.groupId()));
          assertEquals(
              fixture.store.group(standing.groupId()).orElseThrow(),
              directory.group(standing.groupId()));
        }
        assertEquals(stored, directory.groupIds(user.id()));
        fixture.chat.sessions().end(sessionId);
      }
      fixture.time.advance(Duration.ofMinutes(1));
      assertEquals(0, directory.userCount(), "a user is still held");
      assertEquals(0, directory.groupCount(), "a group is still held");
      assertEquals(List.of(), fixture.listener.faults());
    }
  }

  private static Void live(ChatFixture fixture, Random random, List<User> users, List<Group> groups)
      throws Exception {
    Directory directory = fixture.chat.directory();
    for (int step = 0; step < STEPS; step++) {
      User user = users.get(random.nextInt(users.size()));
      Group group = groups.get(random.nextInt(groups.size()));
      switch (random.nextInt(6)) {
        case 0 -> {
          Roster.Joined _ = fixture.chat.roster().join(user.id(), group.id());
        }
        case 1 -> fixture.time.advance(Duration.ofSeconds(random.nextInt(10)));
        case 2 -> fixture.send(user.id(), group.id(), "x", null).join();
        default -> {
          Sessions.Login login = fixture.begin(user);
          // The store may have told of a commit that the writer is still bringing to the directory.
          fixture.drain();
          for (Membership membership : login.memberships()) {
            assertNotNull(directory.role(user.id(), membership.group().id()));
            assertNotNull(directory.group(membership.group().id()));
          }
          Roster.Joined _ = fixture.chat.roster().join(user.id(), group.id());
          assertNotNull(directory.role(user.id(), group.id()), "a join that was answered");
          Group known = directory.group(group.id());
          assertNotNull(known);
          assertTrue(known.members().stream().anyMatch(each -> each.userId().equals(user.id())));
          fixture.chat.sessions().end(login.session().id());
        }
      }
    }
    return null;
  }
}
