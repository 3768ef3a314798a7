package dev.verbatim.socketio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any WebSocket message, in each format, is a packet that is written and read back, or refused. */
public final class EnginePacketFuzz {
  /** Where the fuzzer begins. */
  public static Stream<byte[]> seeds() {
    return Stream.of(
            "0{\"sid\":\"a\"}", "1", "2", "2probe", "3", "4€ 😀", "5", "6", "b4AQID", "\4a")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsBackWhatItTakes(byte[] data) throws MalformedPacketException {
    check(data);
  }

  /** Does what the fuzz test does. */
  public static void check(byte[] data) throws MalformedPacketException {
    for (EngineFormat format : EngineFormat.values()) {
      checkText(format, Bytes.of(data));
      checkBinary(format, Bytes.of(data));
    }
  }

  private static void checkText(EngineFormat format, Bytes message)
      throws MalformedPacketException {
    EnginePacket packet;
    try {
      packet = format.decodeText(message);
    } catch (MalformedPacketException _) {
      return;
    }
    assertEquals(packet, decode(format, packet));
  }

  private static void checkBinary(EngineFormat format, Bytes message)
      throws MalformedPacketException {
    EnginePacket packet;
    try {
      packet = format.decodeBinary(message);
    } catch (MalformedPacketException _) {
      return;
    }
    assertEquals(packet, decode(format, packet));
  }

  private static EnginePacket decode(EngineFormat format, EnginePacket packet)
      throws MalformedPacketException {
    Bytes encoded = format.encode(packet);
    return format.isBinary(packet) ? format.decodeBinary(encoded) : format.decodeText(encoded);
  }
}
