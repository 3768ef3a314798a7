package dev.verbatim.socketio.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any polling body, in each format, is packets that are written and read back, or refused. */
public final class PayloadFuzz {
  private static final PacketSyntax SYNTAX = new PacketSyntax(CodecLimits.DEFAULT, 100_000);

  /** Where the fuzzer begins. */
  public static Stream<byte[]> seeds() {
    return Stream.concat(
        Stream.of("4hello\u001e2\u001e4€", "4a\u001ebAQIDBA==", "bAQ", "6:4hello2:4€10:b4AQIDBA==")
            .map(text -> text.getBytes(UTF_8)),
        Stream.of("\0\2\377" + "4a", "\1\5\377\4\1\2\3\4", "\0\1\0\377" + "4123456789")
            .map(text -> text.getBytes(ISO_8859_1)));
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsBackWhatItTakes(byte[] data) throws MalformedPacketException {
    check(data);
  }

  /** Does what the fuzz test does. */
  public static void check(byte[] data) throws MalformedPacketException {
    for (EngineFormat format : EngineFormat.values()) {
      check(format, Bytes.of(data), false);
      if (format.takesBinaryPayloads()) {
        check(format, Bytes.of(data), true);
      }
    }
  }

  private static void check(EngineFormat format, Bytes body, boolean isBinary)
      throws MalformedPacketException {
    List<EnginePacket> packets;
    try {
      packets = decode(format, body, isBinary);
    } catch (MalformedPacketException _) {
      return;
    }
    assertFalse(packets.isEmpty());
    EngineFormat.Payload again = format.encodePayload(packets);
    assertEquals(packets, decode(format, again.body(), again.isBinary()));
  }

  private static List<EnginePacket> decode(EngineFormat format, Bytes body, boolean isBinary)
      throws MalformedPacketException {
    return isBinary ? format.decodeBinaryPayload(body, SYNTAX) : format.decodePayload(body, SYNTAX);
  }
}
