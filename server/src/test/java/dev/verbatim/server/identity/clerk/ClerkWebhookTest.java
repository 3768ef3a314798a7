package dev.verbatim.server.identity.clerk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.server.socket.ClerkChat;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the route makes of deliveries. */
class ClerkWebhookTest {
  private static final long T = HeldTime.START.toEpochMilli();

  @TempDir Path directory;

  private ClerkChat running;

  @BeforeEach
  void start() throws Exception {
    running = new ClerkChat(directory);
  }

  @AfterEach
  void stop() throws Exception {
    running.close();
  }

  private SignedWebhook signed(String id, String body) {
    return SignedWebhook.of(id, running.time.instant(), body);
  }

  private SignedWebhook user(
      String id, String type, String firstName, boolean isBanned, long millis) {
    String user = ClerkEvents.user("user_ada", firstName, isBanned, millis);
    return signed(id, ClerkEvents.event(type, user));
  }

  private void taken(SignedWebhook webhook) throws Exception {
    HttpResponse<String> answer = running.deliver(webhook);
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("{\"success\":true}", answer.body());
  }

  private void refused(HttpResponse<String> answer) {
    assertEquals(400, answer.statusCode(), answer.body());
    assertEquals(
        "{\"success\":false,\"error\":\"The request is malformed\",\"code\":\"VALIDATION_ERROR\"}",
        answer.body());
  }

  private List<String> revoked() throws Exception {
    return running.chat.identities().revocations(Instant.EPOCH).stream()
        .map(revocation -> revocation.sessionId())
        .toList();
  }

  @Test
  void makesAUserAndKeepsItInStep() throws Exception {
    taken(user("msg_1", "user.created", "Ada", false, T));
    User made = running.user("ada");
    assertEquals("Ada@example.com", made.email());
    assertEquals("Ada", made.firstName());
    assertEquals("", made.lastName());
    assertEquals("name_of_user_ada", made.username());
    assertEquals("https://img.clerk.com/x", made.profileImageUrl());
    assertTrue(made.isActive());
    taken(user("msg_2", "user.updated", "Augusta", false, T + 1));
    User changed = running.user("ada");
    assertEquals("Augusta", changed.firstName());
    assertEquals(made.id(), changed.id());
  }

  @Test
  void takesTheFirstAddressWhereNoneIsPrimaryAndLivesWithoutNames() throws Exception {
    String addresses =
        "{\"id\":\"idn_1\",\"email_address\":\"one@example.com\"},"
            + "{\"id\":\"idn_2\",\"email_address\":\"two@example.com\"}";
    String user = ClerkEvents.user("user_ada", "null", "null", addresses, false, T);
    taken(signed("msg_1", ClerkEvents.event("user.created", user)));
    assertEquals("one@example.com", running.user("ada").email());
    assertEquals("", running.user("ada").firstName());
    String bare = "{\"id\":\"user_bob\",\"email_addresses\":null,\"updated_at\":" + T + "}";
    taken(signed("msg_2", ClerkEvents.event("user.created", bare)));
    assertEquals("", running.user("bob").email());
    assertNull(running.user("bob").username());
    assertNull(running.user("bob").profileImageUrl());
  }

  @Test
  void passesOverTextsThatNoOneCouldBeShown() throws Exception {
    String user = ClerkEvents.user("user_ada", "\"\\ud800\"", "null", "", false, T);
    taken(
        signed(
            "msg_1",
            ClerkEvents.event(
                "user.created", user.replace("https://img.clerk.com/x", "x".repeat(1_025)))));
    assertEquals("", running.user("ada").firstName());
    assertNull(running.user("ada").profileImageUrl());
  }

  @Test
  void takesTheNewestOfWhatComesInAnyOrder() throws Exception {
    taken(user("msg_2", "user.updated", "Second", false, T + 2));
    taken(user("msg_1", "user.created", "First", false, T + 1));
    assertEquals("Second", running.user("ada").firstName());
    taken(user("msg_3", "user.updated", "Third", false, T + 3));
    assertEquals("Third", running.user("ada").firstName());
  }

  @Test
  void letsNobodyBackWhoWasDeleted() throws Exception {
    taken(user("msg_1", "user.created", "Ada", false, T));
    taken(signed("msg_3", ClerkEvents.deleted("user_ada")));
    assertFalse(running.user("ada").isActive());
    taken(user("msg_2", "user.updated", "Late", false, T + 9));
    assertFalse(running.user("ada").isActive());
    assertEquals("Ada", running.user("ada").firstName());
    taken(signed("msg_4", ClerkEvents.deleted("user_bob")));
    assertFalse(running.user("bob").isActive());
  }

