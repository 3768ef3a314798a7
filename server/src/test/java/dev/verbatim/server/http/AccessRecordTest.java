package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AccessRecordTest {
  private static final Instant AT = Instant.parse("2026-11-30T08:01:02.345Z");
  private static final String TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";

  private static TrackedRequest request(String uri, String... headers) {
    var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, uri);
    for (int i = 0; i < headers.length; i += 2) {
      request.headers().set(headers[i], headers[i + 1]);
    }
    return new TrackedRequest(request);
  }

  private static AccessRecord record(TrackedRequest request) {
    HttpResponse response =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND);
    response.headers().set("Content-Length", 77);
    return AccessRecord.of(request, InetAddress.ofLiteral("192.0.2.7"), response, AT);
  }

  @Test
  void writesALineAsMorganDoes() {
    TrackedRequest request =
        request("/api/x?limit=3", "Referer", "http://here/", "User-Agent", "curl/8 (a \"b\")");
    assertEquals(
        "192.0.2.7 - - [30/Nov/2026:08:01:02 +0000] \"GET /api/x?limit=3 HTTP/1.1\" 404 77"
            + " \"http://here/\" \"curl/8 (a \\\"b\\\")\"",
        record(request).combined());
  }

  @Test
  void putsADashWhereNothingIsKnown() {
    assertEquals(
        "- - - [30/Nov/2026:08:01:02 +0000] \"GET / HTTP/1.1\" - - \"-\" \"-\"",
        AccessRecord.of(request("/"), null, null, AT).combined());
  }

  @Test
  void tellsProgramsAnObject() throws Exception {
    JsonNode object =
        new JsonMapper().readTree(record(request("/api/x", "X-Request-Id", "r-1")).json());
    assertEquals("2026-11-30T08:01:02.345Z", object.path("timestamp").asString());
    assertEquals("r-1", object.path("requestId").asString());
    assertEquals(404, object.path("status").asInt());
    assertEquals("none", object.path("route").asString());
    assertTrue(object.path("durationMillis").isNumber());
  }

  @ParameterizedTest
  @CsvSource({
    "/a?token=abc&limit=3, /a?token=***&limit=3",
    "/a?%74oken=abc, /a?%74oken=***",
    "/a?TOKEN=abc;b=1, /a?TOKEN=***&b=1",
    "/a?__session=abc, /a?__session=***",
    "/a?api_key=abc&key=d&monkey=e, /a?api_key=***&key=***&monkey=e",
    "/a?%zz=abc, /a?%zz=***",
    "/a?q=a%20b#c, /a?q=a%20b#c",
    "/a?token, /a?token"
  })
  void leavesOutTheValuesOfSecretParameters(String url, String expected) {
    assertEquals(expected, Redacted.url(url));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/%s", "/a?x=%s", "/a?x=1&y=%s", "/%s?token=%s", "http://b/?c=%s"})
  void leavesOutATokenWhereverItStands(String form) {
    String url = form.replace("%s", TOKEN);
    AccessRecord told =
        record(request(url, "Referer", url, "User-Agent", url, "X-Request-Id", "x"));
    for (String line : new String[] {told.combined(), told.json()}) {
      assertFalse(line.contains("eyJ"), line);
      assertFalse(line.contains("c2lnbmF0dXJl"), line);
    }
  }

  @Test
  void letsNobodyForgeALine() throws Exception {
    AccessRecord told = record(request("/\u009b2J", "User-Agent", "a\u0085b\\ \u00e9"));
    assertTrue(told.combined().endsWith("\"a\\x85b\\\\ \\xe9\""), told.combined());
    assertTrue(told.json().chars().noneMatch(Character::isISOControl), told.json());
    JsonNode object = new JsonMapper().readTree(told.json());
    assertEquals("/\\u009b2J", object.path("url").asString());
    assertEquals("a\\u0085b\\ \u00e9", object.path("userAgent").asString());
  }

  @Test
  void cutsWhatHasNoEnd() {
    AccessRecord told = record(request("/" + "x".repeat(16_000)));
    assertTrue(told.combined().length() < 2_500);
    assertTrue(told.json().length() < 2_500);
  }
}
