package dev.verbatim.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {
  @TempDir Path directory = Path.of("");

  @Test
  void hasTheContractsDefaults() throws Exception {
    Settings settings = Settings.read(Map.of(), directory);
    assertFalse(settings.isProduction());
    assertEquals("0.0.0.0", settings.host());
    assertEquals(3001, settings.port());
    assertEquals(directory.resolve("data"), settings.dataDir());
    assertEquals(LogLevel.INFO, settings.logging().level());
    assertEquals(
        new Settings.SocketIo(Duration.ofSeconds(25), Duration.ofSeconds(60)), settings.socketIo());
    assertEquals(
        new Settings.Rates(10, 30, 50, 200, 50, 300, 1000, Duration.ofMinutes(15)),
        settings.rates());
    assertEquals(
        new Settings.Chat(
            500,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            500,
            Duration.ofMinutes(5),
            Duration.ofMinutes(30)),
        settings.chat());
    assertEquals(Duration.ofSeconds(10), settings.shutdownTimeout());
  }

  @Test
  void prefersTheEnvironmentToTheFile() throws Exception {
    file("PORT=4001\nHOST=127.0.0.1\n");
    Settings settings = Settings.read(Map.of("PORT", "5001"), directory);
    assertEquals(5001, settings.port());
    assertEquals("127.0.0.1", settings.host());
  }

  @Test
  void takesAnEmptyValueForNone() throws Exception {
    file("HOST=\n");
    Settings settings = Settings.read(Map.of("PORT", " ", "OPERATOR_TOKEN", ""), directory);
    assertEquals(3001, settings.port());
    assertEquals("0.0.0.0", settings.host());
    assertEquals(null, settings.operatorToken());
  }

  @ParameterizedTest
  @CsvSource({
    "error, ERROR",
    "warn, WARN",
    "info, INFO",
    "debug, DEBUG",
    "trace, TRACE",
    "http, DEBUG",
    "verbose, DEBUG",
    "silly, TRACE"
  })
  void takesTheLevelsOfNodesLoggersToo(String level, LogLevel expected) throws Exception {
    assertEquals(expected, Settings.read(Map.of("LOG_LEVEL", level), directory).logging().level());
  }

  @Test
  void listsEveryMistakeAtOnce() throws Exception {
    file("what is this\nREPLAY_LIMIT=0\n");
    List<String> mistakes =
        mistakes(Map.of("PORT", "65536", "LOG_LEVEL", "loud", "ALLOWED_ORIGINS", "*, http://a/b"));
    assertEquals(6, mistakes.size(), () -> String.join("\n", mistakes));
    for (String name :
        List.of(".env, line 1", "REPLAY_LIMIT", "PORT", "LOG_LEVEL", "\"*\"", "\"http://a/b\"")) {
      assertTrue(mistakes.stream().anyMatch(line -> line.contains(name)), name);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PORT, -1",
    "PORT, 3001.0",
    "PORT, 99999999999999999999",
    "SHUTDOWN_TIMEOUT_MS, 0",
    "NODE_ENV, test",
    "APP_ENV, Production",
    "TRUST_PROXY, yes",
    "HOST, http://x",
    "MONGODB_URI, localhost/x",
    "CLERK_PUBLISHABLE_KEY, pk_test_x",
    "CLERK_SECRET_KEY, sk_test_x",
    "RATE_LIMIT_WINDOW_MS, 1",
  })
  void refuses(String name, String value) {
    List<String> mistakes = mistakes(Map.of(name, value));
    assertTrue(mistakes.getFirst().contains(name.startsWith("CLERK") ? "CLERK" : name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk_test_hunter2", "-----BEGIN hunter2", "hunter2"})
  void neverShowsASecret(String secret) throws IOException {
    file("hunter2\nhunter2=\"hunter2\n");
    Map<String, String> environment = new HashMap<>();
    for (String name :
        List.of(
            "CLERK_SECRET_KEY",
            "CLERK_JWT_KEY",
            "CLERK_PUBLISHABLE_KEY",
            "CLERK_WEBHOOK_SECRET",
            "OPERATOR_TOKEN",
            "MONGODB_URI",
            "DATABASE_PASSWORD")) {
      environment.put(name, secret);
    }
    assertFalse(String.join("\n", mistakes(environment)).contains("hunter2"));
  }

  @Test
  void doesNotShowTheOperatorTokenInItsText() throws Exception {
    Settings settings = Settings.read(Map.of("OPERATOR_TOKEN", "hunter2"), directory);
    assertFalse(settings.toString().contains("hunter2"));
  }

  @Test
  void refusesProductionWithoutClerkAndOrigins() {
    List<String> mistakes = mistakes(Map.of("NODE_ENV", "production"));
    assertEquals(2, mistakes.size());
    assertTrue(mistakes.get(0).contains("CLERK_JWT_ISSUER"));
    assertTrue(mistakes.get(1).contains("ALLOWED_ORIGINS"));
  }

  @Test
  void prefersNodeEnvToAppEnv() throws Exception {
    assertFalse(
        Settings.read(Map.of("NODE_ENV", "development", "APP_ENV", "production"), directory)
            .isProduction());
  }

  @Test
  void allowsLocalhostAndWhatIsListedOutsideProduction() throws Exception {
    Origins origins =
        Settings.read(Map.of("ALLOWED_ORIGINS", "https://chat.example.org"), directory)
            .apiOrigins();
    for (String allowed :
        List.of(
            "http://localhost",
            "http://localhost:5173",
            "https://127.0.0.1:1",
            "http://[::1]:3000",
            "http://[::1]",
            "https://chat.example.org")) {
      assertTrue(origins.allows(allowed, null), allowed);
    }
    for (String refused :
        List.of(
            "null",
            "http://localhost.example.org",
            "http://localhost:5173.example.org",
            "http://localhost:",
            "ftp://localhost",
            "https://chat.example.org/",
            "https://chat.example.org:444",
            "http://chat.example.org")) {
      assertFalse(origins.allows(refused, "other.example.org"), refused);
    }
    assertTrue(origins.allows("https://own.example.org", "own.example.org"));
  }

  @Test
  void allowsOnlyWhatIsListedInProduction() throws Exception {
    Settings settings =
        Settings.read(
            Map.of(
                "NODE_ENV", "production",
                "CLERK_JWT_ISSUER", "https://clerk.example.org",
                "ALLOWED_ORIGINS", "https://chat.example.org"),
            directory);
    for (Origins origins : List.of(settings.apiOrigins(), settings.socketOrigins())) {
      assertTrue(origins.allows("https://chat.example.org", null));
      assertFalse(origins.allows("http://localhost:5173", null));
      assertFalse(origins.allows("https://127.0.0.1", null));
    }
  }

  @Test
  void takesOneSlashFromTheEndOfAnOrigin() throws Exception {
    Settings settings =
        Settings.read(
            Map.of("ALLOWED_ORIGINS", "https://a.example/, https://b.example:1/"), directory);
    assertEquals(
        Set.of("https://a.example", "https://b.example:1"), settings.apiOrigins().listed());
    assertEquals(1, mistakes(Map.of("ALLOWED_ORIGINS", "https://a.example//")).size());
  }

  @Test
  void tellsWhichNumbersAreNotTheDefault() throws Exception {
    Settings settings =
        Settings.read(Map.of("REPLAY_LIMIT", "100", "MESSAGE_RATE_BURST", "30"), directory);
    assertEquals(List.of("REPLAY_LIMIT=100"), settings.remarks().changed());
  }

  @Test
  void givesSocketsTheirOwnOriginsOnlyIfSet() throws Exception {
    Map<String, String> environment = new HashMap<>(Map.of("ALLOWED_ORIGINS", "https://a.example"));
    assertTrue(
        Settings.read(environment, directory).socketOrigins().allows("https://a.example", null));
    environment.put("SOCKET_IO_CORS_ORIGINS", "https://b.example");
    Settings settings = Settings.read(environment, directory);
    assertFalse(settings.socketOrigins().allows("https://a.example", null));
    assertTrue(settings.socketOrigins().allows("https://b.example", null));
    assertFalse(settings.apiOrigins().allows("https://b.example", null));
  }

  private List<String> mistakes(Map<String, String> environment) {
    return assertThrows(SettingsException.class, () -> Settings.read(environment, directory))
        .mistakes();
  }

  private void file(String text) throws IOException {
    Files.writeString(directory.resolve(".env"), text);
  }
}
