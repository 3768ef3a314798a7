package dev.verbatim.server.identity.clerk;

import static dev.verbatim.server.identity.clerk.ClerkTokens.FOREIGN_KEY;
import static dev.verbatim.server.identity.clerk.ClerkTokens.ISSUER;
import static dev.verbatim.server.identity.clerk.ClerkTokens.KEY;
import static dev.verbatim.server.identity.clerk.ClerkTokens.KEY_ID;
import static dev.verbatim.server.identity.clerk.ClerkTokens.NEXT_KEY;
import static dev.verbatim.server.identity.clerk.ClerkTokens.ORIGIN;
import static dev.verbatim.server.identity.clerk.ClerkTokens.base64;
import static dev.verbatim.server.identity.clerk.ClerkTokens.claims;
import static dev.verbatim.server.identity.clerk.ClerkTokens.header;
import static dev.verbatim.server.identity.clerk.ClerkTokens.signed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.RSAKey;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.server.identity.Identity.Invalid;
import dev.verbatim.server.identity.Identity.Unavailable;
import dev.verbatim.server.identity.Identity.Verdict;
import dev.verbatim.server.identity.Identity.Verified;
import dev.verbatim.server.identity.IdentityCalls;
import dev.verbatim.server.identity.IssuerKeys;
import dev.verbatim.server.identity.Mistake;
import dev.verbatim.server.settings.Origins;
import dev.verbatim.server.settings.Secret;
import dev.verbatim.server.settings.Settings.ClerkKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of tokens while keys come, go and cannot be had. */
class FetchedKeysTest {
  private static final Verdict UNKNOWN_KEY = new Invalid(Mistake.UNKNOWN_KEY);
  private static final Verdict BAD_SIGNATURE = new Invalid(Mistake.BAD_SIGNATURE);
  private static final Duration INTERVAL = ClerkLimits.KEY_FETCH_INTERVAL.plusMillis(1);

  /** A bound on what shall come to its end by itself, never a pace. */
  private static final Duration LONG = Duration.ofMinutes(1);

  /** The bound that passes where something hangs on purpose. */
  private static final Duration SHORT = Duration.ofMillis(300);

  private final HeldTime time = new HeldTime();
  private JwksServer server;
  private ClerkIdentity identity;

