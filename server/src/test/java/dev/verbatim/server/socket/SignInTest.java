package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.RSAKey;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.server.Limits;
import dev.verbatim.server.identity.clerk.ClerkEvents;
import dev.verbatim.server.identity.clerk.ClerkLimits;
import dev.verbatim.server.identity.clerk.ClerkStub;
import dev.verbatim.server.identity.clerk.ClerkTokens;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The whole of Clerk's identity as the service wires it, with keys from a JWKS, users and sessions
 * from a Backend API, both on a real port, and no webhook.
 */
class SignInTest {
  private static final long T = HeldTime.START.toEpochMilli();

  /** Within which a socket ends whose session is over. */
  private static final Duration WITHIN = Duration.ofSeconds(5);

  @TempDir Path directory;

  private ClerkStub clerk;
  private ClerkChat running;

  @BeforeEach
  void start() throws Exception {
    clerk = new ClerkStub();
    serve(ClerkTokens.KEY);
    put("ada", false);
    put("bob", false);
    running =
        new ClerkChat(
            directory,
            new InMemoryChatStore(),
            Map.of(
                "CLERK_JWKS_URL",
                clerk.url() + "/.well-known/jwks.json",
                "CLERK_API_URL",
                clerk.url().toString(),
                "CLERK_SECRET_KEY",
                ClerkStub.SECRET_KEY));
  }

  @AfterEach
  void stop() throws Exception {
    running.close();
    clerk.close();
  }

  private void serve(RSAKey... keys) {
    clerk.putJwks(
        Stream.of(keys)
            .map(key -> key.toPublicJWK().toJSONString())
            .collect(Collectors.joining(",", "{\"keys\":[", "]}")));
  }

  private void put(String name, boolean isBanned) {
    String id = ClerkChat.clerkId(name);
    clerk.putUser(id, ClerkEvents.user(id, name, isBanned, isBanned ? T + 1 : T));
  }

  /** A token of a new session, which Clerk knows. */
  private String token(String name) throws Exception {
    String token = running.token(name);
    clerk.putSession(running.sessionOf(token), "active");
    return token;
  }

  private void end(String token, String status) {
    clerk.putSession(running.sessionOf(token), status);
  }

  private SocketClient connect(String token) {
    SocketClient client = running.connect(token);
    client.await("connect");
    return client;
  }

  private static void isHere(SocketClient client) {
    assertTrue(client.call("get_online_users", "{}").path("ok").asBoolean());
  }

  private void answers(int status, String code, String token) throws Exception {
    HttpResponse<String> answer = running.me(token);
    assertEquals(status, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(code), answer.body());
  }

  private long fetches() {
    return clerk.requests().stream().filter(path -> path.endsWith("jwks.json")).count();
  }

  @Test
  void letsInWhomATokenNamesAsTheBackendApiKnowsThem() throws Exception {
    try (SocketClient client = connect(token("ada"))) {
      JsonNode user = client.call("authenticate", "{}").path("user");
      assertEquals("user_ada", user.path("clerkId").asString());
      assertEquals("ada@example.com", user.path("email").asString());
    }
    answers(200, "user_ada", running.token("ada"));
    answers(401, "USER_NOT_FOUND", running.token("nobody"));
    assertEquals(1, fetches());
  }

  @Test
  void endsALiveSocketWithinFiveSecondsOfItsSessionsRevocation() throws Exception {
    String phone = token("ada");
    String laptop = token("ada");
    try (SocketClient first = connect(phone);
        SocketClient second = connect(laptop);
        SocketClient bob = connect(token("bob"))) {
      running.time.advance(Duration.ofSeconds(20));
      isHere(first);
      end(phone, "revoked");
      running.time.advance(WITHIN);
      first.await("disconnect");
      isHere(second);
      isHere(bob);
      answers(401, "INVALID_TOKEN", phone);
      answers(401, "INVALID_TOKEN", running.next(phone, "ada"));
      answers(200, "user_ada", laptop);
      assertEquals(2, running.refused().get("revoked_session"));
    }
  }

