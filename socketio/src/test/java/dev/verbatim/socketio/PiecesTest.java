package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a connection sends means the same in whatever pieces it comes. */
final class PiecesTest {
  private static final String SID = "\"sid\":\"[^\"]{20}\"";

  /** How the parts of what a client sends may come. */
  enum Pieces {
    ONE_BY_ONE,
    GLUED,
    BYTE_BY_BYTE;

    void send(EmbeddedServer server, List<byte[]> parts) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      parts.forEach(all::writeBytes);
      switch (this) {
        case ONE_BY_ONE -> parts.forEach(part -> server.send(part, 0));
        case GLUED -> server.send(all.toByteArray(), 0);
        case BYTE_BY_BYTE -> {
          for (byte one : all.toByteArray()) {
            server.send(new byte[] {one}, 0);
          }
        }
      }
    }
  }

  /** What comes out for these parts, in whatever pieces. */
  private static String answerToAnyPieces(List<byte[]> parts) {
    Set<String> answers = new HashSet<>();
    for (Pieces pieces : Pieces.values()) {
      try (EmbeddedServer server = new EmbeddedServer()) {
        pieces.send(server, parts);
        answers.add(server.receivedText().replaceAll(SID, ""));
      }
    }
    assertEquals(1, answers.size(), answers.toString());
    return answers.iterator().next();
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

  @ParameterizedTest
  @EnumSource
  void readsWhatASessionPosts(Pieces pieces) {
    try (EmbeddedServer server = new EmbeddedServer()) {
      List<String> events = new ArrayList<>();
      List<byte[]> data = new ArrayList<>();
      server
          .io()
          .of("/")
          .onAny((_, event) -> events.add(event.name() + event.argument(0, String.class)))
          .on("b", (_, event) -> data.addAll(event.attachments()));
      server.send("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n");
      String session =
          "/socket.io/?EIO=4&transport=polling&sid="
              + RawClient.sid(server.receivedText())
              + " HTTP/1.1\r\n";
      String many =
          "40\u001e42[\"a\",\"\303\251\"]"
              + "\u001e451-[\"b\",\"1\",{\"_placeholder\":true,\"num\":0}]\u001ebYWJj";
      pieces.send(
          server,
          List.of(
              bytes("POST " + session + "Content-Length: " + many.length() + "\r\n\r\n" + many),
              bytes("POST " + session + "Transfer-Encoding: chunked\r\n\r\n"),
              // The chunks end in the middle of a character.
              bytes("9\r\n42[\"c\",\"\303\r\n"),
              bytes("6\r\n\251\"]\u001e42\r\n"),
              bytes("9\r\n[\"d\",\"x\"]\r\n0\r\n\r\n")));
      assertEquals(2, server.receivedText().split("\r\n\r\nok", -1).length - 1);
      assertEquals(List.of("a\u00e9", "b1", "c\u00e9", "dx"), events);
      assertEquals(1, data.size());
      assertArrayEquals(bytes("abc"), data.getFirst());
    }
  }
}
