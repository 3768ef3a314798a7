package dev.verbatim.server.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.verbatim.server.settings.LogFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LinesTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static String plain(ILoggingEvent event) {
    return text(new Lines(), event);
  }

  private static String json(ILoggingEvent event) {
    Lines lines = new Lines();
    lines.setFormat(LogFormat.JSON);
    return text(lines, event);
  }

  private static String text(Lines lines, ILoggingEvent event) {
    return new String(lines.of(event), StandardCharsets.UTF_8);
  }

  @Test
  void tellsPeopleWhenHowGraveWhoAndWhat() {
    String line = plain(Records.with("It rains", "socketId", "abc"));
    assertTrue(
        line.matches("19(69|70)-\\d\\d-\\d\\dT\\S+ WARN  Chat: It rains \\[socketId=abc]\n"), line);
  }

  @Test
  void tellsProgramsTheSameInAnObject() throws Exception {
    JsonNode record = JSON.readTree(json(Records.with("It rains", "socketId", "abc")));
    assertEquals(
        List.of("timestamp", "level", "logger", "message", "thread", "socketId"),
        List.copyOf(record.propertyNames()));
    assertEquals("1970-01-01T00:00:00.000Z", record.path("timestamp").asString());
    assertEquals("a.b.Chat", record.path("logger").asString());
    assertEquals("It rains", record.path("message").asString());
    assertEquals("abc", record.path("socketId").asString());
  }

  @Test
  void letsNoFactStandForWhatIsTheRecordsOwn() throws Exception {
    JsonNode record = JSON.readTree(json(Records.with("true", "message", "false")));
    assertEquals("true", record.path("message").asString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\u0085", "\u2028", "\u001b[2J", "\u202e", "\u0000"})
  void letsNobodyForgeALine(String mark) {
    String forged = "a" + mark + "2026-11-30T00:00:00.000Z INFO  Verbatim: all is well";
    for (ILoggingEvent event :
        List.of(
            Records.of("a.b.Chat", forged, null),
            Records.with("m", "path", forged),
            Records.of("a.b.Chat", "m", new IllegalStateException(forged)))) {
      for (String text : List.of(plain(event), json(event))) {
        assertEquals(
            0,
            text.chars()
                .filter(c -> c != '\n' && c != '\t')
                .filter(c -> Character.isISOControl(c) || (c >= 0x2028 && c <= 0x202e))
                .count(),
            text);
        assertTrue(text.lines().noneMatch(line -> line.startsWith("2026-11-30")), text);
      }
      assertEquals(1, json(event).lines().count());
    }
  }

  @Test
  void tellsWhatWasThrownWithItsCauses() throws Exception {
    var thrown = new IllegalStateException("outer", new IllegalArgumentException("inner"));
    String plain = plain(Records.of("a.b.Chat", "It failed", thrown));
    assertTrue(plain.contains("\njava.lang.IllegalStateException: outer\n\tat "), plain);
    assertTrue(plain.contains("\nCaused by: java.lang.IllegalArgumentException: inner\n"), plain);
    JsonNode error = JSON.readTree(json(Records.of("a", "It failed", thrown))).path("error");
    assertEquals("java.lang.IllegalStateException", error.path("type").asString());
    assertEquals("outer", error.path("message").asString());
    assertTrue(error.path("stack").asString().contains("Caused by: "), error.toString());
  }

  @Test
  void cutsWhatHasNoEnd() {
    String endless = "x".repeat(1_000_000);
    assertTrue(plain(Records.of("a", endless, null)).length() < 10_000);
    assertTrue(json(Records.of("a", endless, null)).length() < 10_000);
    Throwable deep = new IllegalStateException(endless);
    for (int i = 0; i < 1_000; i++) {
      deep = new IllegalStateException("again", deep);
    }
    assertTrue(json(Records.of("a", "m", deep)).length() < 200_000);
  }

  @Test
  void leavesLinesOfTheAccessLogAsTheyAre() {
    ILoggingEvent access = Records.of("verbatim.access", "127.0.0.1 - - \"GET / HTTP/1.1\"", null);
    assertEquals("127.0.0.1 - - \"GET / HTTP/1.1\"\n", plain(access));
    assertEquals("127.0.0.1 - - \"GET / HTTP/1.1\"\n", json(access));
  }
}
