package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatListener;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.Users;
import dev.verbatim.chat.storage.sqlite.SqliteChatStore;
import dev.verbatim.server.Limits;
import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.identity.IdentityCalls;
import dev.verbatim.server.identity.RefusedTokens;
import dev.verbatim.server.identity.clerk.ClerkIdentity;
import dev.verbatim.server.identity.clerk.ClerkLimits;
import dev.verbatim.server.identity.clerk.ClerkTokens;
import dev.verbatim.server.identity.clerk.ClerkTrust;
import dev.verbatim.server.identity.clerk.JwksServer;
import dev.verbatim.server.identity.clerk.RevokedSessions;
import dev.verbatim.server.metrics.Metrics;
import dev.verbatim.server.settings.Origins;
import dev.verbatim.server.settings.Settings;
import dev.verbatim.server.telemetry.Traces;
import dev.verbatim.socketio.SocketIoOptions;
import dev.verbatim.socketio.SocketIoServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clerk's tokens through the HTTP layer, with the instance's JWKS on a real port. */
class ClerkRoutesTest {
  private final HeldTime time = new HeldTime();
  private final RefusedTokens refused = new RefusedTokens(time);
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Metrics metrics = new Metrics();
  private SocketIoServer sockets;
  private ClerkIdentity identity;
  private JwksServer jwks;
  private Chat chat;
  private HttpHost host;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    jwks = JwksServer.start();
    Settings settings =
        Settings.read(
            Map.of("HOST", "127.0.0.1", "PORT", "0", "RATE_LIMIT_MAX_REQUESTS", "0"), directory);
    sockets = SocketIoServer.create(SocketIoOptions.defaults());
    chat =
        Chat.open(
            SqliteChatStore.open(directory),
            ChatSettings.builder().build(),
            ChatListener.NONE,
            time,
            time,
            blocking);
    var trust =
        new ClerkTrust(
            ClerkTokens.ISSUER,
            new Settings.ClerkKeys.Jwks(jwks.address()),
            new Origins(Set.of(ClerkTokens.ORIGIN), false),
            /* isPartyRequired= */ false);
    identity =
        new ClerkIdentity(
            trust, RevokedSessions.NONE, time, Duration.ofMinutes(1), IdentityCalls.NONE);
    var admission =
        new Admission(
            identity,
            chat.users(),
            claims -> Optional.of(chat.users().ensure(newUser(claims.subject())).user()),
            refused,
            settings.trustProxy(),
            time);
    host =
        HttpHost.start(
            new Backend(
                settings,
                chat,
                admission,
                /* accounts= */ null,
                /* webhook= */ null,
                new PageIdentity.Elsewhere(),
                sockets,
                time,
                metrics,
                Traces.NONE,
                () -> false));
  }

  private static Users.NewUser newUser(String clerkId) {
    return new Users.NewUser(clerkId, "a@b.c", "Ada", "", null, null);
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
    metrics.close();
    chat.close();
    jwks.close();
    client.close();
    blocking.close();
  }

  private HttpResponse<String> ask(String... tokens) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.port() + "/api/users/me"));
    for (String token : tokens) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String token() throws Exception {
    return ClerkTokens.token(time.instant());
  }

  @Test
  void isUnavailableUntilThereWereKeys() throws Exception {
    HttpResponse<String> answer = ask(token());
    assertEquals(503, answer.statusCode());
    assertEquals("16", answer.headers().firstValue("retry-after").orElse(""));
    assertEquals(Optional.empty(), answer.headers().firstValue("www-authenticate"));
    assertTrue(answer.body().contains("\"code\":\"UNAVAILABLE\""), answer.body());
    assertEquals(1, refused.counts().get("unavailable"));
    jwks.serve(ClerkTokens.KEY);
    time.advance(ClerkLimits.KEY_FETCH_INTERVAL.plusSeconds(1));
    assertEquals(200, ask(token()).statusCode());
  }

  @Test
  void takesAGoodTokenOf8192CharactersAndNoLongerOne() throws Exception {
    jwks.serve(ClerkTokens.KEY);
    assertEquals(200, ask(ClerkTokens.longest(time.instant())).statusCode());
    for (int length : List.of(8193, 9 * 1024)) {
      int status = ask(ClerkTokens.ofLength(length, time.instant())).statusCode();
      assertTrue(List.of(400, 401, 431).contains(status), length + ": " + status);
    }
    assertEquals(431, ask(ClerkTokens.ofLength(17 * 1024, time.instant())).statusCode());
  }

  @Test
  void refusesTwoAuthorizationHeadersEqualOrNot() throws Exception {
    jwks.serve(ClerkTokens.KEY);
    assertEquals(200, ask(token()).statusCode());
    assertEquals(401, ask(token(), token()).statusCode());
    assertEquals(401, ask(token(), "x").statusCode());
    assertEquals(401, ask("x", token()).statusCode());
  }

  @Test
  void refusesAnAddressThatShowsForgedTokensWithoutVerifyingThem() throws Exception {
    jwks.serve(ClerkTokens.KEY);
    String known = token();
    assertEquals(200, ask(known).statusCode());
    String next = ClerkTokens.signed(ClerkTokens.claims(time.instant().plusSeconds(1)));
    String other =
        ClerkTokens.signed(ClerkTokens.claims(time.instant()).replace("sess_1", "sess_2"));
    String forged = ClerkTokens.forged(time.instant());
    for (int i = 0; i < Limits.FORGED_TOKENS_AT_ONCE; i++) {
      assertEquals(401, ask(forged).statusCode());
    }
    long computed = identity.signaturesComputed();
    for (int i = 0; i < 10; i++) {
      HttpResponse<String> answer = ask(forged);
      assertEquals(429, answer.statusCode());
      assertEquals("1", answer.headers().firstValue("retry-after").orElse(""));
      assertTrue(answer.body().contains("\"code\":\"RATE_LIMIT_EXCEEDED\""), answer.body());
    }
    assertEquals(429, ask(other).statusCode(), "nobody knows whether it is good");
    assertEquals(computed, identity.signaturesComputed());
    assertEquals(11, refused.counts().get("over_rate"));
    assertEquals(200, ask(next).statusCode(), "of a session that is known");
    assertEquals(computed + 1, identity.signaturesComputed());
    // A forged token that names a known session costs one verification, and the session that.
    String ofKnown = next.substring(0, next.lastIndexOf('.')) + ".AAAA";
    assertEquals(401, ask(ofKnown).statusCode());
    assertEquals(429, ask(ofKnown).statusCode());
    assertEquals(computed + 2, identity.signaturesComputed());
    time.advance(Duration.ofSeconds(1));
    assertEquals(200, ask(other).statusCode());
  }

  @Test
  void tellsWhoeverHasABadTokenTheSame() throws Exception {
    jwks.serve(ClerkTokens.KEY);
    String claims = ClerkTokens.claims(time.instant());
    Set<String> bodies = new HashSet<>();
    for (String bad :
        List.of(
            "x",
            ClerkTokens.signed(claims.replace("user_1", "org_1")),
            ClerkTokens.signed(claims.replace(ClerkTokens.ORIGIN, "https://evil.example")),
            ClerkTokens.signed(claims.replace("\"exp\"", "\"sts\":\"pending\",\"exp\"")),
            token() + "A")) {
      HttpResponse<String> answer = ask(bad);
      assertEquals(401, answer.statusCode());
      bodies.add(answer.body());
    }
    assertEquals(1, bodies.size(), bodies.toString());
    assertTrue(bodies.iterator().next().contains("\"code\":\"INVALID_TOKEN\""), bodies.toString());
    assertEquals(1, refused.counts().get("wrong_party"));
    String token = token();
    time.advance(Duration.ofMinutes(2));
    assertTrue(ask(token).body().contains("\"code\":\"TOKEN_EXPIRED\""));
    assertEquals(1, refused.counts().get("expired"));
  }
}
