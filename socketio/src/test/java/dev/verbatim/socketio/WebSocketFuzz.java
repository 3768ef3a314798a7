package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes behind the handshake of a WebSocket leave it open, or closed with a code and nothing
 * behind it.
 *
 * <p>The input's first byte says where the others are cut.
 */
public final class WebSocketFuzz {
  private static final byte CLOSE = (byte) 0x88;

  static Stream<byte[]> seeds() {
    return Stream.of(
        input(0, frame(0x81, "40"), frame(0x81, "421[\"e\",{}]"), frame(0x81, "42[\"all\"]")),
        input(1, frame(0x81, "40/a,{}"), frame(0x81, "41/a,"), frame(0x81, "42/a,[\"e\"]")),
        input(
            2,
            frame(0x81, "40"),
            frame(0x81, "451-2[\"e\",{\"_placeholder\":true,\"num\":0}]"),
            frame(0x82, "abc")),
        input(3, frame(0x01, "4"), frame(0x00, "0"), frame(0x89, "ping"), frame(0x80, "")),
        input(4, frame(0x81, "3"), frame(0x8a, ""), frame(0x81, "6"), frame(0x88, "\3\350bye")),
        input(5, frame(0x81, "1")),
        input(6, new byte[] {(byte) 0x82, (byte) 0xfe, 0, 126, 0, 0, 0, 0}),
        input(7, frame(0xc1, "4\377"), frame(0x81, "2probe")));
  }

  private static byte[] frame(int first, String payload) {
    return RawClient.frame(first, payload);
  }

  /** The seed that these frames are when they are cut so. */
  static byte[] input(int cuts, byte[]... frames) {
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    input.write(cuts);
    for (byte[] frame : frames) {
      input.writeBytes(frame);
    }
    return input.toByteArray();
  }

  @MethodSource("seeds")
  @FuzzTest
  void endsOpenOrClosedWithACode(byte[] data) {
    check(data);
  }

  /** Does what the fuzz test does. */
  public static void check(byte[] data) {
    check(RawClient.upgrade(""), EmbeddedServer.content(data), EmbeddedServer.cuts(data));
  }

  /** Sends bytes behind a handshake. */
  static void check(String upgrade, byte[] frames, int cuts) {
    try (EmbeddedServer server = new EmbeddedServer()) {
      server.send(upgrade);
      byte[] opening = server.received();
      String text = new String(opening, ISO_8859_1);
      assertTrue(text.startsWith("HTTP/1.1 101 "), text);
      int head = text.indexOf("\r\n\r\n") + 4;
      boolean mayCompress = text.substring(0, head).contains("permessage-deflate");
      assertEquals(0, closes(Arrays.copyOfRange(opening, head, opening.length), mayCompress));
      server.send(frames, cuts);
      int closes = closes(server.received(), mayCompress);
      assertTrue(server.isOpen() ? closes <= 1 : closes == 1);
    }
  }

  /** The number of close frames in whole, unmasked frames, the last of which it is. */
  private static int closes(byte[] frames, boolean mayCompress) {
    ByteBuffer in = ByteBuffer.wrap(frames);
    int closes = 0;
    while (in.hasRemaining()) {
      assertEquals(0, closes);
      byte first = in.get();
      boolean isData = (first & 0x0f) <= 2;
      assertEquals(0x80, first & (mayCompress && isData ? 0xb0 : 0xf0));
      int length = in.get();
      if (length == 126) {
        length = in.getShort() & 0xffff;
      }
      assertTrue(length >= 0 && length <= in.remaining());
      in.position(in.position() + length);
      closes += first == CLOSE ? 1 : 0;
    }
    return closes;
  }
}
