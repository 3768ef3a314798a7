package dev.verbatim.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IdentitySettingsTest {
  private static final String HOST = "clerk.example.org";
  private static final String ISSUER = "https://" + HOST;
  private static final Map<String, String> PRODUCTION =
      Map.of("NODE_ENV", "production", "ALLOWED_ORIGINS", "https://chat.example.org");

  @TempDir Path directory = Path.of("");

  @Test
  void isThatForDevelopmentWithoutClerk() throws Exception {
    Settings settings = Settings.read(Map.of(), directory);
    assertEquals(new Settings.Development(), settings.identity());
    assertTrue(settings.issuesTokens());
    assertEquals(List.of(), settings.remarks().warnings());
  }

  @Test
  void isClerksWhereItsKeysAreOutsideProductionToo() throws Exception {
    Settings settings =
        Settings.read(Map.of("CLERK_PUBLISHABLE_KEY", publishable("test")), directory);
    assertFalse(settings.issuesTokens());
    Settings.Clerk clerk = assertInstanceOf(Settings.Clerk.class, settings.identity());
    assertEquals(ISSUER, clerk.issuer());
    assertEquals(
        new Settings.ClerkKeys.Jwks(URI.create(ISSUER + "/.well-known/jwks.json")), clerk.keys());
    assertEquals(URI.create("https://api.clerk.com"), clerk.apiUrl());
    assertEquals(publishable("test"), clerk.publishableKey());
    assertFalse(clerk.requiresAzp());
  }

  @Test
  void takesKeysFromWhereItIsTold() throws Exception {
    assertEquals(
        new Settings.ClerkKeys.Jwks(URI.create(ISSUER + "/.well-known/jwks.json")),
        clerk(Map.of("CLERK_JWT_ISSUER", ISSUER)).keys());
    Map<String, String> environment =
        new HashMap<>(Map.of("CLERK_JWT_ISSUER", ISSUER, "CLERK_SECRET_KEY", "sk_live_hunter2"));
    environment.put("CLERK_API_URL", "http://localhost:4000/");
    var api = assertInstanceOf(Settings.ClerkKeys.BackendApi.class, clerk(environment).keys());
    assertEquals(URI.create("http://localhost:4000/v1/jwks"), api.url());
    environment.put("CLERK_JWKS_URL", "http://127.0.0.1:4000/keys/");
    assertEquals(
        new Settings.ClerkKeys.Jwks(URI.create("http://127.0.0.1:4000/keys/")),
        clerk(environment).keys());
    environment.put("CLERK_JWT_KEY", pem("RSA", 2048).replace("\n", "\\n"));
    assertInstanceOf(Settings.ClerkKeys.Pem.class, clerk(environment).keys());
  }

  @Test
  void startsInProductionWithWhatTheOldServiceHad() throws Exception {
    Map<String, String> environment = new HashMap<>(PRODUCTION);
    environment.put("CLERK_SECRET_KEY", "sk_live_hunter2");
    environment.put("CLERK_PUBLISHABLE_KEY", publishable("live"));
    environment.put("CLERK_WEBHOOK_SECRET", "whsec_aHVudGVyMg==");
    environment.put("CLERK_JWT_KEY", pem("RSA", 2048));
    environment.put("CLERK_JWT_ISSUER", ISSUER);
    environment.put("CLERK_REQUIRE_AZP", "true");
    Settings settings = Settings.read(environment, directory);
    Settings.Clerk clerk = assertInstanceOf(Settings.Clerk.class, settings.identity());
    assertTrue(clerk.requiresAzp());
    assertEquals(List.of(), settings.remarks().warnings());
    assertFalse(settings.toString().contains("hunter2"));
    assertFalse(settings.toString().contains("aHVudGVyMg"));
  }

  @Test
  void warnsOfTestKeysInProduction() throws Exception {
    Map<String, String> environment = new HashMap<>(PRODUCTION);
    environment.put("CLERK_PUBLISHABLE_KEY", publishable("test"));
    List<String> warnings = Settings.read(environment, directory).remarks().warnings();
    assertTrue(
        warnings.stream().anyMatch(warning -> warning.contains("pk_test_")), warnings::toString);
  }

  @Test
  void warnsWhereNobodyTellsOfBans() throws Exception {
    Map<String, String> environment = new HashMap<>(PRODUCTION);
    environment.put("CLERK_PUBLISHABLE_KEY", publishable("live"));
    List<String> warnings = Settings.read(environment, directory).remarks().warnings();
    assertTrue(warnings.getFirst().contains("CLERK_WEBHOOK_SECRET"), warnings::toString);
    environment.put("CLERK_WEBHOOK_SECRET", "whsec_aHVudGVyMg==");
    assertEquals(List.of(), Settings.read(environment, directory).remarks().warnings());
  }

  @ParameterizedTest
  @CsvSource({
    "CLERK_JWT_ISSUER, https://clerk.example.org/",
    "CLERK_JWT_ISSUER, http://clerk.example.org",
    "CLERK_JWT_ISSUER, clerk.example.org",
    "CLERK_JWT_ISSUER, https://a:hunter2@clerk.example.org",
    "CLERK_PUBLISHABLE_KEY, sk_live_hunter2",
    "CLERK_PUBLISHABLE_KEY, pk_live_hunter2",
    "CLERK_PUBLISHABLE_KEY, pk_live_Y2xlcmsvP2h1bnRlcjIk",
    "CLERK_SECRET_KEY, pk_live_hunter2",
    "CLERK_SECRET_KEY, sk_live_",
    "CLERK_SECRET_KEY, sk_live_hunter2 hunter2",
    "CLERK_SECRET_KEY, sk_test_hunter2",
    "CLERK_WEBHOOK_SECRET, hunter2",
    "CLERK_WEBHOOK_SECRET, whsec_",
    "CLERK_WEBHOOK_SECRET, whsec_hunter2!",
    "CLERK_JWT_KEY, hunter2",
    "CLERK_JWT_KEY, -----BEGIN PRIVATE KEY-----hunter2-----END PRIVATE KEY-----",
    "CLERK_JWKS_URL, http://clerk.example.org/keys",
    "CLERK_JWKS_URL, https://a:hunter2@clerk.example.org/keys",
    "CLERK_JWKS_URL, file:///etc/passwd",
    "CLERK_API_URL, https://api.clerk.com/v1",
    "CLERK_API_URL, https://api.clerk.com/v1/",
    "CLERK_API_URL, http://api.clerk.com",
    "CLERK_REQUIRE_AZP, maybe",
  })
  void refusesInOneLineWithoutTheText(String name, String value) {
    Map<String, String> environment = new HashMap<>(PRODUCTION);
    environment.put("CLERK_PUBLISHABLE_KEY", publishable("live"));
    environment.put(name, value);
    List<String> mistakes = mistakes(environment);
    assertEquals(1, mistakes.size(), () -> String.join("\n", mistakes));
    assertTrue(mistakes.getFirst().contains(name), mistakes.getFirst());
    assertFalse(mistakes.getFirst().contains("hunter2"), mistakes.getFirst());
    assertEquals(1, mistakes.getFirst().lines().count());
  }

  @Test
  void refusesKeysOfAnotherInstance() {
    Map<String, String> environment = new HashMap<>(PRODUCTION);
    environment.put("CLERK_PUBLISHABLE_KEY", publishable("live"));
    environment.put("CLERK_JWT_ISSUER", "https://other.example.org");
    List<String> mistakes = mistakes(environment);
    assertEquals(1, mistakes.size());
    assertTrue(mistakes.getFirst().contains("of another instance"));
  }

  @Test
  void refusesKeysThatAreTooShortOrOfAnotherKind() throws Exception {
    for (String key : List.of(pem("RSA", 1024), pem("EC", 256))) {
      assertTrue(
          mistakes(Map.of("CLERK_JWT_ISSUER", ISSUER, "CLERK_JWT_KEY", key))
              .getFirst()
              .startsWith("CLERK_JWT_KEY is "));
    }
  }

  @Test
  void takesAKeyWithoutTheLinesAroundIt() throws Exception {
    String bare = pem("RSA", 2048).replaceAll("-----[A-Z ]+-----", "");
    assertInstanceOf(RsaPublicKeyPem.Key.class, RsaPublicKeyPem.parse(bare));
  }

  @Test
  void listsEveryMistakeOfProductionAtOnce() {
    List<String> mistakes =
        mistakes(
            Map.of(
                "APP_ENV", "production",
                "CLERK_SECRET_KEY", "hunter2",
                "CLERK_JWT_KEY", "hunter2",
                "CLERK_WEBHOOK_SECRET", "hunter2"));
    assertEquals(5, mistakes.size(), () -> String.join("\n", mistakes));
  }

  private Settings.Clerk clerk(Map<String, String> environment) throws SettingsException {
    return assertInstanceOf(Settings.Clerk.class, Settings.read(environment, directory).identity());
  }

  private List<String> mistakes(Map<String, String> environment) {
    return assertThrows(SettingsException.class, () -> Settings.read(environment, directory))
        .mistakes();
  }

  private static String publishable(String kind) {
    return "pk_"
        + kind
        + "_"
        + Base64.getEncoder().encodeToString((HOST + "$").getBytes(StandardCharsets.US_ASCII));
  }

  private static String pem(String algorithm, int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(generator.generateKeyPair().getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }
}