  @Test
  void barsWhoIsBannedUntilTheBanIsOver() throws Exception {
    taken(user("msg_1", "user.updated", "Ada", true, T));
    assertFalse(running.user("ada").isActive());
    taken(user("msg_2", "user.updated", "Ada", false, T + 1));
    assertTrue(running.user("ada").isActive());
  }

  @ParameterizedTest
  @ValueSource(strings = {"session.ended", "session.removed", "session.revoked"})
  void revokesASessionThatIsOver(String type) throws Exception {
    taken(signed("msg_1", ClerkEvents.session(type, "sess_1", "user_ada")));
    assertEquals(List.of("sess_1"), revoked());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"session.created", "session.pending", "organization.created", "user.sneezed"})
  void hasNothingToDoWithOtherEvents(String type) throws Exception {
    taken(signed("msg_1", ClerkEvents.session(type, "sess_1", "user_ada")));
    taken(signed("msg_2", ClerkEvents.event(type, null)));
    assertEquals(List.of(), revoked());
  }

  @Test
  void doesWhatItIsToldTwiceOnce() throws Exception {
    SignedWebhook first = user("msg_1", "user.created", "Ada", false, T);
    taken(first);
    taken(first);
    // The same name, whatever it holds.
    taken(user("msg_1", "user.updated", "Another", false, T + 5));
    assertEquals("Ada", running.user("ada").firstName());
  }

  @Test
  void doesWhatItIsToldTwiceAtOnceOnce() throws Exception {
    List<CompletableFuture<Integer>> answers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      // Each newer than the one before: only their name keeps them apart.
      answers.add(running.delivering(user("msg_1", "user.updated", "Ada" + i, false, T + i)));
    }
    for (CompletableFuture<Integer> answer : answers) {
      assertEquals(200, answer.join());
    }
    String firstName = running.user("ada").firstName();
    taken(user("msg_1", "user.updated", "Late", false, T + 99));
    assertEquals(firstName, running.user("ada").firstName());
  }

  @Test
  void refusesWhatIsNotSignedInTheSameWords() throws Exception {
    SignedWebhook good = user("msg_1", "user.created", "Ada", false, T);
    refused(running.deliver(good.withBody(good.body() + " ")));
    refused(running.deliver(good.withId("msg_2")));
    refused(running.deliver(good.withTimestamp(good.timestamp() + "0")));
    refused(running.deliver(good.withSignature("v1,AAAA")));
    refused(running.deliver(good.body(), "Content-Type", "application/json"));
    refused(running.deliver(good.body()));
    String[] headers = good.headers();
    for (int i = 2; i < headers.length; i += 2) {
      List<String> without = new ArrayList<>(Arrays.asList(headers));
      without.subList(i, i + 2).clear();
      refused(running.deliver(good.body(), without.toArray(String[]::new)));
      List<String> twice = new ArrayList<>(Arrays.asList(headers));
      twice.addAll(Arrays.asList(headers).subList(i, i + 2));
      refused(running.deliver(good.body(), twice.toArray(String[]::new)));
    }
    refused(running.deliver(signed("m".repeat(129), good.body())));
    assertTrue(running.store.userByClerkId("user_ada").isEmpty());
    taken(good);
  }

  @Test
  void takesOneOfTwoSignaturesAndAnyContentType() throws Exception {
    SignedWebhook good = user("msg_1", "user.created", "Ada", false, T);
    SignedWebhook rolled = good.withSignature("v1,AAAA " + good.signature());
    String[] headers = rolled.headers();
    headers[1] = "text/plain";
    assertEquals(200, running.deliver(rolled.body(), headers).statusCode());
    assertEquals("Ada", running.user("ada").firstName());
  }

  @Test
  void takesNothingThatIsMoreThanFiveMinutesAway() throws Exception {
    SignedWebhook good = user("msg_1", "user.created", "Ada", false, T);
    running.time.set(HeldTime.START.plusSeconds(302));
    refused(running.deliver(good));
    running.time.set(HeldTime.START.minusSeconds(302));
    refused(running.deliver(good));
    running.time.set(HeldTime.START.plusSeconds(299));
    taken(good);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "[]",
        "{}",
        "{\"type\":7}",
        "{\"type\":\"user.created\"}",
        "{\"type\":\"user.created\",\"data\":{\"id\":\"user_1\"}}",
        "{\"type\":\"user.created\",\"data\":{\"id\":\"user_1\",\"updated_at\":\"now\"}}",
        "{\"type\":\"user.created\",\"data\":{\"id\":\"user_1\",\"updated_at\":-1}}",
        "{\"type\":\"user.created\",\"data\":{\"id\":\"user_1\",\"updated_at\":1e40}}",
        "{\"type\":\"user.created\",\"data\":{\"id\":7,\"updated_at\":1}}",
        "{\"type\":\"user.deleted\",\"data\":{}}",
        "{\"type\":\"session.ended\",\"data\":[]}"
      })
  void refusesWhatIsSignedAndNoEvent(String body) throws Exception {
    refused(running.deliver(signed("msg_1", body)));
    // The name is free for what it was meant for.
    taken(user("msg_1", "user.created", "Ada", false, T));
    assertEquals("Ada", running.user("ada").firstName());
  }

  @Test
  void answersOnceItIsDurableAndNotBefore() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    running.store.beforeCommit(
        () -> {
          begun.countDown();
          await(released);
        });
    SignedWebhook created = user("msg_1", "user.created", "Ada", false, T);
    CompletableFuture<Integer> answer = running.delivering(created);
    try {
      await(begun);
      // There are answers meanwhile, but not this one.
      refused(running.deliver(created.withSignature("v1,AAAA")));
      assertFalse(answer.isDone());
      // What is answered before the commit has ended cannot know that it fails.
      running.store.failCommits(true);
    } finally {
      released.countDown();
    }
    assertEquals(503, answer.join());
    assertTrue(running.store.userByClerkId("user_ada").isEmpty());
    running.store.failCommits(false);
    taken(created);
    assertEquals("Ada", running.user("ada").firstName());
  }

  @Test
  void doesWhatTwoProcessesAreToldAtOnceOnce() throws Exception {
    InMemoryChatStore store = new InMemoryChatStore();
    InMemoryChatStore others = store.share();
    try (ClerkChat one = new ClerkChat(directory, store, null, /* hasWebhook= */ true);
        ClerkChat two = new ClerkChat(directory, others, null, /* hasWebhook= */ true)) {
      CountDownLatch committing = new CountDownLatch(2);
      for (InMemoryChatStore each : List.of(store, others)) {
        each.beforeCommit(
            () -> {
              committing.countDown();
              await(committing);
            });
      }
      // Of different users, so that both effects would be seen.
      String ada = ClerkEvents.user("user_ada", "Ada", false, T);
      String bob = ClerkEvents.user("user_bob", "Bob", false, T);
      var first = one.delivering(signed("msg_1", ClerkEvents.event("user.created", ada)));
      var second = two.delivering(signed("msg_1", ClerkEvents.event("user.created", bob)));
      assertEquals(200, first.join());
      assertEquals(200, second.join());
      assertEquals(0, committing.getCount());
      boolean isAda = store.userByClerkId("user_ada").isPresent();
      assertEquals(!isAda, store.userByClerkId("user_bob").isPresent());
      // And again, wherever it comes to.
      String name = isAda ? "ada" : "bob";
      String late = ClerkEvents.user("user_" + name, "Late", false, T + 99);
      one.tell("msg_1", ClerkEvents.event("user.updated", late));
      two.tell("msg_1", ClerkEvents.event("user.updated", late));
      assertEquals(isAda ? "Ada" : "Bob", one.user(name).firstName());
    }
  }

  /** A bound on waiting for other threads, never a pace. */
  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(1, TimeUnit.MINUTES));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void tellsThatTheStoreIsDownAndTakesItsNextDelivery() throws Exception {
    SignedWebhook created = user("msg_1", "user.created", "Ada", false, T);
    SignedWebhook ended = signed("msg_2", ClerkEvents.session("session.ended", "sess_1", "u"));
    running.store.failCommits(true);
    assertEquals(503, running.deliver(created).statusCode());
    HttpResponse<String> answer = running.deliver(ended);
    assertEquals(503, answer.statusCode());
    assertTrue(answer.body().contains("\"code\":\"UNAVAILABLE\""), answer.body());
    running.store.failCommits(false);
    taken(created);
    taken(ended);
    assertEquals("Ada", running.user("ada").firstName());
    assertEquals(List.of("sess_1"), revoked());
  }

  @Test
  void takesAtMostAMebibyte() throws Exception {
    String user = ClerkEvents.user("user_ada", "Ada", false, T);
    String body = ClerkEvents.event("user.created", user);
    taken(signed("msg_1", body + " ".repeat((1 << 20) - body.length())));
    SignedWebhook larger = signed("msg_2", body + " ".repeat((1 << 20) + 1 - body.length()));
    assertEquals(413, running.deliver(larger).statusCode());
  }
}
