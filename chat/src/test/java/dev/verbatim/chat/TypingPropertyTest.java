package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.RecordingListener.Event;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * Users type, stop, send, leave and come back on several sockets, time passes, and now and then
 * what has changed is told: that is what a model of a few lines says, and nothing is told besides.
 */
class TypingPropertyTest {
  private static final int USERS = 3;
  private static final int GROUPS = 2;
  private static final int SOCKETS = 2;
  private static final int STEPS = 150;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Property(tries = 300)
  void tellsWhatTheModelSays(@ForAll long seed) throws Exception {
    ChatSettings settings = ChatSettings.builder().messageRate(0, 0).typingTimeout(TIMEOUT).build();
    try (ChatFixture fixture = new ChatFixture(settings)) {
      new World(fixture, new Random(seed)).live();
      assertEquals(List.of(), fixture.listener.faults());
    }
  }

  /** The model: a user in a group. */
  private static final class Place {
    final User user;
    final Group group;
    final Map<String, Instant> endsAt = new HashMap<>();
    boolean isMember = true;
    @Nullable String startedOn;
    @Nullable String toldBut;

    Place(User user, Group group) {
      this.user = user;
      this.group = group;
    }

    boolean isTyping(Instant now) {
      return endsAt.values().stream().anyMatch(now::isBefore);
    }
  }

  private static final class World {
    private final ChatFixture fixture;
    private final Random random;
    private final List<Place> places = new ArrayList<>();

    World(ChatFixture fixture, Random random) throws StoreException {
      this.fixture = fixture;
      this.random = random;
      User owner = fixture.user("owner");
      List<User> users = new ArrayList<>();
      for (int i = 0; i < USERS; i++) {
        users.add(fixture.user("user" + i));
      }
      for (int i = 0; i < GROUPS; i++) {
        Group group = fixture.group(owner, users.toArray(User[]::new));
        users.forEach(user -> places.add(new Place(user, group)));
      }
      for (User user : users) {
        fixture.begin(user);
      }
    }

    void live() throws StoreException {
      for (int step = 0; step < STEPS; step++) {
        Place place = places.get(random.nextInt(places.size()));
        String socketId = place.user.firstName() + random.nextInt(SOCKETS);
        fixture.listener.clear();
        switch (random.nextInt(9)) {
          case 0, 1, 2 -> start(place, socketId);
          case 3 -> stop(place, socketId);
          case 4 -> stopAll(socketId);
          case 5 -> post(place);
          case 6 -> comeOrGo(place);
          case 7 -> {
            assertTold();
            pass(Duration.ofMillis(random.nextInt(4_000)));
          }
          default -> assertTold();
        }
        assertEquals(Set.of(), told(), "told by step " + step);
      }
    }

    private void start(Place place, String socketId) {
      fixture.chat.typing().start(place.user, place.group.id(), socketId);
      if (place.isMember) {
        Instant now = fixture.time.instant();
        if (!place.isTyping(now)) {
          place.startedOn = socketId;
        }
        place.endsAt.put(socketId, now.plus(TIMEOUT));
      }
    }

    private void stop(Place place, String socketId) {
      fixture.chat.typing().stop(place.user.id(), place.group.id(), socketId);
      place.endsAt.remove(socketId);
    }

    private void stopAll(String socketId) {
      fixture.chat.typing().stopAll(socketId);
      places.forEach(place -> place.endsAt.remove(socketId));
    }

    private void post(Place place) throws StoreException {
      ObjectId userId = place.user.id();
      Sent _ =
          fixture
              .chat
              .postbox()
              .send(new SendMessage(userId, place.group.id(), "Hello", MessageType.TEXT, null));
      place.endsAt.clear();
    }

    private void comeOrGo(Place place) throws StoreException {
      if (place.isMember) {
        Changed _ = fixture.chat.roster().leave(place.user.id(), place.group.id());
        place.endsAt.clear();
      } else {
        Roster.Joined _ = fixture.chat.roster().join(place.user.id(), place.group.id());
      }
      place.isMember = !place.isMember;
    }

    private void pass(Duration step) {
      fixture.time.advance(step);
      assertNews();
    }

    /** Has what changed told, and asserts that it is what the model says. */
    private void assertTold() {
      fixture.time.advance(Duration.ZERO);
      assertNews();
    }

    private void assertNews() {
      Instant now = fixture.time.instant();
      Set<Event> expected = new HashSet<>();
      for (Place place : places) {
        ObjectId groupId = place.group.id();
        ObjectId userId = place.user.id();
        String toldBut = place.toldBut;
        if (place.isTyping(now)) {
          if (toldBut == null && place.startedOn != null) {
            place.toldBut = place.startedOn;
            expected.add(new Event.TypingStarted(groupId, userId, place.startedOn));
          }
        } else if (toldBut != null) {
          place.toldBut = null;
          expected.add(new Event.TypingStopped(groupId, userId, toldBut));
        }
      }
      assertEquals(expected, told());
      fixture.listener.clear();
    }

    private Set<Event> told() {
      Set<Event> told = new HashSet<>();
      for (Event event : fixture.listener.events()) {
        switch (event) {
          case Event.TypingStarted _, Event.TypingStopped _ ->
              assertEquals(true, told.add(event), "once");
          default -> {}
        }
      }
      return told;
    }
  }
}
