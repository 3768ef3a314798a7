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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.verbatim.server.identity.Claims;
import dev.verbatim.server.identity.Identity.Expired;
import dev.verbatim.server.identity.Identity.Invalid;
import dev.verbatim.server.identity.Identity.Verdict;
import dev.verbatim.server.identity.Identity.Verified;
import dev.verbatim.server.identity.IdentityCalls;
import dev.verbatim.server.identity.Mistake;
import dev.verbatim.server.identity.Profile;
import dev.verbatim.server.settings.Origins;
import dev.verbatim.server.settings.Secret;
import dev.verbatim.server.settings.Settings.ClerkKeys;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which tokens count, by keys that are fetched and by one that is known beforehand alike. */
class ClerkIdentityTest {
  private static final Instant NOW = Instant.parse("2026-05-25T16:17:59.500Z");
  private static final long T = NOW.getEpochSecond();
  private static final String V1 = claims(NOW);
  private static final String V2 =
      V1.replace(
          "\"sub\"",
          "\"v\":2,\"jti\":\"1f0e\",\"sts\":\"active\",\"pla\":\"u:free\",\"fea\":\"u:a,o:b\","
              + "\"o\":{\"id\":\"org_1\",\"slg\":\"acme\",\"rol\":\"admin\",\"per\":\"a,b\"},\"sub\"");
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  /** A bound on what shall come to its end by itself, never a pace. */
  private static final Duration LONG = Duration.ofMinutes(1);

  private static JwksServer jwks;
  private static ECKey curveKey;

  @BeforeAll
  static void start() throws Exception {
    curveKey = new ECKeyGenerator(Curve.P_256).keyID(KEY_ID).generate();
    jwks = JwksServer.start(KEY, curveKey);
  }

  @AfterAll
  static void stop() {
    jwks.close();
  }

  private static ClerkTrust trust(ClerkKeys keys) {
    return new ClerkTrust(
        ISSUER, keys, new Origins(Set.of(ORIGIN, "http://localhost:3000"), false), false);
  }

  private static ClerkKeys pem() throws Exception {
    return new ClerkKeys.Pem(KEY.toRSAPublicKey());
  }

  private static ClerkIdentity at(Instant now, ClerkKeys keys) {
    return new ClerkIdentity(
        trust(keys), RevokedSessions.NONE, InstantSource.fixed(now), LONG, IdentityCalls.NONE);
  }

  /** Whichever way the key came, it is the same. */
  private static Verdict verify(Instant now, String token) throws Exception {
    Verdict verdict = at(now, new ClerkKeys.Jwks(jwks.address())).verify(token);
    assertEquals(verdict, at(now, pem()).verify(token), "by PEM and by JWKS alike");
    return verdict;
  }

