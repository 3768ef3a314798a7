package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.verbatim.server.settings.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command, against a stub of Clerk's key set and Backend API on the loopback. */
final class CheckConfigTest {
  private static final String SECRET_KEY = "sk_live_hunter2";

  @TempDir Path directory = Path.of("");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment =
      new HashMap<>(Map.of("HOST", "127.0.0.1", "PORT", "0"));
  private final HttpServer clerk;
  private RSAPublicKey instanceKey;

  CheckConfigTest() throws IOException {
    clerk = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void startClerk() throws Exception {
    instanceKey = rsa(2048);
    String keys = new JWKSet(new RSAKey.Builder(instanceKey).keyID("ins_1").build()).toString();
    clerk.createContext("/keys", exchange -> answer(exchange, 200, keys));
    clerk.createContext(
        "/v1/jwks",
        exchange -> {
          String bearer = exchange.getRequestHeaders().getFirst("Authorization");
          boolean isRight = ("Bearer " + SECRET_KEY).equals(bearer);
          answer(exchange, isRight ? 200 : 401, isRight ? keys : "{}");
        });
    clerk.createContext("/none", exchange -> answer(exchange, 200, "{\"keys\":[]}"));
    clerk.createContext("/text", exchange -> answer(exchange, 200, "hunter2"));
    clerk.createContext("/large", exchange -> answer(exchange, 200, " ".repeat(2 << 20) + keys));
    serve("/weak", new RSAKey.Builder(rsa(1024)).keyID("ins_1"));
    serve("/nameless", new RSAKey.Builder(instanceKey));
    serve("/encrypting", new RSAKey.Builder(instanceKey).keyID("ins_1").keyUse(KeyUse.ENCRYPTION));
    serve("/other", new RSAKey.Builder(instanceKey).keyID("ins_1").algorithm(JWSAlgorithm.PS256));
    clerk.createContext("/down", exchange -> answer(exchange, 500, keys));
    clerk.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/keys");
          answer(exchange, 302, "");
        });
    clerk.start();
  }

  @AfterEach
  void stopClerk() {
    clerk.stop(0);
  }

  private static RSAPublicKey rsa(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return (RSAPublicKey) generator.generateKeyPair().getPublic();
  }

  private void serve(String path, RSAKey.Builder key) {
    String keys = new JWKSet(key.build()).toString();
    clerk.createContext(path, exchange -> answer(exchange, 200, keys));
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Test
  void saysWhatWouldBeUsedAndLeavesNothingBehind() {
    environment.put("REPLAY_LIMIT", "100");
    assertEquals(0, check(), out() + err());
    for (String line :
        List.of(
            "Mode: development",
            "Origins: localhost",
            "Proxies in front: none; behind one all clients would count as one address, unless"
                + " TRUST_PROXY is set",
            "Operator token: none",
            "Other than by default: PORT=0, REPLAY_LIMIT=100",
            "ok: port: 127.0.0.1:0 is free")) {
      assertTrue(out().lines().anyMatch(line::equals), () -> line + "\n" + out());
    }
    assertTrue(out().contains("will be made at the first start"), out());
    assertFalse(Files.exists(directory.resolve("data")));
  }

  @Test
  void listsMistakesInsteadWithTheirCode() {
    environment.put("PORT", "many");
    assertEquals(78, check());
    assertEquals("", out());
  }

  @Test
  void canLookBesideARunningServer() throws Exception {
    try (RunningServer server = RunningServer.start(directory, Map.of())) {
      assertEquals(0, check(), out());
      assertTrue(out().contains("data can be opened"), out());
      environment.put("PORT", Integer.toString(server.port()));
      assertEquals(1, check());
      assertTrue(out().contains("failed: port: 127.0.0.1:" + server.port()), out());
      assertTrue(out().contains("ok: store"), out());
    }
    // Neither was the store locked, nor is it damaged.
    RunningServer.start(directory, Map.of()).close();
  }

  @Test
  void tellsThatTheStoreIsNone() throws Exception {
    Files.writeString(directory.resolve("file"), "");
    environment.put("DATA_DIR", "file");
    assertEquals(1, check());
    assertTrue(out().contains("failed: store: "), out());
    environment.put("DATA_DIR", ".");
    Files.writeString(directory.resolve("verbatim.db"), "no database at all, but text".repeat(99));
    assertEquals(1, check());
    assertTrue(out().contains("is not a Verbatim store"), out());
  }

  @Test
  void triesClerk() {
    useClerk();
    assertEquals(0, check(), out() + err());
    assertTrue(out().contains("Identity: Clerk, issuer https://clerk.example.org"), out());
    assertTrue(out().contains("Secret key: set"), out());
    assertTrue(out().contains("ok: Clerk's keys: " + url("/keys")), out());
    assertTrue(out().contains("ok: Clerk's Backend API: " + url("/v1/jwks")), out());
    environment.put("CLERK_SECRET_KEY", "sk_live_hunter2other");
    assertEquals(1, check());
    assertTrue(out().contains("401: the key is not accepted"), out());
  }

  @Test
  void tellsThatTheSecretKeyIsOfAnotherInstance() throws Exception {
    useClerk();
    assertEquals(0, check(), out() + err());
    assertTrue(out().contains("ok: Clerk's instance: the keys belong together"), out());
    serve("/another", new RSAKey.Builder(rsa(2048)).keyID("ins_2"));
    environment.put("CLERK_JWKS_URL", url("/another"));
    assertEquals(1, check());
    assertTrue(out().contains("ok: Clerk's Backend API"), out());
    assertTrue(
        out().contains("failed: Clerk's instance: CLERK_SECRET_KEY is of another instance"), out());
    // What cannot be fetched is told, but not twice.
    environment.put("CLERK_JWKS_URL", url("/down"));
    assertEquals(1, check());
    assertTrue(out().contains("failed: Clerk's keys"), out());
    assertTrue(out().contains("ok: Clerk's instance: cannot be compared; " + url("/down")), out());
  }

  @Test
  void tellsThatAKeyInPemIsNoneOfTheInstances() throws Exception {
    useClerk();
    // Nobody but root can listen on port 1, and nobody does: the Backend API alone tells.
    environment.put("CLERK_JWT_ISSUER", "https://127.0.0.1:1");
    environment.put("CLERK_JWT_KEY", pem(instanceKey));
    assertEquals(0, check(), out() + err());
    assertTrue(out().contains("ok: Clerk's instance: the keys belong together"), out());
    environment.put("CLERK_JWT_KEY", pem(rsa(2048)));
    assertEquals(1, check());
    assertTrue(
        out().contains("failed: Clerk's instance: CLERK_JWT_KEY is none of the keys at"), out());
    // A service with a key in PEM needs nobody there.
    environment.remove("CLERK_SECRET_KEY");
    environment.put("CLERK_WEBHOOK_SECRET", "whsec_aaaa");
    assertEquals(0, check(), out() + err());
    assertTrue(out().contains("ok: Clerk's instance: cannot be compared; https://127"), out());
  }

  private static String pem(RSAPublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getEncoder().encodeToString(key.getEncoded())
        + "\n-----END PUBLIC KEY-----";
  }

  @ParameterizedTest
  @CsvSource({
    "/none, it has no key for RS256",
    "/weak, it has no key for RS256",
    "/nameless, it has no key for RS256",
    "/encrypting, it has no key for RS256",
    "/other, it has no key for RS256",
    "/text, its answer is no set of keys",
    "/down, it answers 500",
    "/moved, it answers 302",
    "/nowhere, it answers 404",
    "/large, body exceeds",
  })
  void tellsWhatIsWrongWithTheKeys(String path, String reason) {
    String told = failure(url(path), Duration.ofSeconds(60));
    assertTrue(told.startsWith(url(path) + ": " + reason), told);
    assertFalse(told.contains("hunter2"), told);
  }

  @Test
  void doesNotWaitForAnAnswerForEver() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort() + "/keys";
      String told = failure(url, Duration.ofMillis(50));
      assertTrue(told.contains("within 50 ms") || told.contains("timed out"), told);
    }
  }

  @Test
  void tellsThatNobodyAnswers() {
    // Nobody but root can listen on port 1, and nobody does.
    String told = failure("http://127.0.0.1:1/keys", Duration.ofSeconds(60));
    assertTrue(told.contains("nobody answers there"), told);
  }

  @Test
  void showsNoSecretWhateverIsAsked() {
    useClerk();
    environment.put("OPERATOR_TOKEN", "hunter2");
    environment.put("CLERK_WEBHOOK_SECRET", "whsec_hunter2/");
    environment.put(
        "MONGODB_URI", "mongodb://hunter2:<db_password>@127.0.0.1:1/chat?proxyPassword=hunter2");
    environment.put("DATABASE_PASSWORD", "hunter2");
    for (boolean isClerkThere : List.of(true, false)) {
      if (!isClerkThere) {
        clerk.stop(0);
      }
      for (List<String> command :
          List.of(
              List.of("check-config"),
              List.of("token", "alice"),
              List.of("verify-store"),
              List.of(
                  "seed",
                  "--users",
                  "1",
                  "--groups",
                  "1",
                  "--members",
                  "1",
                  "--tokens",
                  "t.tsv"))) {
        int _ = run(command);
        assertFalse((out() + err()).contains("hunter2"), () -> out() + err());
      }
    }
    environment.put("CLERK_SECRET_KEY", "hunter2");
    environment.put("CLERK_WEBHOOK_SECRET", "hunter2");
    environment.put("CLERK_JWT_KEY", "hunter2");
    environment.put("MONGODB_URI", "hunter2");
    assertEquals(78, check());
    assertEquals(4, err().lines().count(), err());
    assertFalse((out() + err()).contains("hunter2"), () -> out() + err());
  }

  private static String failure(String url, Duration within) {
    var check = new KeySetCheck("keys", URI.create(url), new Secret("sk_live_hunter2"), within);
    return assertInstanceOf(ConnectionCheck.Fails.class, check.run()).reason();
  }

  private void useClerk() {
    environment.put("CLERK_JWT_ISSUER", "https://clerk.example.org");
    environment.put("CLERK_SECRET_KEY", SECRET_KEY);
    environment.put("CLERK_JWKS_URL", url("/keys"));
    environment.put("CLERK_API_URL", url(""));
  }

  private String url(String path) {
    return "http://127.0.0.1:" + clerk.getAddress().getPort() + path;
  }

  private int check() {
    return run(List.of("check-config"));
  }

  private int run(List<String> arguments) {
    out.reset();
    err.reset();
    return new Main(Main.NAME, environment, directory, print(out), print(err)).run(arguments);
  }

  private static PrintStream print(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
