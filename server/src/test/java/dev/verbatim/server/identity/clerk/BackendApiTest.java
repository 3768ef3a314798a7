package dev.verbatim.server.identity.clerk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.HeldTime;
import dev.verbatim.server.identity.IdentityCalls;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendApiTest {
  private static final String ADA = ClerkEvents.user("user_1", "Ada", false, 5);

  private final HeldTime time = new HeldTime();
  private ClerkStub clerk;
  private BackendApi api;

  @BeforeEach
  void start() throws Exception {
    clerk = new ClerkStub();
    api = new BackendApi(clerk.url(), ClerkStub.SECRET_KEY, time, IdentityCalls.NONE);
    clerk.putUser("user_1", ADA);
  }

  @AfterEach
  void stop() {
    api.close();
    clerk.close();
  }

  private BackendApi hasty() {
    return new BackendApi(
        clerk.url(), ClerkStub.SECRET_KEY, time, IdentityCalls.NONE, Duration.ofMillis(300));
  }

  private static ClerkUser found(BackendApi.Answer<ClerkUser> answer) {
    return (ClerkUser) assertInstanceOf(BackendApi.Found.class, answer).value();
  }

  @Test
  void findsAUser() {
    ClerkUser user = found(api.user("user_1"));
    assertEquals("user_1", user.profile().clerkId());
    assertEquals("Ada@example.com", user.profile().email());
    assertEquals(5, user.updatedAt().toEpochMilli());
    assertEquals(List.of("/v1/users/user_1"), clerk.requests());
    assertInstanceOf(BackendApi.NotFound.class, api.user("user_2"));
    assertInstanceOf(BackendApi.NotFound.class, api.userAtFirstSight("user_2"));
  }

  @ParameterizedTest
  @CsvSource({
    "active, false",
    "pending, false",
    "unheard_of, false",
    "abandoned, true",
    "ended, true",
    "expired, true",
    "removed, true",
    "replaced, true",
    "revoked, true"
  })
  void knowsWhetherASessionIsOver(String status, boolean isOver) {
    clerk.putSession("sess_1", status);
    assertEquals(new BackendApi.Found<>(isOver), api.isSessionOver("sess_1"));
    assertInstanceOf(BackendApi.NotFound.class, api.isSessionOver("sess_2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../jwks", "user_1/x", "user_1?x", "user 1", "user_\u00e9"})
  void asksForNoIdOfAnotherForm(String id) {
    assertInstanceOf(BackendApi.NotFound.class, api.user(id));
    assertEquals(List.of(), clerk.requests());
  }

  @Test
  void triesAgainWhatFailsForThoseWhoWait() {
    clerk.failOnly(2, 500);
    assertEquals("Ada", found(api.userAtFirstSight("user_1")).profile().firstName());
    assertEquals(3, clerk.requests().size());
    clerk.fail(503);
    assertInstanceOf(BackendApi.Unavailable.class, api.userAtFirstSight("user_1"));
    assertEquals(6, clerk.requests().size());
    assertInstanceOf(BackendApi.Unavailable.class, api.user("user_1"));
    assertEquals(7, clerk.requests().size());
  }

  @ParameterizedTest
  @CsvSource({"30, 30", "junk, 10", "999999999, 600", "-5, 10"})
  void asksNothingForAsLongAsItIsTold(String retryAfter, int seconds) {
    clerk.fail(429, "Retry-After", retryAfter);
    assertInstanceOf(BackendApi.Unavailable.class, api.userAtFirstSight("user_1"));
    clerk.recover();
    time.advance(Duration.ofSeconds(seconds).minusMillis(1));
    assertInstanceOf(BackendApi.Unavailable.class, api.user("user_1"));
    assertInstanceOf(BackendApi.Unavailable.class, api.isSessionOver("sess_1"));
    assertEquals(1, clerk.requests().size());
    time.advance(Duration.ofMillis(1));
    assertEquals("Ada", found(api.user("user_1")).profile().firstName());
  }

  @ParameterizedTest
  @CsvSource({"sk_live_x, 50", "sk_test_x, 8"})
  void asksNoMoreThanItsShare(String secretKey, int perSecond) {
    try (BackendApi own = new BackendApi(clerk.url(), secretKey, time, IdentityCalls.NONE)) {
      for (int second = 1; second <= 3; second++) {
        for (int i = 0; i < perSecond; i++) {
          assertEquals("Ada", found(own.user("user_1")).profile().firstName());
        }
        assertInstanceOf(BackendApi.Unavailable.class, own.user("user_1"));
        assertEquals(second * perSecond, clerk.requests().size());
        time.advance(Duration.ofSeconds(1));
      }
    }
  }

  @Test
  void waitsNoLongerThanItSays() {
    try (BackendApi hasty = hasty()) {
      clerk.hang();
      assertInstanceOf(BackendApi.Unavailable.class, hasty.user("user_1"));
      assertInstanceOf(BackendApi.Unavailable.class, hasty.userAtFirstSight("user_1"));
      clerk.hangInTheBody();
      assertInstanceOf(BackendApi.Unavailable.class, hasty.user("user_1"));
      clerk.recover();
      assertEquals("Ada", found(api.user("user_1")).profile().firstName());
    }
  }

  @Test
  void letsNobodyWaitToAskWhileThereAreNoAnswers() throws Exception {
    try (BackendApi patient =
            new BackendApi(
                clerk.url(),
                ClerkStub.SECRET_KEY,
                time,
                IdentityCalls.NONE,
                Duration.ofMinutes(1));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      clerk.fail(500);
      assertInstanceOf(BackendApi.Unavailable.class, patient.user("user_1"));
      clerk.awaitRequest();
      clerk.hang();
      for (int i = 0; i < ClerkLimits.REQUESTS_AT_ONCE_MAX; i++) {
        var _ = threads.submit(() -> patient.user("user_1"));
      }
      for (int i = 0; i < ClerkLimits.REQUESTS_AT_ONCE_MAX; i++) {
        clerk.awaitRequest();
      }
      assertInstanceOf(BackendApi.Unavailable.class, patient.user("user_1"));
      assertEquals(1 + ClerkLimits.REQUESTS_AT_ONCE_MAX, clerk.requests().size());
      clerk.release();
    }
  }

  @Test
  void readsNoMoreThanAMebibyte() {
    clerk.flood();
    assertInstanceOf(BackendApi.Unavailable.class, api.user("user_1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no JSON", "[]", "{}", "{\"id\":\"user_1\"}", "null"})
  void takesNothingThatIsNoUser(String json) {
    clerk.putUser("user_1", json);
    assertInstanceOf(BackendApi.Unavailable.class, api.user("user_1"));
  }

  @Test
  void followsNoRedirect() {
    clerk.putUser("user_2", ADA);
    clerk.fail(302, "Location", clerk.url() + "/v1/users/user_2");
    assertInstanceOf(BackendApi.Unavailable.class, api.user("user_1"));
    assertEquals(1, clerk.requests().size());
  }

  @Test
  void livesWithoutAnybodyThere() {
    URI nowhere = clerk.url();
    clerk.close();
    try (BackendApi own = new BackendApi(nowhere, ClerkStub.SECRET_KEY, time, IdentityCalls.NONE)) {
      assertInstanceOf(BackendApi.Unavailable.class, own.userAtFirstSight("user_1"));
    }
  }

  @Test
  void tellsWhatCameOfEachQuestion() {
    List<String> told = new ArrayList<>();
    IdentityCalls calls =
        (call, outcome, took) -> told.add(call + " " + outcome + " " + took.isPositive());
    clerk.putSession("sess_1", "active");
    try (BackendApi own = new BackendApi(clerk.url(), "sk_live_x", time, calls)) {
      assertInstanceOf(BackendApi.Found.class, own.user("user_1"));
      assertInstanceOf(BackendApi.NotFound.class, own.user("user_2"));
      assertInstanceOf(BackendApi.Found.class, own.isSessionOver("sess_1"));
      clerk.failOnly(1, 500);
      assertInstanceOf(BackendApi.Found.class, own.userAtFirstSight("user_1"));
      clerk.fail(429, "Retry-After", "30");
      assertInstanceOf(BackendApi.Unavailable.class, own.user("user_1"));
      assertInstanceOf(BackendApi.Unavailable.class, own.user("user_1"));
    }
    assertEquals(
        List.of(
            "USER FOUND true",
            "USER NOT_FOUND true",
            "SESSION FOUND true",
            "USER UNAVAILABLE true",
            "USER FOUND true",
            "USER UNAVAILABLE true",
            "USER NOT_ASKED true"),
        told);
  }

  @Test
  void takesAnAddressWithASlash() {
    try (BackendApi own =
        new BackendApi(
            URI.create(clerk.url() + "/"), ClerkStub.SECRET_KEY, time, IdentityCalls.NONE)) {
      assertTrue(own.user("user_1") instanceof BackendApi.Found);
    }
  }
}
