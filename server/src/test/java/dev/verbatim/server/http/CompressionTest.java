package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.RunningServer;
import dev.verbatim.server.RunningServer.Answer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompressionTest {
  @TempDir static Path directory = Path.of("");

  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start(directory, Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The head of an answer, and its body in Latin-1. */
  private static String[] raw(String path, String headers) throws Exception {
    String answer =
        server.raw(
            "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + headers + "\r\n");
    return answer.split("\r\n\r\n", 2);
  }

  private static String gunzip(String latin1) throws Exception {
    byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate, gzip;q=0.5", "*", "GZIP"})
  void compressesForWhomTakesGzip(String accepted) throws Exception {
    String[] answer = raw("/", "Accept-Encoding: " + accepted + "\r\n");
    assertTrue(answer[0].contains("Content-Encoding: gzip"), answer[0]);
    assertTrue(answer[0].contains("Vary: Accept-Encoding"), answer[0]);
    assertEquals(server.ask("GET /", "").text(), gunzip(answer[1]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"deflate, br", "gzip;q=0", "gzip;q=0, *", "identity", "identity, gzip;q=0.9", ""})
  void leavesTheAnswerToOthersAsItIs(String accepted) throws Exception {
    String[] answer = raw("/", "Accept-Encoding: " + accepted + "\r\n");
    assertTrue(!answer[0].contains("Content-Encoding"), answer[0]);
    assertTrue(answer[0].contains("Vary: Accept-Encoding"), answer[0]);
    assertTrue(answer[1].startsWith("<!doctype html>"));
  }

  @Test
  void compressesAnswersOfRoutes() throws Exception {
    String token = server.token("alice");
    for (int i = 0; i < 5; i++) {
      String _ = server.group(token, "{\"name\":\"Group\"}");
    }
    String bearer = "Authorization: Bearer " + token + "\r\n";
    String[] answer = raw("/api/groups", bearer + "Accept-Encoding: gzip\r\n");
    assertTrue(answer[0].contains("Content-Encoding: gzip"), answer[0]);
    assertEquals(server.askAs(token, "GET /api/groups", "").text(), gunzip(answer[1]));
  }

  @ParameterizedTest
  @CsvSource({"/health", "/api/users/me", "/js/nothing.js"})
  void leavesWhatIsShortAsItIs(String path) throws Exception {
    Answer answer = server.ask("GET " + path, "", "Accept-Encoding", "gzip");
    assertTrue(!answer.text().isEmpty() && answer.text().length() < 1024);
    assertEquals("", answer.header("content-encoding"));
  }

  @Test
  void leavesTokensAsTheyAreForEverybodyOnTheirWay() throws Exception {
    String body = "{\"username\":\"bob\",\"firstName\":\"" + "x".repeat(100) + "\"}";
    Answer answer =
        server.ask(
            "POST /dev/token", body, "Content-Type", "application/json", "Accept-Encoding", "gzip");
    assertTrue(answer.expect(201).text().length() > 1024);
    assertEquals("", answer.header("content-encoding"));
    assertEquals("no-store, no-transform", answer.header("cache-control"));
  }

  @Test
  void compressesAWholeBodyWhateverItsLength() throws Exception {
    String token = server.token("carol");
    String text = "ü".repeat(4000);
    String group = server.group(token, "{\"name\":\"Long\"}");
    for (int i = 0; i < 20; i++) {
      assertEquals(text, server.send(token, group, text).path("content").asString());
    }
    String path = "/api/messages/group/" + group;
    String bearer = "Authorization: Bearer " + token + "\r\n";
    String[] answer = raw(path, bearer + "Accept-Encoding: gzip\r\n");
    String whole = gunzip(answer[1]);
    assertEquals(server.askAs(token, "GET " + path, "").text(), whole);
    assertTrue(whole.length() > 20 * 4000);
    for (String header : List.of("Content-Encoding: gzip", "Cache-Control: no-store")) {
      assertTrue(answer[0].contains(header), answer[0]);
    }
  }
}
