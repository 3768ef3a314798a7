package dev.verbatim.server.identity.clerk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.server.socket.ClerkChat;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of those who come with a good token, by what the Backend API tells. */
class ClerkUsersTest {
  private static final long T = HeldTime.START.toEpochMilli();

  @TempDir Path directory;

  private final InMemoryChatStore store = new InMemoryChatStore();
  private ClerkStub clerk;
  private ClerkChat running;

  @BeforeEach
  void start() throws Exception {
    clerk = new ClerkStub();
    running = new ClerkChat(directory, store, clerk.url(), /* hasWebhook= */ true);
  }

  @AfterEach
  void stop() throws Exception {
    running.close();
    clerk.close();
  }

  private void restart(boolean hasWebhook) throws Exception {
    running.close();
    running = new ClerkChat(directory, store, clerk.url(), hasWebhook);
  }

  private void put(String name, String firstName, boolean isBanned, long millis) {
    String id = ClerkChat.clerkId(name);
    clerk.putUser(id, ClerkEvents.user(id, firstName, isBanned, millis));
  }

  private void letIn(String name) throws Exception {
    HttpResponse<String> answer = running.me(running.token(name));
    assertEquals(200, answer.statusCode(), answer.body());
  }

  private void refused(String name) throws Exception {
    HttpResponse<String> answer = running.me(running.token(name));
    assertEquals(401, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("USER_NOT_FOUND"), answer.body());
  }

  @Test
  void makesAUserAsClerkTellsAtFirstSightAndAsksOnce() throws Exception {
    put("ada", "Ada", false, T);
    letIn("ada");
    letIn("ada");
    assertEquals("Ada@example.com", running.user("ada").email());
    assertEquals(List.of("/v1/users/user_ada"), clerk.requests());
  }

  @Test
  void letsNobodyInWhomClerkHasBannedOrDoesNotKnow() throws Exception {
    put("ada", "Ada", true, T);
    refused("ada");
    assertFalse(running.user("ada").isActive());
    refused("bob");
    assertTrue(store.userByClerkId("user_bob").isEmpty());
    put("bob", "Bob", false, T);
    letIn("bob");
  }

  @Test
  void letsInWithWhatTheTokenTellsWhileClerkDoesNotAnswerAndCompletesItThen() throws Exception {
    put("ada", "Ada", false, T);
    put("bob", "Bob", true, T);
    clerk.fail(500);
    letIn("ada");
    letIn("bob");
    assertEquals("", running.user("ada").email());
    running.time.advance(Duration.ofSeconds(40));
    assertEquals("", running.user("ada").email());
    clerk.recover();
    running.time.advance(Duration.ofSeconds(17));
    assertEquals("Ada@example.com", running.user("ada").email());
    refused("bob");
    letIn("ada");
  }

  @Test
  void keepsOneUserThatClerkCannotTellOfFromHoldingUpTheOthers() throws Exception {
    clerk.putUser("user_ada", "{}");
    clerk.failOnly(1, 500);
    letIn("ada");
    clerk.fail(500);
    letIn("bob");
    put("bob", "Bob", false, T);
    clerk.recover();
    running.time.advance(Duration.ofSeconds(60));
    assertEquals("Bob@example.com", running.user("bob").email());
    assertEquals("", running.user("ada").email());
  }

  @Test
  void asksNothingUntilThePauseIsOverThatClerkAsksFor() throws Exception {
    put("ada", "Ada", false, T);
    clerk.fail(429, "Retry-After", "60");
    letIn("ada");
    clerk.recover();
    running.time.advance(Duration.ofSeconds(59));
    assertEquals(1, clerk.requests().size());
    running.time.advance(Duration.ofSeconds(17));
    assertEquals("Ada@example.com", running.user("ada").email());
  }

  @Test
  void completesAUserThatAnEarlierRunLeftWhenItIsSeenNext() throws Exception {
    put("ada", "Ada", false, T);
    clerk.fail(500);
    letIn("ada");
    clerk.recover();
    restart(/* hasWebhook= */ true);
    assertEquals("", running.user("ada").email());
    letIn("ada");
    assertEquals("Ada@example.com", running.user("ada").email());
  }

  @Test
  void asksAgainForThoseWhoComeWhereNoWebhookTells() throws Exception {
    restart(/* hasWebhook= */ false);
    put("ada", "Ada", false, T);
    letIn("ada");
    put("ada", "Augusta", false, T + 1);
    running.time.advance(Duration.ofMinutes(9));
    letIn("ada");
    assertEquals("Ada", running.user("ada").firstName());
    running.time.advance(Duration.ofMinutes(1));
    letIn("ada");
    assertEquals("Augusta", running.user("ada").firstName());
    assertEquals(2, clerk.requests().stream().filter("/v1/users/user_ada"::equals).count());
    put("ada", "Augusta", true, T + 2);
    running.time.advance(Duration.ofMinutes(10));
    letIn("ada");
    refused("ada");
  }

  @Test
  void leavesItToTheWebhookWhereOneTells() throws Exception {
    put("ada", "Ada", false, T);
    letIn("ada");
    running.time.advance(Duration.ofMinutes(30));
    letIn("ada");
    assertEquals(1, clerk.requests().size());
  }

  @Test
  void deletesNobodyBecauseClerkDoesNotKnowThem() throws Exception {
    restart(/* hasWebhook= */ false);
    put("ada", "Ada", false, T);
    letIn("ada");
    clerk.remove("/v1/users/user_ada");
    running.time.advance(Duration.ofMinutes(10));
    letIn("ada");
    assertTrue(running.user("ada").isActive());
  }

  @Test
  void makesAUserOfTheTokenAloneWithoutASecretKey() throws Exception {
    running.close();
    running = new ClerkChat(directory, store, null, false);
    letIn("ada");
    assertEquals("user_ada", running.user("ada").clerkId());
    assertEquals(List.of(), clerk.requests());
  }

  @Test
  void asksOnceForOneWhoComesSeveralTimesAtOnce() throws Exception {
    put("ada", "Ada", false, T);
    clerk.hang();
    String token = running.token("ada");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        answers.add(threads.submit(() -> running.me(token)));
      }
      clerk.awaitRequest();
      clerk.release();
      for (Future<HttpResponse<String>> answer : answers) {
        assertEquals(200, answer.get().statusCode());
      }
    }
    assertEquals(1, clerk.requests().size());
  }
}
