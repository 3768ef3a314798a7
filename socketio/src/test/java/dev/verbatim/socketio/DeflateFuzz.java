package dev.verbatim.socketio;

import static dev.verbatim.socketio.WebSocketFuzz.input;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import dev.verbatim.socketio.Zlib.Inflated;
import dev.verbatim.socketio.protocol.Bytes;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any compressed messages leave a WebSocket open, or closed with a code and nothing behind it, and
 * what is inflated is what was deflated or no more than a message may be, in memory, too.
 *
 * <p>The input's first byte says where the frames are cut. For each there are its first byte, to
 * which RSV1 is added if it may begin a message; its {@link #DEFLATED form}, which tells how the
 * payload is made; and a length and as many bytes.
 */
public final class DeflateFuzz {
  private static final int RSV1 = 0x40;

  /** In a frame's form: the bytes are deflated for it, else it has them as they are. */
  private static final int DEFLATED = 0x10;

  /** In a frame's form: nothing is added to the first byte. */
  private static final int PLAIN = 0x20;

  /** In a frame's form: the power of two that says how often the bytes are repeated before. */
  private static final int REPEATS = 0x0f;

  private static final int REPEATED_BYTES_MAX = 256 * 1024;

  /** The arrays of one inflation; far less than the longest bomb has. */
  private static final long INFLATING_BYTES_MAX = 16L * EmbeddedServer.MESSAGE_BYTES_MAX;

  private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final Zlib zlib = new Zlib();

  private static final String UPGRADE =
      RawClient.upgrade("")
          .replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n");

  static {
    // What a first use takes is not the input's.
    check(new byte[] {0, (byte) 0x81, DEFLATED | 1, 1, '4'});
  }

  static Stream<byte[]> seeds() {
    String hello = "\362\110\315\311\311\007\000";
    return Stream.of(
        input(0, frame(0x81, DEFLATED, "40"), frame(0x81, DEFLATED, "421[\"e\",\"eeeeeeeee\"]")),
        input(1, frame(0x81, PLAIN, "40"), frame(0x81, DEFLATED, "42[\"all\"]")),
        input(2, frame(0x81, DEFLATED | 12, "4")),
        input(3, frame(0x82, DEFLATED | 13, "\0\1\2\3")),
        input(4, frame(0x81, DEFLATED | REPEATS, "abcdefgh")),
        input(5, frame(0x01, 0, hello.substring(0, 3)), frame(0x80, 0, hello.substring(3))),
        input(6, frame(0x82, 0, hello), frame(0x82, 0, "\363\110\315\311\311\007\000\000")),
        input(7, frame(0x81, 0, "\000\005\000\372\377Hello\000")),
        input(8, frame(0x81, 0, "\362\110\005\000\000\000\377\377\312\311\311\007\000")),
        input(9, frame(0x81, 0, "\377\377"), frame(0x81, 0, hello)),
        input(10, frame(0x01, DEFLATED, "451-[\"e\",{\"_placeholder\":true,\"num\":0}]")),
        input(11, frame(0x89, DEFLATED, "ping"), frame(0xd1, DEFLATED, "4"), frame(0xc0, 0, "")));
  }

  private static byte[] frame(int first, int form, String bytes) {
    return ByteBuffer.allocate(3 + bytes.length())
        .put((byte) first)
        .put((byte) form)
        .put((byte) bytes.length())
        .put(bytes.getBytes(ISO_8859_1))
        .array();
  }

  @MethodSource("seeds")
  @FuzzTest
  void inflatesWithinBounds(byte[] data) {
    check(data);
  }

  /** Does what the fuzz test does. */
  public static void check(byte[] data) {
    ByteBuffer in = ByteBuffer.wrap(EmbeddedServer.content(data));
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    while (in.remaining() >= 3) {
      int first = in.get() & 0xff;
      int form = in.get();
      byte[] bytes = new byte[Math.min(in.get() & 0xff, in.remaining())];
      in.get(bytes);
      boolean begins = (first & 0x0f) == 1 || (first & 0x0f) == 2;
      frames.writeBytes(
          RawClient.frame(
              begins && (form & PLAIN) == 0 ? first | RSV1 : first, payload(form, bytes)));
    }
    WebSocketFuzz.check(UPGRADE, frames.toByteArray(), EmbeddedServer.cuts(data));
  }

  private static byte[] payload(int form, byte[] bytes) {
    if ((form & DEFLATED) == 0) {
      inflate(Bytes.of(bytes));
      return bytes;
    }
    byte[] message = repeated(bytes, 1 << (form & REPEATS));
    @Nullable Bytes data = zlib.deflate(Bytes.of(message));
    if (data == null) {
      return bytes;
    }
    Inflated inflated = inflate(data);
    if (message.length > EmbeddedServer.MESSAGE_BYTES_MAX) {
      assertInstanceOf(Inflated.TooBig.class, inflated);
    } else {
      assertEquals(new Inflated.Message(Bytes.of(message)), inflated);
    }
    return data.toByteArray();
  }

  private static byte[] repeated(byte[] bytes, int times) {
    int length = Math.min(bytes.length * times, REPEATED_BYTES_MAX);
    byte[] all = Arrays.copyOf(bytes, length);
    for (int i = bytes.length; i < length; i++) {
      all[i] = all[i - bytes.length];
    }
    return all;
  }

  private static Inflated inflate(Bytes data) {
    long before = MEMORY.getCurrentThreadAllocatedBytes();
    Inflated inflated = zlib.inflate(data, EmbeddedServer.MESSAGE_BYTES_MAX);
    long taken = MEMORY.getCurrentThreadAllocatedBytes() - before;
    assertTrue(taken <= INFLATING_BYTES_MAX, () -> taken + " bytes");
    if (inflated instanceof Inflated.Message(Bytes message)) {
      assertTrue(message.length() <= EmbeddedServer.MESSAGE_BYTES_MAX);
    }
    return inflated;
  }
}