  @BeforeEach
  void start() throws Exception {
    server = JwksServer.start(KEY);
    identity = identity(LONG);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ClerkIdentity identity(Duration fetchTimeMax) {
    return identity(new ClerkKeys.Jwks(server.address()), fetchTimeMax);
  }

  private ClerkIdentity identity(ClerkKeys keys, Duration fetchTimeMax) {
    return new ClerkIdentity(
        new ClerkTrust(ISSUER, keys, new Origins(Set.of(ORIGIN), false), false),
        RevokedSessions.NONE,
        time,
        fetchTimeMax,
        IdentityCalls.NONE);
  }

  private Verdict verify(RSAKey key) throws Exception {
    return identity.verify(signed(key, claims(time.instant())));
  }

  private void assertGood(RSAKey key) throws Exception {
    assertInstanceOf(Verified.class, verify(key));
  }

  private static String unknownKeyId(int number, Instant now) {
    String header = header().replace(KEY_ID, "ins_unknown_" + number);
    return base64(header) + "." + base64(claims(now)) + ".AAAA";
  }

  @Test
  void fetchesOnceForAllTokens() throws Exception {
    for (int i = 0; i < 10; i++) {
      assertGood(KEY);
    }
    assertEquals(1, server.fetches());
    assertNull(server.authorization());
  }

  @Test
  void tellsHowItStands() throws Exception {
    assertEquals(new IssuerKeys(false, null, false), identity.keys());
    server.answerText(500, "");
    assertInstanceOf(Unavailable.class, verify(KEY));
    assertEquals(new IssuerKeys(false, null, true), identity.keys());
    server.serve(KEY);
    time.advance(Duration.ofMinutes(1));
    Instant fetchedAt = time.instant();
    assertGood(KEY);
    assertEquals(new IssuerKeys(true, fetchedAt, false), identity.keys());
  }

  @Test
  void asksTheBackendApiWithTheSecret() throws Exception {
    identity = identity(new ClerkKeys.BackendApi(server.address(), new Secret("sk_test_1")), LONG);
    assertGood(KEY);
    assertEquals("Bearer sk_test_1", server.authorization());
  }

  @Test
  void survives10000UnknownKeyIdsWithTwoFetchesIn30Seconds() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      assertEquals(UNKNOWN_KEY, identity.verify(unknownKeyId(i, time.instant())));
      if (i % 100 == 0) {
        assertGood(KEY);
      }
      if (i < 9_990) {
        time.advance(Duration.ofMillis(3));
      }
    }
    assertTrue(server.fetches() <= 2, "" + server.fetches());
  }

  @Test
  void survivesForgedSignaturesWithTwoFetchesIn30Seconds() throws Exception {
    for (int i = 0; i < 300; i++) {
      assertEquals(BAD_SIGNATURE, verify(FOREIGN_KEY));
      assertGood(KEY);
      time.advance(Duration.ofMillis(100));
    }
    assertEquals(2, server.fetches());
  }

  @Test
  void letsGoodTokensPassWhileUnknownKeyIdsWaitForAServerThatHangs() throws Exception {
    assertGood(KEY);
    server.awaitFetch();
    server.hang(KEY, NEXT_KEY);
    time.advance(INTERVAL);
    LinkedBlockingQueue<Verdict> verdicts = new LinkedBlockingQueue<>();
    int beyond = 36;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < ClerkLimits.KEY_WAITERS_MAX + beyond; i++) {
        String token = unknownKeyId(i, time.instant());
        threads.execute(() -> verdicts.add(identity.verify(token)));
      }
      // The others wait, and no more than that.
      for (int i = 0; i < beyond; i++) {
        assertEquals(UNKNOWN_KEY, verdicts.poll(1, TimeUnit.MINUTES));
      }
      assertGood(KEY);
      assertNull(verdicts.poll());
      server.release();
      for (int i = 0; i < ClerkLimits.KEY_WAITERS_MAX; i++) {
        assertEquals(UNKNOWN_KEY, verdicts.poll(1, TimeUnit.MINUTES));
      }
    }
    assertEquals(2, server.fetches());
    assertGood(NEXT_KEY);
  }

  @Test
  void findsAKeyThatCameUnderANewId() throws Exception {
    assertGood(KEY);
    server.serve(KEY, NEXT_KEY);
    assertEquals(UNKNOWN_KEY, verify(NEXT_KEY), "fetched just before");
    time.advance(INTERVAL);
    assertGood(NEXT_KEY);
    assertGood(KEY);
    assertEquals(2, server.fetches());
  }

  @Test
  void findsAKeyThatCameUnderTheSameId() throws Exception {
    assertGood(KEY);
    RSAKey rotated = ClerkTokens.withKeyId(NEXT_KEY, KEY_ID);
    server.serve(rotated);
    assertEquals(BAD_SIGNATURE, verify(rotated), "fetched just before");
    time.advance(INTERVAL);
    assertGood(rotated);
    assertEquals(BAD_SIGNATURE, verify(KEY));
    assertEquals(2, server.fetches());
  }

  @Test
  void triesBothKeysOfOneIdWhileOneFollowsTheOther() throws Exception {
    RSAKey rotated = ClerkTokens.withKeyId(NEXT_KEY, KEY_ID);
    server.serve(KEY, rotated);
    assertGood(KEY);
    assertGood(rotated);
    assertEquals(1, server.fetches());
  }

  @Test
  void believesAKeyNoMoreThatIsGone() throws Exception {
    String token = signed(KEY, claims(time.instant()).replace("\"exp\":", "\"x\":1,\"exp\":"));
    assertInstanceOf(Verified.class, identity.verify(token));
    server.serve(NEXT_KEY);
    time.advance(INTERVAL);
    assertGood(NEXT_KEY);
    assertEquals(UNKNOWN_KEY, identity.verify(token), "though it was verified before");
  }

  @Test
  void fetchesAheadSoThatNoTokenWaits() throws Exception {
    assertGood(KEY);
    server.awaitFetch();
    time.advance(ClerkLimits.KEYS_LIFE.minus(ClerkLimits.KEYS_REFRESH_AHEAD));
    server.hang(KEY, NEXT_KEY);
    assertGood(KEY);
    server.awaitFetch();
    assertGood(KEY);
    server.release();
    // It waits for the fetch that runs, if it still does.
    assertGood(NEXT_KEY);
    assertEquals(2, server.fetches());
  }

  @Test
  void fetchesAgainBeforeItBelievesKeysOfLongAgo() throws Exception {
    assertGood(KEY);
    server.serve(NEXT_KEY);
    time.advance(ClerkLimits.KEYS_LIFE);
    assertEquals(UNKNOWN_KEY, verify(KEY));
    assertGood(NEXT_KEY);
  }

  @Test
  void keepsKeysThroughAnOutageForADay() throws Exception {
    assertGood(KEY);
    server.answerText(500, "");
    for (int i = 0; i < 100; i++) {
      time.advance(ClerkLimits.KEYS_LIFE);
      assertGood(KEY);
      // This one waits for the fetch that runs, if it still does.
      assertEquals(UNKNOWN_KEY, identity.verify(unknownKeyId(i, time.instant())));
    }
    assertEquals(101, server.fetches());
    time.advance(ClerkLimits.KEYS_OUTAGE_MAX);
    assertInstanceOf(Unavailable.class, verify(KEY));
    server.serve(KEY);
    time.advance(INTERVAL);
    assertGood(KEY);
  }

  @Test
  void letsNobodyWaitForAServerThatHasJustFailed() throws Exception {
    assertGood(KEY);
    server.answerText(500, "");
    time.advance(ClerkLimits.KEYS_LIFE);
    assertGood(KEY);
    server.hang(KEY);
    time.advance(INTERVAL);
    assertGood(KEY);
    time.advance(INTERVAL);
    assertGood(KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "500, ''",
    "404, nothing",
    "200, nothing",
    "200, '{}'",
    "200, '{\"keys\":[]}'",
    "200, '{\"keys\":{}}'",
    "200, '{\"keys\":[7]}'",
    "200, '[]'",
    "200, ''",
  })
  void isUnavailableUntilThereWereKeys(int status, String body) throws Exception {
    server.answerText(status, body);
    Unavailable first = assertInstanceOf(Unavailable.class, verify(KEY));
    assertEquals(INTERVAL, first.retryAfter());
    time.advance(Duration.ofSeconds(14));
    Unavailable second = assertInstanceOf(Unavailable.class, verify(FOREIGN_KEY));
    assertEquals(INTERVAL.minusSeconds(14), second.retryAfter());
    assertEquals(1, server.fetches());
    server.serve(KEY);
    time.advance(Duration.ofSeconds(2));
    assertGood(KEY);
    assertEquals(2, server.fetches());
  }

  @Test
  void tellsABadFormAlsoWithoutKeys() {
    server.answerText(500, "");
    assertEquals(new Invalid(Mistake.NOT_THREE_PARTS), identity.verify("x"));
    assertEquals(0, server.fetches());
  }

  @Test
  void passesOverWhatIsNoKeyForThis() throws Exception {
    String small = ClerkTokens.rsa("ins_small", 1024).toPublicJWK().toJSONString();
    String encrypting = NEXT_KEY.toPublicJWK().toJSONString().replace("{", "{\"use\":\"enc\",");
    String other = FOREIGN_KEY.toPublicJWK().toJSONString().replace("{", "{\"alg\":\"PS256\",");
    String nameless = FOREIGN_KEY.toPublicJWK().toJSONString().replace("\"kid\"", "\"kit\"");
    String good =
        KEY.toPublicJWK().toJSONString().replace("{", "{\"use\":\"sig\",\"alg\":\"RS256\",");
    List<String> others =
        List.of(
            small, encrypting, other, nameless, "{\"kty\":\"RSA\",\"kid\":\"x\"}", "{\"kty\":1}");
    server.answerText(200, "{\"keys\":[" + String.join(",", others) + "," + good + "]}");
    assertGood(KEY);
    assertEquals(BAD_SIGNATURE, verify(FOREIGN_KEY));
    assertEquals(UNKNOWN_KEY, verify(NEXT_KEY));
    server.answerText(200, "{\"keys\":[" + String.join(",", others) + "]}");
    identity = identity(LONG);
    assertInstanceOf(Unavailable.class, verify(KEY));
  }

  @Test
  void doesNotFollowARedirect() throws Exception {
    try (JwksServer elsewhere = JwksServer.start(KEY)) {
      server.redirect(elsewhere.address().toString());
      assertInstanceOf(Unavailable.class, verify(KEY));
      assertEquals(0, elsewhere.fetches());
    }
  }

  @Test
  void doesNotRead50Megabytes() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    server.flood(50 << 20, sent);
    assertInstanceOf(Unavailable.class, verify(KEY));
    assertTrue(sent.get() < 25 << 20, "" + sent);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void doesNotWaitForAServerThatHangs(boolean isInTheBody) throws Exception {
    if (isInTheBody) {
      server.hangInTheBody();
    } else {
      server.hang(KEY);
    }
    identity = identity(SHORT);
    assertInstanceOf(Unavailable.class, verify(KEY));
    assertEquals(1, server.fetches());
  }

  @Test
  void isUnavailableWhereNobodyListens() throws Exception {
    server.close();
    assertInstanceOf(Unavailable.class, verify(KEY));
  }

  @Test
  void fetchesOnceForACrowdAtAColdStart() throws Exception {
    server.hang(KEY);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var verdicts = Stream.generate(() -> threads.submit(() -> verify(KEY))).limit(200).toList();
      server.awaitFetch();
      server.release();
      for (var verdict : verdicts) {
        assertInstanceOf(Verified.class, verdict.get(1, TimeUnit.MINUTES));
      }
    }
    assertEquals(1, server.fetches());
  }

  @Test
  void goesOnWhenTheClockIsSetBack() throws Exception {
    assertGood(KEY);
    server.serve(KEY, NEXT_KEY);
    time.set(HeldTime.START.minus(Duration.ofHours(1)));
    assertGood(NEXT_KEY);
    assertEquals(2, server.fetches());
  }
}
