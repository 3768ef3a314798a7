package dev.verbatim.server.identity.clerk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatListener;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.store.InMemoryChatStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionWatchTest {
  private final InMemoryChatStore store = new InMemoryChatStore();
  private final HeldTime time = new HeldTime();
  private final Set<String> live = new HashSet<>();
  private ClerkStub clerk;
  private Chat chat;
  private BackendApi api;
  private Revocations revocations;
  private SessionWatch watch;

  @BeforeEach
  void start() throws Exception {
    clerk = new ClerkStub();
    chat = Chat.open(store, ChatSettings.defaults(), ChatListener.NONE, time, time, Runnable::run);
    revocations =
        new Revocations(
            chat.identities(), live::remove, false, time, new Background(time, Runnable::run));
    api = new BackendApi(clerk.url(), ClerkStub.SECRET_KEY, time);
    watch =
        new SessionWatch(
            api, () -> Set.copyOf(live), revocations, time, new Background(time, Runnable::run));
    watch.start();
  }

  @AfterEach
  void stop() throws Exception {
    watch.close();
    api.close();
    chat.close();
    clerk.close();
  }

  private void live(int count) {
    for (int i = 0; i < count; i++) {
      live.add("sess_" + i);
      clerk.putSession("sess_" + i, "active");
    }
  }

  @Test
  void revokesInTimeWhatIsOver() throws Exception {
    live(100);
    time.advance(Duration.ofSeconds(10));
    clerk.putSession("sess_7", "revoked");
    clerk.remove("/v1/sessions/sess_8");
    time.advance(Duration.ofSeconds(5));
    assertTrue(revocations.isRevoked("sess_7"));
    assertTrue(revocations.isRevoked("sess_8"));
    assertFalse(revocations.isRevoked("sess_9"));
    assertEquals(2, chat.identities().revocations(Instant.EPOCH).size());
    assertEquals(98, live.size());
  }

  @Test
  void asksForEachSessionAtMostEveryFourSeconds() {
    live(10);
    time.advance(Duration.ofSeconds(21));
    assertEquals(50, clerk.requests().size());
    live.clear();
    time.advance(Duration.ofSeconds(20));
    assertEquals(50, clerk.requests().size());
  }

  @Test
  void takesTurnsAndLeavesRoomForUsersWhenThereAreTooMany() {
    clerk.putUser("user_1", ClerkEvents.user("user_1", "Ada", false, 1));
    live(400);
    time.advance(Duration.ofSeconds(4));
    for (int second = 0; second < 10; second++) {
      time.advance(Duration.ofSeconds(1));
      for (int i = 0; i < 5; i++) {
        assertInstanceOf(BackendApi.Found.class, api.user("user_1"));
      }
    }
    long asked = clerk.requests().stream().filter(path -> path.contains("sessions")).count();
    assertTrue(asked >= 400 && asked <= 440, "asked " + asked);
    assertEquals(
        400,
        clerk.requests().stream().filter(path -> path.contains("sessions")).distinct().count());
  }

  @Test
  void leavesSessionsAloneWhileNothingIsTold() {
    live(3);
    clerk.fail(500);
    time.advance(Duration.ofSeconds(30));
    assertEquals(3, live.size());
    assertFalse(revocations.isRevoked("sess_1"));
  }
}
