package dev.verbatim.socketio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.EnginePacket.Binary;
import dev.verbatim.socketio.protocol.EnginePacket.Close;
import dev.verbatim.socketio.protocol.EnginePacket.Message;
import dev.verbatim.socketio.protocol.EnginePacket.Noop;
import dev.verbatim.socketio.protocol.EnginePacket.Ping;
import dev.verbatim.socketio.protocol.EnginePacket.Pong;
import dev.verbatim.socketio.protocol.EnginePacket.Upgrade;
import dev.verbatim.socketio.protocol.MalformedPacketException.Reason;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class V3PayloadCodecTest {
  private static final PacketSyntax SYNTAX = new PacketSyntax(CodecLimits.DEFAULT, 1_000_000);
  private static final Bytes DATA = Bytes.of(new byte[] {1, 2, 3, 4});

  @Test
  void readsAndWritesTheProtocolsExamples() throws Exception {
    List<EnginePacket> texts =
        List.of(new Message(Bytes.utf8("hello")), new Message(Bytes.utf8("€")));
    assertEquals(texts, decodeText("6:4hello2:4€"));
    EngineFormat.Payload payload = EngineFormat.V3.encodePayload(texts);
    assertEquals("6:4hello2:4€", payload.body().utf8());
    assertFalse(payload.isBinary());

    List<EnginePacket> mixed = List.of(new Message(Bytes.utf8("€")), new Binary(DATA));
    assertEquals(mixed, decodeText("2:4€10:b4AQIDBA=="));
    payload = EngineFormat.V3_BASE64.encodePayload(mixed);
    assertEquals("2:4€10:b4AQIDBA==", payload.body().utf8());
    assertFalse(payload.isBinary());

    // The page counts the five bytes of its second packet as four; the reference server does not.
    String example = "0004ff34e282ac0105ff0401020304";
    assertEquals(mixed, decodeBinary(example));
    payload = EngineFormat.V3.encodePayload(mixed);
    assertEquals(example, HexFormat.of().formatHex(payload.body().toByteArray()));
    assertTrue(payload.isBinary());
  }

  @Test
  void countsUtf16CodeUnitsInText() throws Exception {
    List<EnginePacket> packets = List.of(new Message(Bytes.utf8("😀é€")), new Ping(false));
    assertEquals(packets, decodeText("5:4😀é€1:2"));
    assertEquals("5:4😀é€1:2", Bytes.of(V3PayloadCodec.encodeText(packets)).utf8());
  }

  @Test
  void countsBytesInBinary() throws Exception {
    List<EnginePacket> packets =
        List.of(new Message(Bytes.utf8("😀 a dozen bytes")), new Binary(Bytes.EMPTY));
    String hex =
        "000109ff34" + HexFormat.of().formatHex("😀 a dozen bytes".getBytes(UTF_8)) + "0101ff04";
    assertEquals(packets, decodeBinary(hex));
    assertEquals(hex, HexFormat.of().formatHex(V3PayloadCodec.encodeBinary(packets)));
  }

  @Test
  void readsBodiesInsideLargerArrays() throws Exception {
    Bytes text = Bytes.utf8("xx2:4€6:b4AQ==1");
    assertEquals(
        List.of(new Message(Bytes.utf8("€")), new Binary(Bytes.of(new byte[] {1}))),
        V3PayloadCodec.decodeText(text.slice(2, text.length() - 3), SYNTAX));
    Bytes bytes = Bytes.of(HexFormat.of().parseHex("ff0102ff040100"));
    assertEquals(
        List.of(new Binary(Bytes.of(new byte[] {1}))),
        V3PayloadCodec.decodeBinary(bytes.slice(1, bytes.length() - 2), SYNTAX));
  }

  @ParameterizedTest
  @CsvSource({
    "'', EMPTY_PACKET",
    "'0:', EMPTY_PACKET",
    "'1:20:', EMPTY_PACKET",
    "'abc', INVALID_LENGTH",
    "':4', INVALID_LENGTH",
    "'1', INVALID_LENGTH",
    "'1:', INVALID_LENGTH",
    "'2:4', INVALID_LENGTH",
    "'01:2', INVALID_LENGTH",
    "'+1:2', INVALID_LENGTH",
    "'-1:2', INVALID_LENGTH",
    "' 1:2', INVALID_LENGTH",
    "'1.0:2', INVALID_LENGTH",
    "'1e0:2', INVALID_LENGTH",
    "'1:22', INVALID_LENGTH",
    "'1:2x', INVALID_LENGTH",
    "'2:4😀', INVALID_LENGTH",
    "'4294967297:2', INVALID_LENGTH",
    "'99999999999999999999999:2', INVALID_LENGTH",
    "'3:abc', UNKNOWN_TYPE",
    "'2:1b', UNEXPECTED_PAYLOAD",
    "'1:b', UNKNOWN_TYPE",
    "'2:b3', UNKNOWN_TYPE",
    "'3:b4%', INVALID_BASE64",
  })
  void refusesWhatIsNoTextPayload(String text, Reason reason) {
    assertEquals(
        reason, assertThrows(MalformedPacketException.class, () -> decodeText(text)).reason());
  }

  @ParameterizedTest
  @CsvSource({
    "'', EMPTY_PACKET",
    "0000ff, EMPTY_PACKET",
    "0100ff, EMPTY_PACKET",
    "00, INVALID_LENGTH",
    "00ff, INVALID_LENGTH",
    "0001, INVALID_LENGTH",
    "0001ff, INVALID_LENGTH",
    "0002ff34, INVALID_LENGTH",
    "000001ff32, INVALID_LENGTH",
    "000aff32, INVALID_LENGTH",
    "000102ff32, INVALID_LENGTH",
    "0009090909090909090909ff32, INVALID_LENGTH",
    "0201ff32, UNKNOWN_TYPE",
    "3101ff32, UNKNOWN_TYPE",
    "0101ff32, UNKNOWN_TYPE",
    "0001ff32ff, UNKNOWN_TYPE",
    "0002ff34c3, INVALID_UTF8",
  })
  void refusesWhatIsNoBinaryPayload(String hex, Reason reason) {
    assertEquals(
        reason, assertThrows(MalformedPacketException.class, () -> decodeBinary(hex)).reason());
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    Bytes body = Bytes.of(new byte[] {'2', ':', '4', (byte) 0xff});
    assertEquals(
        Reason.INVALID_UTF8,
        assertThrows(MalformedPacketException.class, () -> V3PayloadCodec.decodeText(body, SYNTAX))
            .reason());
  }

  @Test
  void refusesOnePacketTooMany() throws Exception {
    int most = SYNTAX.limits().payloadPacketsMax();
    assertEquals(most, decodeText("1:2".repeat(most)).size());
    assertEquals(most, decodeBinary("0001ff32".repeat(most)).size());
    for (boolean binary : new boolean[] {false, true}) {
      assertEquals(
          Reason.TOO_MANY_PACKETS,
          assertThrows(
                  MalformedPacketException.class,
                  () -> {
                    if (binary) {
                      decodeBinary("0001ff32".repeat(most + 1));
                    } else {
                      decodeText("1:2".repeat(most + 1));
                    }
                  })
              .reason());
    }
  }

  @Test
  void refusesOneByteTooMany() throws Exception {
    PacketSyntax syntax = new PacketSyntax(CodecLimits.DEFAULT, 8);
    assertEquals(1, V3PayloadCodec.decodeText(Bytes.utf8("6:4aaaaa"), syntax).size());
    assertEquals(
        Reason.PAYLOAD_TOO_LARGE,
        assertThrows(
                MalformedPacketException.class,
                () -> V3PayloadCodec.decodeText(Bytes.utf8("7:4aaaaaa"), syntax))
            .reason());
    byte[] bytes = HexFormat.of().parseHex("0106ff04aaaaaaaaaa");
    assertEquals(
        Reason.PAYLOAD_TOO_LARGE,
        assertThrows(
                MalformedPacketException.class,
                () -> V3PayloadCodec.decodeBinary(Bytes.of(bytes), syntax))
            .reason());
  }

  @Property(tries = 300, seed = "1")
  void readsWhatItWrites(@ForAll("payloads") List<EnginePacket> packets) throws Exception {
    assertEquals(packets, textRoundTrip(packets));
    assertEquals(packets, binaryRoundTrip(packets));
  }

  @Property(tries = 300, seed = "2")
  void readsGluedBodiesAsTheirPacketsInOrder(
      @ForAll("payloads") List<EnginePacket> first, @ForAll("payloads") List<EnginePacket> second)
      throws Exception {
    List<EnginePacket> both = new ArrayList<>(first);
    both.addAll(second);
    byte[] text = glue(V3PayloadCodec.encodeText(first), V3PayloadCodec.encodeText(second));
    assertArrayEquals(V3PayloadCodec.encodeText(both), text);
    assertEquals(both, V3PayloadCodec.decodeText(Bytes.of(text), SYNTAX));
    byte[] binary = glue(V3PayloadCodec.encodeBinary(first), V3PayloadCodec.encodeBinary(second));
    assertEquals(both, V3PayloadCodec.decodeBinary(Bytes.of(binary), SYNTAX));
  }

  @Property(tries = 200, seed = "3")
  void readsABodyCutAnywhereAsItsFirstPacketsOrNotAtAll(
      @ForAll("payloads") List<EnginePacket> packets) {
    byte[] text = V3PayloadCodec.encodeText(packets);
    for (int end = 0; end < text.length; end++) {
      Bytes part = new Bytes(text, 0, end);
      assertPrefix(packets, () -> V3PayloadCodec.decodeText(part, SYNTAX));
    }
    byte[] binary = V3PayloadCodec.encodeBinary(packets);
    for (int end = 0; end < binary.length; end++) {
      Bytes part = new Bytes(binary, 0, end);
      assertPrefix(packets, () -> V3PayloadCodec.decodeBinary(part, SYNTAX));
    }
  }

  @Property(tries = 1_000, seed = "4")
  void meetsAnyBytesWithPacketsOrARefusal(@ForAll("nearlyPayloads") byte[] bytes) {
    try {
      List<EnginePacket> packets = V3PayloadCodec.decodeText(Bytes.of(bytes), SYNTAX);
      assertEquals(packets, textRoundTrip(packets));
    } catch (MalformedPacketException refusal) {
      assertEquals(0, refusal.getStackTrace().length);
    }
    try {
      List<EnginePacket> packets = V3PayloadCodec.decodeBinary(Bytes.of(bytes), SYNTAX);
      assertEquals(packets, binaryRoundTrip(packets));
    } catch (MalformedPacketException refusal) {
      assertEquals(0, refusal.getStackTrace().length);
    }
  }

  private interface Decoding {
    List<EnginePacket> run() throws MalformedPacketException;
  }

  private static void assertPrefix(List<EnginePacket> packets, Decoding decoding) {
    try {
      List<EnginePacket> read = decoding.run();
      assertTrue(read.size() < packets.size());
      assertEquals(packets.subList(0, read.size()), read);
    } catch (MalformedPacketException _) {
      // That is as good.
    }
  }

  @Provide
  static Arbitrary<List<EnginePacket>> payloads() {
    Arbitrary<EnginePacket> messages =
        Arbitraries.strings().ofMaxLength(40).map(text -> new Message(Bytes.utf8(text)));
    Arbitrary<EnginePacket> astral =
        Arbitraries.of("😀", "😀€é", "a😀b😀").map(text -> new Message(Bytes.utf8(text)));
    Arbitrary<EnginePacket> binaries =
        Arbitraries.bytes()
            .array(byte[].class)
            .ofMaxSize(40)
            .map(bytes -> new Binary(Bytes.of(bytes)));
    Arbitrary<EnginePacket> others =
        Arbitraries.of(
            new Ping(false),
            new Ping(true),
            new Pong(false),
            new Close(),
            new Upgrade(),
            new Noop());
    return Arbitraries.oneOf(Arrays.asList(messages, astral, binaries, others))
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  /** Pieces of both forms, in any order. */
  @Provide
  static Arbitrary<byte[]> nearlyPayloads() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "30",
            "31",
            "32",
            "35",
            "3a",
            "34",
            "6234",
            "41513d3d",
            "f09f9880",
            "e282ac",
            "c3a9",
            "00",
            "01",
            "02",
            "05",
            "ff",
            "04",
            "80",
            "c3",
            "2d");
    Arbitrary<String> whole =
        Arbitraries.of("313a32", "333a34f09f9880", "363a623441513d3d", "0001ff32", "0102ff0401");
    return Arbitraries.oneOf(pieces, whole)
        .list()
        .ofMaxSize(12)
        .map(parts -> HexFormat.of().parseHex(String.join("", parts)));
  }

  private static List<EnginePacket> textRoundTrip(List<EnginePacket> packets)
      throws MalformedPacketException {
    return V3PayloadCodec.decodeText(Bytes.of(V3PayloadCodec.encodeText(packets)), SYNTAX);
  }

  private static List<EnginePacket> binaryRoundTrip(List<EnginePacket> packets)
      throws MalformedPacketException {
    return V3PayloadCodec.decodeBinary(Bytes.of(V3PayloadCodec.encodeBinary(packets)), SYNTAX);
  }

  private static byte[] glue(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }

  private static List<EnginePacket> decodeText(String body) throws MalformedPacketException {
    return V3PayloadCodec.decodeText(Bytes.utf8(body), SYNTAX);
  }

  private static List<EnginePacket> decodeBinary(String hex) throws MalformedPacketException {
    return V3PayloadCodec.decodeBinary(Bytes.of(HexFormat.of().parseHex(hex)), SYNTAX);
  }
}