  @Test
  void refusesRequestsWithinFiveSecondsOfASessionsRevocationThatNeverHadASocket() throws Exception {
    String token = token("ada");
    answers(200, "user_ada", token);
    running.time.advance(Duration.ofSeconds(10));
    end(token, "revoked");
    running.time.advance(WITHIN);
    answers(401, "INVALID_TOKEN", token);
    answers(401, "INVALID_TOKEN", running.next(token, "ada"));
  }

  @Test
  void refusesAnAddressThatShowsForgedTokensOnSocketsAsOnRoutes() throws Exception {
    String known = token("ada");
    answers(200, "user_ada", known);
    String forged = "{\"token\":\"" + ClerkTokens.forged(running.time.instant()) + "\"}";
    try (SocketClient guest = SocketClient.open(running.port(), null)) {
      guest.await("connect");
      for (int i = 0; i < Limits.FORGED_TOKENS_AT_ONCE; i++) {
        JsonNode refused = guest.call("authenticate", forged);
        assertEquals("INVALID_TOKEN", refused.at("/error/code").asString());
      }
      // Nobody knows whether it is good: by its transport's end a stock client comes back by
      // itself.
      guest.emit("authenticate", forged);
      String last = "authentication_error";
      while (last.equals("authentication_error")) {
        last = guest.next().name();
      }
      assertTrue(last.matches("close \\d+"), last);
    }
    try (SocketClient client = SocketClient.open(running.port(), forged)) {
      assertTrue(client.next().name().matches("close \\d+"));
    }
    answers(429, "RATE_LIMIT_EXCEEDED", token("bob"));
    assertEquals(Limits.FORGED_TOKENS_AT_ONCE, running.refused().get("bad_signature"));
    assertEquals(3, running.refused().get("over_rate"));
    try (SocketClient client = connect(running.next(known, "ada"))) {
      JsonNode unseen = client.call("authenticate", forged);
      assertEquals("RATE_LIMIT_EXCEEDED", unseen.at("/error/code").asString());
      assertEquals(1, unseen.at("/error/details/retryAfter").asInt());
      isHere(client);
    }
    running.time.advance(Duration.ofSeconds(1));
    answers(200, "user_bob", token("bob"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-For", "Forwarded"})
  void judgesNobodyByTheAddressOfAProxyThatIsNotTrusted(String header) throws Exception {
    String forged = ClerkTokens.forged(running.time.instant());
    String auth = "{\"token\":\"" + forged + "\"}";
    Map<String, String> forwarded = Map.of(header, "for=192.0.2.1");
    try (SocketClient forger = SocketClient.open(running.port(), null, "", forwarded)) {
      forger.await("connect");
      for (int i = 0; i < Limits.FORGED_TOKENS_AT_ONCE; i++) {
        JsonNode refused = forger.call("authenticate", auth);
        assertEquals("INVALID_TOKEN", refused.at("/error/code").asString());
      }
    }
    for (int i = 0; i < 10; i++) {
      HttpResponse<String> refused = running.me(forged, header, "for=192.0.2.1");
      assertEquals(401, refused.statusCode());
    }
    assertEquals(200, running.me(token("bob"), header, "for=192.0.2.2").statusCode());
    auth = "{\"token\":\"" + token("bob") + "\"}";
    try (SocketClient bob = SocketClient.open(running.port(), auth, "", forwarded)) {
      bob.await("connect");
      isHere(bob);
    }
    // Nor has the proxy's address been told of what it forwarded.
    answers(401, "INVALID_TOKEN", forged);
    assertEquals(0, running.refused().get("over_rate"));
  }

  @Test
  void closesTransportsAndAnswersUnavailableWhileItNeverHadKeys() throws Exception {
    clerk.fail(500);
    String token = token("ada");
    answers(503, "UNAVAILABLE", token);
    try (SocketClient client = running.connect(token)) {
      assertTrue(client.next().name().matches("close \\d+"));
    }
    assertCounted("verbatim_event_errors_total{code=\"UNAVAILABLE\",event=\"connect\"} 1.0");
    assertEquals(1, fetches());
    clerk.recover();
    running.time.advance(ClerkLimits.KEY_FETCH_INTERVAL.plusMillis(1));
    try (SocketClient client = connect(token)) {
      isHere(client);
    }
    assertEquals(2, fetches());
    assertCounted("verbatim_events_total{event=\"connect\"} 2.0");
    assertCounted("verbatim_answer_seconds_count{event=\"connect\"} 1");
  }

  private void assertCounted(String sample) {
    String text = running.metrics.scrape(null).text();
    assertTrue(text.contains("\n" + sample + "\n"), sample);
  }

  @Test
  void endsTheSocketsOfWhoIsBannedWithinFiveSeconds() throws Exception {
    String phone = token("ada");
    String laptop = token("ada");
    try (SocketClient first = connect(phone);
        SocketClient second = connect(laptop);
        SocketClient bob = connect(token("bob"))) {
      put("ada", /* isBanned= */ true);
      end(phone, "revoked");
      end(laptop, "revoked");
      running.time.advance(WITHIN);
      first.await("disconnect");
      second.await("disconnect");
      isHere(bob);
      answers(401, "", phone);
    }
  }

  @Test
  void endsTheSocketsOfWhoIsDeletedWithinFiveSeconds() throws Exception {
    String token = token("ada");
    try (SocketClient client = connect(token);
        SocketClient bob = connect(token("bob"))) {
      clerk.remove("/v1/users/user_ada");
      clerk.remove("/v1/sessions/" + running.sessionOf(token));
      running.time.advance(WITHIN);
      client.await("disconnect");
      isHere(bob);
      answers(401, "INVALID_TOKEN", token);
    }
  }

  @Test
  void endsASocketWhoseTokenExpiresAndKeepsOneThatShowsAFreshOne() throws Exception {
    String first = token("ada");
    String second = token("ada");
    try (SocketClient old = connect(first);
        SocketClient fresh = connect(second)) {
      running.time.advance(Duration.ofSeconds(45));
      assertTrue(old.await("token_expiring").path("expiresAt").asString().endsWith("Z"));
      fresh.await("token_expiring");
      String next = "{\"token\":\"" + running.next(second, "ada") + "\"}";
      assertTrue(fresh.call("authenticate", next).path("ok").asBoolean());
      running.time.advance(Duration.ofSeconds(15).plus(Limits.CLOCK_SKEW).plusSeconds(1));
      // By the transport alone, so that a stock client comes back by itself.
      assertTrue(old.next().name().matches("close \\d+"));
      isHere(fresh);
      answers(401, "TOKEN_EXPIRED", first);
    }
  }

  @Test
  void findsTheKeyThatFollowsWithoutFetchingMoreOftenThanTheBound() throws Exception {
    answers(200, "user_ada", running.token("ada"));
    serve(ClerkTokens.KEY, ClerkTokens.NEXT_KEY);
    for (int i = 0; i < 10; i++) {
      answers(401, "INVALID_TOKEN", running.token(ClerkTokens.NEXT_KEY, "ada"));
    }
    assertEquals(1, fetches());
    running.time.advance(ClerkLimits.KEY_FETCH_INTERVAL.plusMillis(1));
    for (int i = 0; i < 10; i++) {
      answers(200, "user_ada", running.token(ClerkTokens.NEXT_KEY, "ada"));
      answers(200, "user_ada", running.token("ada"));
    }
    assertEquals(2, fetches());
    try (SocketClient client = connect(running.token(ClerkTokens.NEXT_KEY, "ada"))) {
      isHere(client);
    }
  }
}
