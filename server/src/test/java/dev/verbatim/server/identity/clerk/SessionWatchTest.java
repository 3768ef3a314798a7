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
import dev.verbatim.server.identity.IdentityCalls;
import dev.verbatim.server.identity.RefusedTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionWatchTest {
  private final InMemoryChatStore store = new InMemoryChatStore();
  private final HeldTime time = new HeldTime();
  private final RefusedTokens refused = new RefusedTokens(time);
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
    api = new BackendApi(clerk.url(), ClerkStub.SECRET_KEY, time, IdentityCalls.NONE);
    watch =
        new SessionWatch(
            api,
            () -> Set.copyOf(live),
            revocations,
            refused,
            time,
            new Background(time, Runnable::run));
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
  void revokesNothingByAKeyThatHasNeverKnownASession() throws Exception {
    live(3);
    for (int i = 0; i < 3; i++) {
      clerk.remove("/v1/sessions/sess_" + i);
    }
    time.advance(Duration.ofMinutes(3));
    assertEquals(3, live.size());
    assertEquals(List.of(), chat.identities().revocations(Instant.EPOCH));
    assertEquals(clerk.requests().size(), refused.counts().get("unknown_session"));
    // Once it has known one it is the right key, and what it does not know is over.
    clerk.putSession("sess_2", "active");
    time.advance(Duration.ofSeconds(10));
    assertEquals(Set.of("sess_2"), live);
    assertTrue(revocations.isRevoked("sess_0"));
  }

  @Test
  void revokesInTimeWhatItDoubtedBeforeItKnewASession() throws Exception {
    live(20);
    for (int i = 0; i < 19; i++) {
      clerk.remove("/v1/sessions/sess_" + i);
    }
    time.advance(Duration.ofSeconds(6));
    assertEquals(Set.of("sess_19"), live);
    assertEquals(19, chat.identities().revocations(Instant.EPOCH).size());
  }

  @Test
  void takesASessionThatIsOverForOneThatIsKnown() {
    live(1);
    clerk.putSession("sess_0", "ended");
    live.add("sess_unknown");
    time.advance(Duration.ofSeconds(10));
    assertTrue(revocations.isRevoked("sess_0"));
    assertTrue(revocations.isRevoked("sess_unknown"));
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
  void asksForSessionsWithoutASocketForAsLongAsTheirTokensCount() {
    for (int i = 0; i < 3; i++) {
      clerk.putSession("sess_" + i, "active");
    }
    watch.onShown("sess_0", HeldTime.START.plusSeconds(60));
    watch.onShown("sess_1", HeldTime.START.plusSeconds(60));
    watch.onShown("sess_2", HeldTime.START.plusSeconds(5));
    time.advance(Duration.ofSeconds(12));
    clerk.remove("/v1/sessions/sess_1");
    time.advance(Duration.ofSeconds(5));
    assertTrue(revocations.isRevoked("sess_1"));
    time.advance(Duration.ofMinutes(2));
    assertFalse(revocations.isRevoked("sess_0"));
    assertFalse(revocations.isRevoked("sess_2"));
    // From the fifth second on, every four, and for five seconds beyond the expiry.
    assertEquals(16, asked("sess_0"));
    assertEquals(3, asked("sess_1"));
    assertEquals(2, asked("sess_2"));
  }

  private long asked(String sessionId) {
    return clerk.requests().stream().filter(path -> path.endsWith("/" + sessionId)).count();
  }

  @Test
  void knowsInTimeOfASocketsSessionHoweverManyThereAreWithoutOne() {
    live(100);
    for (int i = 0; i < 1_000; i++) {
      watch.onShown("sess_shown_" + i, HeldTime.START.plusSeconds(60));
      clerk.putSession("sess_shown_" + i, "active");
    }
    time.advance(Duration.ofSeconds(10));
    clerk.putSession("sess_7", "revoked");
    time.advance(Duration.ofSeconds(5));
    assertTrue(revocations.isRevoked("sess_7"));
    assertTrue(clerk.requests().stream().anyMatch(path -> path.contains("sess_shown_")));
  }

  @Test
  void asksForThoseThatWereShownLastWhenThereAreTooMany() {
    for (int i = 0; i <= ClerkLimits.SESSIONS_SHOWN_MAX; i++) {
      watch.onShown("sess_" + i, HeldTime.START.plusSeconds(5));
    }
    // All but the first of them are due at once, and as many asked for as the rate allows.
    time.advance(Duration.ofSeconds(10));
    assertEquals(0, asked("sess_0"));
    assertTrue(clerk.requests().size() >= 40, () -> "asked " + clerk.requests().size());
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
