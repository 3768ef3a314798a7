package dev.verbatim.socketio.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.socketio.protocol.EnginePacket.Binary;
import dev.verbatim.socketio.protocol.EnginePacket.Close;
import dev.verbatim.socketio.protocol.EnginePacket.Message;
import dev.verbatim.socketio.protocol.EnginePacket.Noop;
import dev.verbatim.socketio.protocol.EnginePacket.Open;
import dev.verbatim.socketio.protocol.EnginePacket.Ping;
import dev.verbatim.socketio.protocol.EnginePacket.Pong;
import dev.verbatim.socketio.protocol.EnginePacket.Upgrade;
import dev.verbatim.socketio.protocol.MalformedPacketException.Reason;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EnginePacketCodecTest {
  static Stream<Arguments> packets() {
    return Stream.of(
        Arguments.of("0{\"sid\":\"a\"}", new Open(Bytes.utf8("{\"sid\":\"a\"}"))),
        Arguments.of("1", new Close()),
        Arguments.of("2", new Ping(false)),
        Arguments.of("2probe", new Ping(true)),
        Arguments.of("3", new Pong(false)),
        Arguments.of("3probe", new Pong(true)),
        Arguments.of("4", new Message(Bytes.EMPTY)),
        Arguments.of("4hello", new Message(Bytes.utf8("hello"))),
        Arguments.of("4€ 😀", new Message(Bytes.utf8("€ 😀"))),
        Arguments.of("5", new Upgrade()),
        Arguments.of("6", new Noop()));
  }

  @ParameterizedTest
  @MethodSource("packets")
  void readsAndWritesEveryPacketOfTheTable(String text, EnginePacket packet) throws Exception {
    assertEquals(packet, EnginePacketCodec.decodeText(Bytes.utf8(text)));
    assertEquals(text, EnginePacketCodec.encode(packet).utf8());
  }

  @Test
  void takesBinaryAsItIs() {
    Bytes data = Bytes.of(new byte[] {1, -1, 0});
    assertEquals(new Binary(data), EnginePacketCodec.decodeBinary(data));
    assertSame(data, EnginePacketCodec.encode(new Binary(data)));
  }

  @ParameterizedTest
  @CsvSource({
    "'', EMPTY_PACKET",
    "7, UNKNOWN_TYPE",
    "b, UNKNOWN_TYPE",
    "hello, UNKNOWN_TYPE",
    "' 4', UNKNOWN_TYPE",
    "1x, UNEXPECTED_PAYLOAD",
    "2prob, UNEXPECTED_PAYLOAD",
    "2probe2, UNEXPECTED_PAYLOAD",
    "3x, UNEXPECTED_PAYLOAD",
    "5probe, UNEXPECTED_PAYLOAD",
    "6x, UNEXPECTED_PAYLOAD",
  })
  void refusesWhatIsNoPacket(String text, Reason reason) {
    assertEquals(reason, refusal(Bytes.utf8(text)));
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    assertEquals(Reason.INVALID_UTF8, refusal(Bytes.of(new byte[] {'4', (byte) 0xc3})));
  }

  private static Reason refusal(Bytes message) {
    return assertThrows(MalformedPacketException.class, () -> EnginePacketCodec.decodeText(message))
        .reason();
  }
}
