package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.RunningServer.Answer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HeadersTest {
  private static final String HELMET_POLICY =
      "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action"
          + " 'self';frame-ancestors 'self';img-src 'self' data:;object-src"
          + " 'none';script-src 'self';script-src-attr 'none';style-src 'self' https:"
          + " 'unsafe-inline';upgrade-insecure-requests";

  /** These have a policy of their own. */
  private static final List<String> PAGE = List.of("/", "/js/app.js");

  @TempDir static Path directory = Path.of("");

  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        RunningServer.start(
            directory,
            Map.of("RATE_LIMIT_MAX_REQUESTS", "30", "ALLOWED_ORIGINS", "https://chat.example.org"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /health",
    "GET, /",
    "GET, /js/app.js",
    "GET, /openapi.yaml",
    "HEAD, /asyncapi.yaml",
    "GET, /nothing",
    "GET, /api/users/me",
    "DELETE, /health",
    "OPTIONS, /health",
    "POST, /dev/token",
  })
  void haveWhatHelmetSets(String method, String path) throws Exception {
    Answer answer = server.ask(method + " " + path, "");
    Map<String, String> expected =
        Map.ofEntries(
            Map.entry("cross-origin-opener-policy", "same-origin"),
            Map.entry("cross-origin-resource-policy", "same-origin"),
            Map.entry("origin-agent-cluster", "?1"),
            Map.entry("referrer-policy", "no-referrer"),
            Map.entry("strict-transport-security", "max-age=31536000; includeSubDomains"),
            Map.entry("x-content-type-options", "nosniff"),
            Map.entry("x-dns-prefetch-control", "off"),
            Map.entry("x-download-options", "noopen"),
            Map.entry("x-frame-options", "SAMEORIGIN"),
            Map.entry("x-permitted-cross-domain-policies", "none"),
            Map.entry("x-xss-protection", "0"));
    expected.forEach((name, value) -> assertEquals(value, answer.header(name), name));
    if (!PAGE.contains(path)) {
      assertEquals(HELMET_POLICY, answer.header("content-security-policy"));
    }
    for (String name : List.of("server", "x-powered-by")) {
      assertTrue(answer.headers().allValues(name).isEmpty(), name);
    }
  }

  @Test
  void keepThePageToItself() throws Exception {
    for (String path : PAGE) {
      // To the letter: whatever is let in besides must be meant.
      assertEquals(
          "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src"
              + " 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
          server.ask("GET " + path, "").header("content-security-policy"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:5173", "https://chat.example.org"})
  void letAllowedPagesAsk(String origin) throws Exception {
    Answer preflight =
        server
            .ask(
                "OPTIONS /api/groups",
                "",
                "Origin",
                origin,
                "Access-Control-Request-Method",
                "PUT",
                "Access-Control-Request-Headers",
                "authorization,x-requested-with")
            .expect(204);
    assertEquals(origin, preflight.header("access-control-allow-origin"));
    assertTrue(preflight.header("access-control-allow-methods").contains("PUT"));
    assertTrue(
        preflight.header("access-control-allow-headers").equals("authorization,x-requested-with"));
    assertTrue(preflight.headers().allValues("vary").contains("Origin"));
    Answer refused = server.ask("GET /api/groups", "", "Origin", origin).expect(401);
    assertEquals(origin, refused.header("access-control-allow-origin"));
    assertTrue(refused.header("access-control-expose-headers").contains("RateLimit-Remaining"));
    assertTrue(refused.header("access-control-expose-headers").contains("Retry-After"));
    assertTrue(refused.headers().allValues("vary").contains("Origin"));
    assertEquals(origin, server.ask("GET /x", "", "Origin", origin).header(ALLOW_ORIGIN));
    Answer answered =
        server.ask(
            "GET /api/groups",
            "",
            "Origin",
            origin,
            "Authorization",
            "Bearer " + server.token("a"));
    assertEquals(origin, answered.expect(200).header(ALLOW_ORIGIN));
    assertTrue(answered.json().path("success").asBoolean());
  }

  private static final String ALLOW_ORIGIN = "access-control-allow-origin";

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example", "null", "https://chat.example.org.evil.example"})
  void showNothingToOtherPages(String origin) throws Exception {
    Answer preflight =
        server.ask(
            "OPTIONS /api/groups", "", "Origin", origin, "Access-Control-Request-Method", "POST");
    assertEquals("", preflight.expect(204).header(ALLOW_ORIGIN));
    assertEquals("", server.ask("GET /health", "", "Origin", origin).header(ALLOW_ORIGIN));
  }

  @ParameterizedTest
  @CsvSource({
    "/health, no-store",
    "/info, no-store",
    "/nothing, no-store",
    "/api/users/me, no-store",
    "/dev/token, no-store",
    "/, no-cache",
    "/js/app.js, no-cache",
  })
  void keepAnswersOutOfCaches(String path, String expected) throws Exception {
    assertEquals(expected, server.ask("GET " + path, "").header("cache-control"));
  }

  @Test
  void letBrowsersKeepThePageAsLongAsItIsTheSame() throws Exception {
    String tag = server.ask("GET /", "").header("etag");
    for (String known : List.of(tag, tag.substring(2), "\"x\", " + tag, "*")) {
      Answer answer = server.ask("GET /", "", "If-None-Match", known).expect(304);
      assertEquals("", answer.text());
      assertEquals(tag, answer.header("etag"));
      assertTrue(answer.headers().allValues("vary").contains("Accept-Encoding"));
    }
    server.ask("GET /", "", "If-None-Match", "\"x\"").expect(200);
  }

  @Test
  void tellWhatIsLeftOfTheLimit(@TempDir Path fresh) throws Exception {
    try (RunningServer limited =
        RunningServer.start(
            fresh,
            Map.of("RATE_LIMIT_MAX_REQUESTS", "2"),
            Clock.fixed(Instant.now(), ZoneOffset.UTC))) {
      Answer first = limited.ask("GET /api/users/me", "").expect(401);
      assertEquals("2", first.header("ratelimit-limit"));
      assertEquals("1", first.header("ratelimit-remaining"));
      assertTrue(Integer.parseInt(first.header("ratelimit-reset")) > 0);
      String token = limited.token("alice");
      Answer over = limited.ask("GET /api/unknown", "").expect(429);
      assertEquals("RATE_LIMIT_EXCEEDED", over.string("code"));
      assertTrue(Integer.parseInt(over.header("retry-after")) > 0);
      assertTrue(over.json().at("/details/retryAfter").asInt() > 0);
      // A user has a limit of their own, and other routes have none.
      Answer own = limited.askAs(token, "GET /api/nothing", "").expect(404);
      assertEquals("1", own.header("ratelimit-remaining"));
      limited.ask("GET /health", "").expect(200);
    }
  }
}
