package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a connection sends means the same in whatever pieces it comes. */
final class PiecesTest {
  private static final String SID = "\"sid\":\"[^\"]{20}\"";

  /** What comes out for these parts, sent one by one, glued together, and byte by byte. */
  private static String answerToAnyPieces(List<byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    byte[] glued = all.toByteArray();
    String answer;
    try (EmbeddedServer server = new EmbeddedServer()) {
      parts.forEach(part -> server.send(part, 0));
      answer = server.receivedText().replaceAll(SID, "");
    }
    try (EmbeddedServer server = new EmbeddedServer()) {
      server.send(glued, 0);
      assertEquals(answer, server.receivedText().replaceAll(SID, ""));
    }
    try (EmbeddedServer server = new EmbeddedServer()) {
      for (byte one : glued) {
        server.send(new byte[] {one}, 0);
      }
      assertEquals(answer, server.receivedText().replaceAll(SID, ""));
    }
    return answer;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  @Test
  void readsAWebSocket() {
    String answer =
        answerToAnyPieces(
            List.of(
                bytes(RawClient.upgrade("")),
                RawClient.frame(0x81, "40"),
                RawClient.frame(0x81, "421[\"e\",\"\303\251\"]"),
                RawClient.frame(0x01, "422["),
                RawClient.frame(0x89, "ping"),
                RawClient.frame(0x80, "\"e\"]"),
                RawClient.frame(0x81, "451-3[\"e\",{\"_placeholder\":true,\"num\":0}]"),
                RawClient.frame(0x82, "abc"),
                RawClient.frame(0x88, "\3\350")));
    assertTrue(
        answer.endsWith(
            "\201\r"
                + "431[\"answer\"]\212\4ping\201\r"
                + "432[\"answer\"]\201\r"
                + "433[\"answer\"]\210\2\3\350"),
        answer);
  }

  @Test
  void readsRequests() {
    String post = "POST /socket.io/?EIO=4&transport=polling&sid=a HTTP/1.1\r\n";
    String answer =
        answerToAnyPieces(
            List.of(
                bytes("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n"),
                bytes("GET /other HTTP/1.1\r\nHost: x\r\n\r\n"),
                bytes(post + "Content-Length: 3\r\n\r\n4ab"),
                bytes(post + "Transfer-Encoding: chunked\r\n\r\n3\r\n4ab\r\n0\r\n\r\n"),
                bytes("GET /socket.io/?EIO=9&transport=polling HTTP/1.1\r\n\r\n")));
    assertEquals(5, answer.split("HTTP/1.1 ", -1).length - 1, answer);
  }
}