  static Stream<Arguments> good() throws Exception {
    return Stream.of(
        Arguments.of("version 1", signed(V1)),
        Arguments.of("version 2", signed(V2)),
        Arguments.of("an unknown header field", signed(KEY, header("\"oiat\":1"), V1)),
        Arguments.of(
            "the category of sessions", signed(KEY, header("\"cat\":\"cl_B7d4PD111AAA\""), V1)),
        Arguments.of(
            "of another allowed origin", signed(V1.replace(ORIGIN, "http://localhost:3000"))),
        Arguments.of("of a native application, without azp", signed(without("azp"))),
        Arguments.of("without nbf", signed(without("nbf"))),
        Arguments.of("expired 4 s ago", signed(expired(4))),
        Arguments.of("nbf and iat 4 s ahead", signed(claims(NOW.plusSeconds(4)))),
        Arguments.of("a life of ten minutes", signed(replaced("exp", "" + (T + 600)))),
        Arguments.of("exactly 8,192 characters", ClerkTokens.longest(NOW)),
        Arguments.of("keys named in the header", signed(KEY, header(keysInHeader()), V1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void accepts(String name, String token) throws Exception {
    Claims claims = assertInstanceOf(Verified.class, verify(NOW, token), name).claims();
    assertEquals("user_1", claims.subject());
    assertEquals("sess_1", claims.sessionId());
    assertEquals(Profile.NONE, claims.profile());
  }

  static Stream<Arguments> bad() throws Exception {
    String good = signed(V1);
    String[] parts = good.split("\\.", -1);
    return Stream.of(
        row("alg none", unsigned("none"), Mistake.WRONG_ALGORITHM),
        row("alg None", unsigned("None"), Mistake.WRONG_ALGORITHM),
        row("alg NONE", unsigned("NONE"), Mistake.WRONG_ALGORITHM),
        row("alg nOnE", unsigned("nOnE"), Mistake.WRONG_ALGORITHM),
        row("alg none with a good signature", good(alg("none")), Mistake.WRONG_ALGORITHM),
        row("alg rs256", good(alg("rs256")), Mistake.WRONG_ALGORITHM),
        row("alg missing", good(header().replace("\"alg\"", "\"alh\"")), Mistake.WRONG_ALGORITHM),
        row("alg null", good(header().replace("\"RS256\"", "null")), Mistake.WRONG_ALGORITHM),
        row("HS256 keyed with the PEM", hmac(pemBytes()), Mistake.WRONG_ALGORITHM),
        row("HS256 keyed with the DER", hmac(der()), Mistake.WRONG_ALGORITHM),
        row("RS256 that is an HMAC keyed with the DER", hmacAsRsa(der()), Mistake.BAD_SIGNATURE),
        row("RS512", rsa(JWSAlgorithm.RS512, alg("RS512")), Mistake.WRONG_ALGORITHM),
        row(
            "RS512 under the name of RS256",
            rsa(JWSAlgorithm.RS512, header()),
            Mistake.BAD_SIGNATURE),
        row("PS256", rsa(JWSAlgorithm.PS256, alg("PS256")), Mistake.WRONG_ALGORITHM),
        row(
            "PS256 under the name of RS256",
            rsa(JWSAlgorithm.PS256, header()),
            Mistake.BAD_SIGNATURE),
        row("ES256", curve(alg("ES256")), Mistake.WRONG_ALGORITHM),
        row("ES256 under the name of RS256", curve(header()), Mistake.BAD_SIGNATURE),
        row("a foreign key under the same kid", signed(FOREIGN_KEY, V1), Mistake.BAD_SIGNATURE),
        row(
            "a foreign key embedded as jwk",
            signed(FOREIGN_KEY, header("\"jwk\":" + FOREIGN_KEY.toPublicJWK()), V1),
            Mistake.BAD_SIGNATURE),
        row(
            "a foreign key by jku and x5u",
            signed(FOREIGN_KEY, header(keysInHeader()), V1),
            Mistake.BAD_SIGNATURE),
        row("another payload", parts[0] + "." + base64(V2) + "." + parts[2], Mistake.BAD_SIGNATURE),
        row("kid missing", good(header().replace("\"kid\"", "\"kit\"")), Mistake.NO_KEY_ID),
        row("kid a number", good(header().replace("\"ins_1\"", "1")), Mistake.NO_KEY_ID),
        row("kid twice", good(header("\"kid\":\"ins_1\"")), Mistake.BAD_JSON),
        row("alg twice", good(header("\"alg\":\"RS256\"")), Mistake.BAD_JSON),
        row("sub twice", added("\"sub\":\"user_2\""), Mistake.BAD_JSON),
        row("a member of a member twice", added("\"o\":{\"id\":1,\"id\":2}"), Mistake.BAD_JSON),
        row("crit", good(header("\"crit\":[\"exp\"]")), Mistake.CRITICAL_HEADER),
        row("crit empty", good(header("\"crit\":[]")), Mistake.CRITICAL_HEADER),
        row("typ missing", good(header().replace("\"typ\"", "\"tip\"")), Mistake.WRONG_TYPE),
        row("typ jwt", good(header().replace("JWT", "jwt")), Mistake.WRONG_TYPE),
        row("typ at+jwt", good(header().replace("JWT", "at+jwt")), Mistake.WRONG_TYPE),
        row(
            "a template's token",
            signed(KEY, header("\"cat\":\"cl_B7d4PD222AAA\""), without("sid")),
            Mistake.WRONG_CATEGORY),
        row(
            "a template's token with sid",
            good(header("\"cat\":\"cl_B7d4PD222AAA\"")),
            Mistake.WRONG_CATEGORY),
        row(
            "a machine's token",
            good(header("\"cat\":\"cl_B7d4PD333AAA\"")),
            Mistake.WRONG_CATEGORY),
        row("cat a number", good(header("\"cat\":1")), Mistake.WRONG_CATEGORY),
        row("a template's token without cat", signed(without("sid")), Mistake.NO_SESSION),
        claim("iss another", "iss", "\"https://clerk.example.org\"", Mistake.WRONG_ISSUER),
        claim("iss with a slash", "iss", "\"" + ISSUER + "/\"", Mistake.WRONG_ISSUER),
        claim("iss http", "iss", "\"http://clerk.example.com\"", Mistake.WRONG_ISSUER),
        claim("iss a list", "iss", "[\"" + ISSUER + "\"]", Mistake.WRONG_ISSUER),
        row("iss missing", signed(without("iss")), Mistake.WRONG_ISSUER),
        claim("azp another", "azp", "\"https://evil.example\"", Mistake.WRONG_PARTY),
        claim("azp a number", "azp", "7", Mistake.WRONG_PARTY),
        claim("azp null", "azp", "null", Mistake.WRONG_PARTY),
        claim("azp empty", "azp", "\"\"", Mistake.WRONG_PARTY),
        claim("azp a list", "azp", "[\"" + ORIGIN + "\"]", Mistake.WRONG_PARTY),
        claim("azp with a slash", "azp", "\"" + ORIGIN + "/\"", Mistake.WRONG_PARTY),
        claim("azp in capitals", "azp", "\"https://APP.example.com\"", Mistake.WRONG_PARTY),
        claim(
            "azp with a look-alike suffix",
            "azp",
            "\"" + ORIGIN + ".evil.net\"",
            Mistake.WRONG_PARTY),
        claim("sub a number", "sub", "1", Mistake.NO_USER),
        claim("sub no user", "sub", "\"org_1\"", Mistake.NO_USER),
        row("sub missing", signed(without("sub")), Mistake.NO_USER),
        claim("exp a string", "exp", "\"" + (T + 60) + "\"", Mistake.BAD_TIME),
        claim("exp a fraction", "exp", (T + 60) + ".5", Mistake.BAD_TIME),
        claim("exp with an exponent", "exp", "1e12", Mistake.BAD_TIME),
        claim("exp enormous", "exp", "9".repeat(30), Mistake.BAD_TIME),
        row("exp missing", signed(without("exp")), Mistake.BAD_TIME),
        claim("exp null", "exp", "null", Mistake.BAD_TIME),
        row("iat missing", signed(without("iat")), Mistake.BAD_TIME),
        claim("iat negative", "iat", "-1", Mistake.BAD_TIME),
        claim("iat 60 s ahead", "iat", "" + (T + 60), Mistake.NOT_YET_VALID),
        claim("nbf 60 s ahead", "nbf", "" + (T + 60), Mistake.NOT_YET_VALID),
        claim("nbf null", "nbf", "null", Mistake.BAD_TIME),
        claim("sid a number", "sid", "7", Mistake.NO_SESSION),
        claim("sid empty", "sid", "\"\"", Mistake.NO_SESSION),
        claim("ten years", "exp", "" + (T + 315_360_000), Mistake.LIVES_TOO_LONG),
        claim("a life of 601 s", "exp", "" + (T + 601), Mistake.LIVES_TOO_LONG),
        claim("expires before it is issued", "exp", "" + (T - 1), Mistake.LIVES_TOO_LONG),
        row("a pending session", added("\"sts\":\"pending\""), Mistake.PENDING_SESSION),
        row("9 KB", ClerkTokens.ofLength(9 * 1024, NOW), Mistake.TOO_LONG),
        row("8,193 characters", ClerkTokens.longest(NOW) + "A", Mistake.TOO_LONG),
        row("five parts", good + ".x.y", Mistake.NOT_THREE_PARTS),
        row("two parts", parts[0] + "." + parts[1], Mistake.NOT_THREE_PARTS),
        row("nothing", "", Mistake.NOT_THREE_PARTS),
        row("two dots", "..", Mistake.BAD_JSON),
        row("no signature", parts[0] + "." + parts[1] + ".", Mistake.BAD_SIGNATURE),
        row("padding", good + "==", Mistake.BAD_BASE64),
        row("plus for minus", standardAlphabet(), Mistake.BAD_BASE64),
        row("a space before", " " + good, Mistake.BAD_BASE64),
        row("a line end behind", good + "\n", Mistake.BAD_BASE64),
        row("not ASCII", "é.é.é", Mistake.BAD_BASE64),
        row("a character too few for base64", parts[0] + ".A." + parts[2], Mistake.BAD_BASE64),
        row("a payload that is no JSON", signed("x"), Mistake.BAD_JSON),
        row("a payload that is no object", signed("[]"), Mistake.BAD_JSON),
        row("two payloads", signed(V1 + "{}"), Mistake.BAD_JSON),
        row("a payload too deep", added("\"x\":" + "[".repeat(1_000)), Mistake.BAD_JSON));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void refuses(String name, String token, Mistake why) throws Exception {
    jwks.serve(KEY, curveKey);
    assertEquals(new Invalid(why), verify(NOW, token), name);
  }

  @Test
  void refusesAValidTokenOfAnotherInstance() throws Exception {
    String token = signed(NEXT_KEY, V1.replace(ISSUER, "https://clerk.other.example"));
    assertEquals(
        new Invalid(Mistake.UNKNOWN_KEY),
        at(NOW, new ClerkKeys.Jwks(jwks.address())).verify(token));
    assertEquals(new Invalid(Mistake.BAD_SIGNATURE), at(NOW, pem()).verify(token));
  }

  @Test
  void tellsAnExpiredTokenFromABadOne() throws Exception {
    assertEquals(new Expired(), verify(NOW, signed(expired(6))));
    String foreignParty = expired(6).replace(ORIGIN, "https://evil.example");
    assertEquals(new Invalid(Mistake.WRONG_PARTY), verify(NOW, signed(foreignParty)));
    assertEquals(new Invalid(Mistake.BAD_SIGNATURE), verify(NOW, signed(FOREIGN_KEY, expired(6))));
  }

  @Test
  void wantsAPartyWhereTheSettingsSaySo() throws Exception {
    ClerkTrust strict = new ClerkTrust(ISSUER, pem(), new Origins(Set.of(ORIGIN), false), true);
    ClerkIdentity identity =
        new ClerkIdentity(
            strict, RevokedSessions.NONE, InstantSource.fixed(NOW), LONG, IdentityCalls.NONE);
    assertInstanceOf(Verified.class, identity.verify(signed(V1)));
    assertEquals(new Invalid(Mistake.WRONG_PARTY), identity.verify(signed(without("azp"))));
  }

  @Test
  void fetchesNothingWithAPem() throws Exception {
    int before = jwks.fetches();
    ClerkIdentity identity = at(NOW, pem());
    assertInstanceOf(Verified.class, identity.verify(signed(V1)));
    assertInstanceOf(
        Verified.class, identity.verify(signed(ClerkTokens.withKeyId(KEY, "any"), V1)));
    assertEquals(new Invalid(Mistake.BAD_SIGNATURE), identity.verify(signed(FOREIGN_KEY, V1)));
    assertEquals(before, jwks.fetches());
  }

  @Test
  void asksNobodyWhomATokenNames() throws Exception {
    try (JwksServer named = JwksServer.start(FOREIGN_KEY)) {
      String address = "\"" + named.address() + "\"";
      String[] members = {"\"jku\":" + address, "\"x5u\":" + address};
      String ofThatIssuer = V1.replace(ISSUER, named.root().toString());
      for (String token :
          List.of(
              signed(FOREIGN_KEY, header(members), V1),
              signed(KEY, header(members), V1),
              signed(FOREIGN_KEY, header(members).replace(KEY_ID, "ins_9"), ofThatIssuer))) {
        at(NOW, new ClerkKeys.Jwks(jwks.address())).verify(token);
        at(NOW, pem()).verify(token);
      }
      assertEquals(0, named.fetches());
    }
  }

  @Test
  void readsTheProfileThatTheApplicationHasPutIn() throws Exception {
    String more =
        "\"email\":\"a@b.c\",\"given_name\":\"Ada\",\"last_name\":\"Lovelace\",\"username\":7,"
            + "\"picture\":\"https://img/1\",\"sub\"";
    Verified verified = (Verified) verify(NOW, signed(V1.replace("\"sub\"", more)));
    assertEquals(
        new Profile("a@b.c", "Ada", "Lovelace", "", "https://img/1"), verified.claims().profile());
    String long_ = "\"email\":\"" + "x".repeat(1_025) + "\",\"sub\"";
    Verified bounded = (Verified) verify(NOW, signed(V1.replace("\"sub\"", long_)));
    assertEquals(Profile.NONE, bounded.claims().profile());
  }

  @Test
  void takesUnusedBitsAtTheEndOfASignatureForNothing() throws Exception {
    ClerkIdentity identity = at(NOW, pem());
    String token = signed(V1);
    for (String twin : twins(token)) {
      assertInstanceOf(Verified.class, identity.verify(twin));
    }
    assertEquals(1, identity.signaturesComputed());
  }

  /** The token and those that differ in the last four bits alone. */
  private static Stream<String> twinsOf(String token) {
    int value = ALPHABET.indexOf(token.charAt(token.length() - 1));
    return Stream.iterate(value & ~15, twin -> twin < (value & ~15) + 16, twin -> twin + 1)
        .map(twin -> token.substring(0, token.length() - 1) + ALPHABET.charAt(twin));
  }

  private static Set<String> twins(String token) {
    Set<String> twins = Set.copyOf(twinsOf(token).toList());
    assertTrue(twins.contains(token) && twins.size() == 16);
    return twins;
  }

  @Property(tries = 3_000)
  void verifiesNoTokenOfWhichACharacterWasChanged(
      @ForAll @IntRange(max = 10_000) int where, @ForAll @CharRange(from = ' ', to = '~') char what)
      throws Exception {
    ClerkIdentity identity = Mutated.IDENTITY;
    String token = Mutated.TOKEN;
    int index = where % token.length();
    String changed = token.substring(0, index) + what + token.substring(index + 1);
    boolean isGood = identity.verify(changed) instanceof Verified;
    assertEquals(Mutated.TWINS.contains(changed), isGood, changed);
    assertInstanceOf(Verified.class, identity.verify(token));
  }

  private static final class Mutated {
    static final String TOKEN;
    static final Set<String> TWINS;
    static final ClerkIdentity IDENTITY;

    static {
      try {
        TOKEN = signed(V2);
        TWINS = twins(TOKEN);
        IDENTITY = at(NOW, pem());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void saysWhoseTokensCountWithoutSecrets() {
    ClerkKeys api =
        new ClerkKeys.BackendApi(
            URI.create("https://api.clerk.com/v1/jwks"), new Secret("sk_live_x"));
    String description = at(NOW, api).description();
    assertTrue(description.startsWith("Clerk, tokens of https://clerk.example.com"), description);
    assertFalse((description + trust(api)).contains("sk_live_x"));
  }

  private static Arguments row(String name, String token, Mistake why) {
    return Arguments.of(name, token, why);
  }

  private static Arguments claim(String name, String claim, String value, Mistake why)
      throws Exception {
    return Arguments.of(name, signed(replaced(claim, value)), why);
  }

  private static String replaced(String claim, String value) {
    String changed =
        V1.replaceFirst("\"" + claim + "\":(\"[^\"]*\"|\\d+)", "\"" + claim + "\":" + value);
    assertNotEquals(V1, changed, claim);
    return changed;
  }

  private static String without(String claim) {
    return V1.replace("\"" + claim + "\":", "\"not_" + claim + "\":");
  }

  private static String added(String member) throws Exception {
    return signed(V1.replace("{\"azp\"", "{" + member + ",\"azp\""));
  }

  private static String expired(int seconds) {
    // Half a second has begun at the instant that is held.
    return claims(NOW.minus(Duration.ofSeconds(60 + seconds)));
  }

  private static String good(String header) throws Exception {
    return signed(KEY, header, V1);
  }

  private static String alg(String name) {
    return header().replace("RS256", name);
  }

  private static String unsigned(String algorithm) {
    return base64(alg(algorithm)) + "." + base64(V1) + ".";
  }

  private static String rsa(JWSAlgorithm algorithm, String header) throws Exception {
    return signed(algorithm, new RSASSASigner(KEY.toPrivateKey()), header, V1);
  }

  private static String curve(String header) throws Exception {
    return signed(JWSAlgorithm.ES256, new ECDSASigner(curveKey), header, V1);
  }

  private static String hmac(byte[] key) throws Exception {
    return signed(JWSAlgorithm.HS256, new MACSigner(key), alg("HS256"), V1);
  }

  private static String hmacAsRsa(byte[] key) throws Exception {
    return signed(JWSAlgorithm.HS256, new MACSigner(key), header(), V1);
  }

  private static byte[] pemBytes() throws Exception {
    return ClerkTokens.pem(KEY).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] der() throws Exception {
    return KEY.toRSAPublicKey().getEncoded();
  }

  private static String[] keysInHeader() {
    return new String[] {
      "\"jku\":\"http://127.0.0.1:1/jwks\"",
      "\"x5u\":\"http://127.0.0.1:1/x5u\"",
      "\"x5c\":[\"AAAA\"]"
    };
  }

  /** A good token whose signature has a character that only the other alphabet writes otherwise. */
  private static String standardAlphabet() throws Exception {
    for (int i = 0; ; i++) {
      String token = signed(V1.replace("sess_1", "sess_" + i));
      int dot = token.lastIndexOf('.');
      String signature = token.substring(dot).replace('-', '+').replace('_', '/');
      if (!token.endsWith(signature)) {
        return token.substring(0, dot) + signature;
      }
    }
  }

  /** What is wrong with a token, and how it is made so. */
  private record Defect(Mistake mistake, Consumer<Draft> making) {}

  /** A token before it is signed, its members in JSON. */
  private static final class Draft {
    final Map<String, String> header =
        new LinkedHashMap<>(Map.of("alg", "\"RS256\"", "typ", "\"JWT\"", "kid", "\"ins_1\""));
    final Map<String, String> claims = new LinkedHashMap<>();
    RSAKey key = KEY;
    String more = "";

    Draft() {
      claims.put("iss", "\"" + ISSUER + "\"");
      claims.put("sub", "\"user_1\"");
      claims.put("sid", "\"sess_1\"");
      claims.put("iat", "" + (T - 120));
      // Half a second has begun at the instant that is held.
      claims.put("exp", "" + (T - 6));
      claims.put("azp", "\"" + ORIGIN + "\"");
    }

    String token() throws Exception {
      return signed(key, object(header), object(claims)) + more;
    }

    private static String object(Map<String, String> members) {
      return members.entrySet().stream()
          .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
          .collect(Collectors.joining(",", "{", "}"));
    }
  }

  @Test
  void tellsTheFirstMistakeInTheOrderOfTheChecks() throws Exception {
    jwks.serve(KEY, curveKey);
    List<Defect> inOrder =
        List.of(
            new Defect(Mistake.TOO_LONG, d -> d.claims.put("x", "\"" + "x".repeat(8192) + "\"")),
            new Defect(Mistake.NOT_THREE_PARTS, d -> d.more = ".x"),
            new Defect(Mistake.WRONG_ALGORITHM, d -> d.header.put("alg", "\"RS512\"")),
            new Defect(Mistake.WRONG_TYPE, d -> d.header.put("typ", "\"JWS\"")),
            new Defect(Mistake.WRONG_CATEGORY, d -> d.header.put("cat", "\"x\"")),
            new Defect(Mistake.CRITICAL_HEADER, d -> d.header.put("crit", "[]")),
            new Defect(Mistake.NO_KEY_ID, d -> d.header.put("kid", "1")),
            new Defect(Mistake.UNKNOWN_KEY, d -> d.header.put("kid", "\"ins_9\"")),
            new Defect(Mistake.BAD_SIGNATURE, d -> d.key = FOREIGN_KEY),
            new Defect(Mistake.WRONG_ISSUER, d -> d.claims.put("iss", "\"x\"")),
            new Defect(Mistake.NO_USER, d -> d.claims.put("sub", "1")),
            new Defect(Mistake.NO_SESSION, d -> d.claims.remove("sid")),
            new Defect(Mistake.BAD_TIME, d -> d.claims.remove("iat")),
            new Defect(Mistake.NOT_YET_VALID, d -> d.claims.put("nbf", "" + (T + 60))),
            new Defect(Mistake.LIVES_TOO_LONG, d -> d.claims.put("exp", "" + (T + 3_600))),
            new Defect(Mistake.WRONG_PARTY, d -> d.claims.put("azp", "\"x\"")),
            new Defect(Mistake.PENDING_SESSION, d -> d.claims.put("sts", "\"pending\"")));
    ClerkIdentity revoking =
        new ClerkIdentity(
            trust(new ClerkKeys.Jwks(jwks.address())),
            _ -> true,
            InstantSource.fixed(NOW),
            LONG,
            IdentityCalls.NONE);
    for (int first = 0; first < inOrder.size(); first++) {
      Draft draft = new Draft();
      // The earlier ones last, for some of them write over later ones.
      inOrder.subList(first, inOrder.size()).reversed().forEach(each -> each.making.accept(draft));
      assertEquals(new Invalid(inOrder.get(first).mistake), revoking.verify(draft.token()));
    }
    String expired = new Draft().token();
    assertEquals(new Invalid(Mistake.REVOKED_SESSION), revoking.verify(expired));
    assertEquals(new Expired(), verify(NOW, expired));
  }

  /** Every reason but those of keys and revocation has a row here. */
  @Test
  void hasARowForEachMistake() throws Exception {
    Set<Object> named = Set.copyOf(bad().map(row -> row.get()[2]).toList());
    Map<Mistake, String> elsewhere =
        Map.of(
            Mistake.UNKNOWN_KEY, "refusesAValidTokenOfAnotherInstance",
            Mistake.REVOKED_SESSION, "VerifiedTokensTest");
    for (Mistake mistake : Mistake.values()) {
      assertTrue(named.contains(mistake) || elsewhere.containsKey(mistake), mistake.label());
    }
  }
}
