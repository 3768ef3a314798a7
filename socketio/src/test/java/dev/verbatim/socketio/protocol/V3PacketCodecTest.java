package dev.verbatim.socketio.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.EnginePacket.Binary;
import dev.verbatim.socketio.protocol.EnginePacket.Message;
import dev.verbatim.socketio.protocol.MalformedPacketException.Reason;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class V3PacketCodecTest {
  private static final Bytes DATA = Bytes.of(new byte[] {1, 2, 3, 4});

  @ParameterizedTest
  @MethodSource("dev.verbatim.socketio.protocol.EnginePacketCodecTest#packets")
  void readsAndWritesTextAsRevision4Does(String text, EnginePacket packet) throws Exception {
    for (EngineFormat format : EngineFormat.values()) {
      assertEquals(packet, format.decodeText(Bytes.utf8(text)));
      assertEquals(text, format.encode(packet).utf8());
      assertFalse(format.isBinary(packet));
    }
  }

  @Test
  void putsTheTypeBeforeBytes() throws Exception {
    Bytes message = Bytes.of(new byte[] {4, 1, 2, 3, 4});
    assertEquals(message, EngineFormat.V3.encode(new Binary(DATA)));
    assertTrue(EngineFormat.V3.isBinary(new Binary(DATA)));
    assertEquals(new Binary(DATA), EngineFormat.V3.decodeBinary(message));
    assertEquals(new Binary(Bytes.EMPTY), EngineFormat.V3.decodeBinary(Bytes.of(new byte[] {4})));
  }

  @Test
  void writesBytesAsBase64ToWhoTakesTextAlone() throws Exception {
    assertEquals("b4AQIDBA==", EngineFormat.V3_BASE64.encode(new Binary(DATA)).utf8());
    assertFalse(EngineFormat.V3_BASE64.isBinary(new Binary(DATA)));
    assertEquals(new Binary(DATA), EngineFormat.V3.decodeText(Bytes.utf8("b4AQIDBA==")));
    assertEquals(new Binary(DATA), EngineFormat.V3.decodeText(Bytes.utf8("b4AQIDBA")));
    assertEquals(new Binary(Bytes.EMPTY), EngineFormat.V3.decodeText(Bytes.utf8("b4")));
  }

  @ParameterizedTest
  @CsvSource({
    "'', EMPTY_PACKET",
    "b, UNKNOWN_TYPE",
    "b2, UNKNOWN_TYPE",
    "bAQIDBA==, UNKNOWN_TYPE",
    "b4AQIDBA=, INVALID_BASE64",
    "b4%, INVALID_BASE64",
    "7, UNKNOWN_TYPE",
    "2prob, UNEXPECTED_PAYLOAD",
  })
  void refusesTextThatIsNoPacket(String text, Reason reason) {
    assertEquals(
        reason,
        assertThrows(
                MalformedPacketException.class, () -> EngineFormat.V3.decodeText(Bytes.utf8(text)))
            .reason());
  }

  @ParameterizedTest
  @CsvSource({
    "'', EMPTY_PACKET",
    "00, UNKNOWN_TYPE",
    "02, UNKNOWN_TYPE",
    "34, UNKNOWN_TYPE",
    "ff04, UNKNOWN_TYPE",
  })
  void refusesBytesThatAreNoPacket(String hex, Reason reason) {
    Bytes message = Bytes.of(HexFormat.of().parseHex(hex));
    assertEquals(
        reason,
        assertThrows(MalformedPacketException.class, () -> EngineFormat.V3.decodeBinary(message))
            .reason());
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    Bytes message = Bytes.of(new byte[] {'4', (byte) 0xc3});
    assertEquals(
        Reason.INVALID_UTF8,
        assertThrows(MalformedPacketException.class, () -> EngineFormat.V3.decodeText(message))
            .reason());
  }

  @Property(tries = 300, seed = "1")
  void readsWhatItWrites(@ForAll byte[] data, @ForAll String text) throws Exception {
    Binary binary = new Binary(Bytes.of(data));
    assertEquals(binary, EngineFormat.V3.decodeBinary(EngineFormat.V3.encode(binary)));
    assertEquals(binary, EngineFormat.V3.decodeText(EngineFormat.V3_BASE64.encode(binary)));
    Message message = new Message(Bytes.utf8(text));
    assertEquals(message, EngineFormat.V3.decodeText(EngineFormat.V3.encode(message)));
  }

  @Test
  void knowsTheRevisionThatAHandshakeAsksFor() {
    assertEquals(EngineRevision.V4, EngineRevision.of("4"));
    assertEquals(EngineRevision.V3, EngineRevision.of("3"));
    assertEquals(EngineRevision.V3, EngineRevision.of(null));
    for (String other : new String[] {"", "2", "5", "03", "3 ", "abc"}) {
      assertEquals(null, EngineRevision.of(other));
    }
  }
}
