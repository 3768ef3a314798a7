package dev.verbatim.server.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.server.identity.Identity.Expired;
import dev.verbatim.server.identity.Identity.Invalid;
import dev.verbatim.server.identity.Identity.Verified;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class DevelopmentIdentityTest {
  private static final Instant NOW = Instant.parse("2026-05-25T16:17:59Z");
  private static final long T = NOW.getEpochSecond();
  private static final String CLAIMS =
      """
      {"iss":"https://development.verbatim.localhost","sub":"user_dev_alice","sid":"sess_1",\
      "iat":%d,"nbf":%d,"exp":%d,"v":2,"fva":[0,-1]}\
      """
          .formatted(T, T, T + 60);

  @TempDir static Path directory = Path.of("");

  private static DevelopmentKey key;
  private static PrivateKey foreignKey;

  @BeforeAll
  static void makeKeys() throws Exception {
    key = DevelopmentKey.in(directory);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    foreignKey = generator.generateKeyPair().getPrivate();
  }

  @Test
  void verifiesWhatItIssued() {
    DevelopmentIdentity.Issued issued = at(NOW).issue("alice");
    Verified verified = assertInstanceOf(Verified.class, at(NOW).verify(issued.token()));
    assertEquals("user_dev_alice", verified.claims().subject());
    assertEquals(NOW.plus(Duration.ofHours(1)), verified.claims().expiresAt());
    assertEquals(issued.expiresAt(), verified.claims().expiresAt());
  }

  @Test
  void beginsAnotherSessionWithEachToken() {
    assertNotEquals(sessionOf(at(NOW).issue("alice")), sessionOf(at(NOW).issue("alice")));
  }

  @Test
  void acceptsForFiveSecondsAfterExpiry() {
    String token = at(NOW).issue("alice").token();
    Instant expiry = NOW.plus(Duration.ofHours(1));
    assertInstanceOf(Verified.class, at(expiry.plusSeconds(4)).verify(token));
    assertInstanceOf(Expired.class, at(expiry.plusSeconds(6)).verify(token));
  }

  @Test
  void keepsItsKeyForItsOwnerAlone() throws Exception {
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(directory.resolve("development-key.pem"))));
    assertEquals(key, DevelopmentKey.in(directory));
  }

  @Test
  void makesOneKeyWhenManyStartAtOnce(@TempDir Path fresh) throws Exception {
    Path made = fresh.resolve("made");
    Set<String> ids = ConcurrentHashMap.newKeySet();
    try (var threads = Executors.newFixedThreadPool(4)) {
      Callable<Boolean> start = () -> ids.add(DevelopmentKey.in(made).id());
      for (var outcome : threads.invokeAll(java.util.Collections.nCopies(4, start))) {
        outcome.get();
      }
    }
    assertEquals(1, ids.size());
    try (Stream<Path> files = Files.list(made)) {
      assertEquals(1, files.count());
    }
    if (made.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
    }
  }

  @Test
  void refusesAFileThatIsNoKey(@TempDir Path broken) throws Exception {
    Files.writeString(broken.resolve("development-key.pem"), "nonsense");
    assertThrows(java.io.IOException.class, () -> DevelopmentKey.in(broken));
  }

  @Test
  void issuesToUsernamesOnly() {
    assertThrows(IllegalArgumentException.class, () -> at(NOW).issue("Alice"));
  }

  static Stream<Arguments> good() throws Exception {
    return Stream.of(
        Arguments.of("as Clerk's", signed(header(), CLAIMS)),
        Arguments.of("unknown header field", signed(header("\"oiat\":1"), CLAIMS)),
        Arguments.of("embedded keys are not looked at", signed(header("\"jku\":\"x\""), CLAIMS)),
        Arguments.of("without nbf", signed(header(), CLAIMS.replace("\"nbf\":" + T + ",", ""))),
        Arguments.of(
            "nbf and iat 4 s ahead",
            signed(
                header(),
                CLAIMS
                    .replace("\"nbf\":" + T, "\"nbf\":" + (T + 4))
                    .replace("\"iat\":" + T, "\"iat\":" + (T + 4)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void accepts(String name, String token) {
    assertInstanceOf(Verified.class, at(NOW).verify(token), name);
  }

  static Stream<Arguments> bad() throws Exception {
    String good = signed(header(), CLAIMS);
    String[] parts = good.split("\\.", -1);
    return Stream.of(
        Arguments.of("nothing", ""),
        Arguments.of("two dots", ".."),
        Arguments.of("not ASCII", "é.é.é"),
        Arguments.of("two parts", parts[0] + "." + parts[1]),
        Arguments.of("five parts", good + ".x.y"),
        Arguments.of("no signature", parts[0] + "." + parts[1] + "."),
        Arguments.of("padding", good + "="),
        Arguments.of("base64 that is not for URLs", parts[0] + "." + parts[1] + "+." + parts[2]),
        Arguments.of("space before", " " + good),
        Arguments.of("9 KB", signed(header("\"x\":\"" + "x".repeat(7000) + "\""), CLAIMS)),
        Arguments.of("alg none", unsigned(header().replace("RS256", "none"))),
        Arguments.of("alg None", unsigned(header().replace("RS256", "None"))),
        Arguments.of("alg rs256", signed(header().replace("RS256", "rs256"), CLAIMS)),
        Arguments.of("alg RS512", signed(header().replace("RS256", "RS512"), CLAIMS)),
        Arguments.of("alg missing", signed(header().replace("\"alg\"", "\"alh\""), CLAIMS)),
        Arguments.of("HS256 keyed with the public key", keyedWithPublicKey()),
        Arguments.of("a foreign key under the same kid", signed(foreignKey, header(), CLAIMS)),
        Arguments.of("a changed payload", parts[0] + "." + base64(CLAIMS + " ") + "." + parts[2]),
        Arguments.of("typ missing", signed(header().replace("\"typ\"", "\"tip\""), CLAIMS)),
        Arguments.of("typ jwt", signed(header().replace("JWT", "jwt"), CLAIMS)),
        Arguments.of("kid missing", signed(header().replace("\"kid\"", "\"kit\""), CLAIMS)),
        Arguments.of("kid another", signed(header().replace(key.id(), "ins_x"), CLAIMS)),
        Arguments.of("kid a number", signed(header().replace("\"" + key.id() + "\"", "7"), CLAIMS)),
        Arguments.of("crit", signed(header("\"crit\":[\"exp\"]"), CLAIMS)),
        Arguments.of("alg twice", signed(header("\"alg\":\"RS256\""), CLAIMS)),
        Arguments.of("header no object", signed("[]", CLAIMS)),
        Arguments.of("header no JSON", signed("{", CLAIMS)),
        Arguments.of("two objects", signed(header(), CLAIMS + "{}")),
        Arguments.of("payload no JSON", signed(header(), "x")),
        claim("sub twice", "\"sid\"", "\"sub\":\"user_dev_eve\",\"sid\""),
        claim("iss another", "https://dev", "http://dev"),
        claim("iss with a slash", "localhost", "localhost/"),
        claim("sub a number", "\"user_dev_alice\"", "7"),
        claim("sub no user", "user_dev_alice", "dev_alice"),
        claim("sid missing", "\"sid\"", "\"side\""),
        claim("sid empty", "sess_1", ""),
        claim("exp missing", "\"exp\"", "\"expo\""),
        claim("exp a string", "" + (T + 60), "\"" + (T + 60) + "\""),
        claim("exp a fraction", "" + (T + 60), (T + 60) + ".5"),
        claim("exp enormous", "" + (T + 60), "9".repeat(30)),
        claim("iat missing", "\"iat\"", "\"iaat\""),
        claim("iat 60 s ahead", "\"iat\":" + T, "\"iat\":" + (T + 60)),
        claim("iat negative", "\"iat\":" + T, "\"iat\":-1"),
        claim("nbf 60 s ahead", "\"nbf\":" + T, "\"nbf\":" + (T + 60)),
        claim("nbf a string", "\"nbf\":" + T, "\"nbf\":\"\""),
        claim("ten years", "" + (T + 60), "" + (T + 315_360_000)),
        claim("expires before it is issued", "" + (T + 60), "" + (T - 1)),
        claim("pending", "\"v\":2", "\"sts\":\"pending\""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void refuses(String name, String token) {
    assertInstanceOf(Invalid.class, at(NOW).verify(token), name);
  }

  @Test
  void refusesAnExpiredTokenThatIsBadBesidesAsBad() throws Exception {
    String token = signed(header(), CLAIMS.replace("https://dev", "http://dev"));
    assertInstanceOf(Invalid.class, at(NOW.plusSeconds(600)).verify(token));
    String forged = signed(foreignKey, header(), CLAIMS);
    assertInstanceOf(Invalid.class, at(NOW.plusSeconds(600)).verify(forged));
  }

  private static Arguments claim(String name, String from, String to) throws Exception {
    String changed = CLAIMS.replace(from, to);
    assertNotEquals(CLAIMS, changed, name);
    return Arguments.of(name, signed(header(), changed));
  }

  private static DevelopmentIdentity at(Instant now) {
    return new DevelopmentIdentity(key, Clock.fixed(now, ZoneOffset.UTC));
  }

  private static String sessionOf(DevelopmentIdentity.Issued issued) {
    return assertInstanceOf(Verified.class, at(NOW).verify(issued.token())).claims().sessionId();
  }

  private static String header(String... more) {
    String fields = "\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"" + key.id() + "\"";
    return "{" + String.join(",", Stream.concat(Stream.of(fields), Stream.of(more)).toList()) + "}";
  }

  private static String signed(String header, String claims) throws Exception {
    return signed(key.privateKey(), header, claims);
  }

  private static String signed(PrivateKey with, String header, String claims) throws Exception {
    String input = base64(header) + "." + base64(claims);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(with);
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + base64(signature.sign());
  }

  private static String unsigned(String header) {
    return base64(header) + "." + base64(CLAIMS) + ".";
  }

  private static String keyedWithPublicKey() throws Exception {
    String input = base64(header().replace("RS256", "HS256")) + "." + base64(CLAIMS);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.publicKey().getEncoded(), "HmacSHA256"));
    return input + "." + base64(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
