package dev.verbatim.socketio.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.socketio.protocol.EnginePacket.Binary;
import dev.verbatim.socketio.protocol.EnginePacket.Close;
import dev.verbatim.socketio.protocol.EnginePacket.Message;
import dev.verbatim.socketio.protocol.EnginePacket.Noop;
import dev.verbatim.socketio.protocol.EnginePacket.Ping;
import dev.verbatim.socketio.protocol.EnginePacket.Pong;
import dev.verbatim.socketio.protocol.EnginePacket.Upgrade;
import dev.verbatim.socketio.protocol.MalformedPacketException.Reason;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadCodecTest {
  private static final PacketSyntax SYNTAX = new PacketSyntax(CodecLimits.DEFAULT, 1_000_000);

  @Test
  void readsAndWritesTheProtocolsExamples() throws Exception {
    List<EnginePacket> texts =
        List.of(
            new Message(Bytes.utf8("hello")), new Ping(false), new Message(Bytes.utf8("world")));
    assertEquals(texts, decode("4hello\u001e2\u001e4world"));
    assertEquals("4hello\u001e2\u001e4world", encode(texts));

    List<EnginePacket> mixed =
        List.of(new Message(Bytes.utf8("hello")), new Binary(Bytes.of(new byte[] {1, 2, 3, 4})));
    assertEquals(mixed, decode("4hello\u001ebAQIDBA=="));
    assertEquals("4hello\u001ebAQIDBA==", encode(mixed));
  }

  @Test
  void readsBase64WithoutPadding() throws Exception {
    assertEquals(List.of(new Binary(Bytes.of(new byte[] {1, 2, 3, 4}))), decode("bAQIDBA"));
  }

  @Test
  void readsBase64InLines() throws Exception {
    Binary data = new Binary(Bytes.of(new byte[] {1, 2, 3, 4}));
    assertEquals(List.of(data, data), decode("bAQID\nBA==\n\u001ebAQ\r\nIDBA\r\n"));
  }

  @Test
  void readsAnEmptyBinaryPacket() throws Exception {
    assertEquals(List.of(new Binary(Bytes.EMPTY)), decode("b"));
    assertEquals("b", encode(List.of(new Binary(Bytes.EMPTY))));
  }

  @Test
  void readsABodyInsideALargerArray() throws Exception {
    Bytes body = Bytes.utf8("xx4a\u001ebAQ==\u001e4b\u001e");
    assertEquals(
        List.of(
            new Message(Bytes.utf8("a")),
            new Binary(Bytes.of(new byte[] {1})),
            new Message(Bytes.utf8("b"))),
        PayloadCodec.decode(body.slice(2, body.length() - 3), SYNTAX));
  }

  @ParameterizedTest
  @CsvSource({
    "'', EMPTY_PACKET",
    "'~', EMPTY_PACKET",
    "'4a~', EMPTY_PACKET",
    "'~4a', EMPTY_PACKET",
    "'4a~~4b', EMPTY_PACKET",
    "'abc', UNKNOWN_TYPE",
    "'4a~x', UNKNOWN_TYPE",
    "'4a~1b', UNEXPECTED_PAYLOAD",
    "'b%', INVALID_BASE64",
    "'bA', INVALID_BASE64",
    "'bAQIDBA=', INVALID_BASE64",
    "'bAQ==AQ==', INVALID_BASE64",
    "'bAQ I=', INVALID_BASE64",
  })
  void refusesWhatIsNoPayload(String text, Reason reason) {
    assertEquals(reason, refusal(Bytes.utf8(text.replace('~', '\u001e')), SYNTAX));
  }

  @Test
  void refusesABodyThatIsNotUtf8() {
    assertEquals(
        Reason.INVALID_UTF8,
        refusal(Bytes.of(new byte[] {'4', 'a', 0x1e, '4', (byte) 0xff}), SYNTAX));
  }

  @Test
  void refusesOnePacketTooMany() throws Exception {
    int most = SYNTAX.limits().payloadPacketsMax();
    Bytes full = Bytes.utf8("2" + "\u001e2".repeat(most - 1));
    assertEquals(most, PayloadCodec.decode(full, SYNTAX).size());
    Bytes over = Bytes.utf8("2" + "\u001e2".repeat(most));
    assertEquals(Reason.TOO_MANY_PACKETS, refusal(over, SYNTAX));
  }

  @Test
  void refusesOneByteTooMany() throws Exception {
    PacketSyntax syntax = new PacketSyntax(CodecLimits.DEFAULT, 8);
    assertEquals(1, PayloadCodec.decode(Bytes.utf8("4" + "a".repeat(7)), syntax).size());
    assertEquals(Reason.PAYLOAD_TOO_LARGE, refusal(Bytes.utf8("4" + "a".repeat(8)), syntax));
  }

  @Property(tries = 300, seed = "1")
  void readsWhatItWrites(@ForAll("payloads") List<EnginePacket> packets) throws Exception {
    assertEquals(packets, PayloadCodec.decode(Bytes.of(PayloadCodec.encode(packets)), SYNTAX));
  }

  @Property(tries = 300, seed = "2")
  void readsGluedBodiesAsTheirPacketsInOrder(
      @ForAll("payloads") List<EnginePacket> first, @ForAll("payloads") List<EnginePacket> second)
      throws Exception {
    String glued = encode(first) + "\u001e" + encode(second);
    List<EnginePacket> packets = decode(glued);
    assertEquals(first, packets.subList(0, first.size()));
    assertEquals(second, packets.subList(first.size(), packets.size()));
  }

  @Property(tries = 500, seed = "3")
  void meetsAnyBytesWithPacketsOrARefusal(@ForAll byte[] bytes) {
    try {
      List<EnginePacket> packets = PayloadCodec.decode(Bytes.of(bytes), SYNTAX);
      assertEquals(packets, PayloadCodec.decode(Bytes.of(PayloadCodec.encode(packets)), SYNTAX));
    } catch (MalformedPacketException refusal) {
      assertEquals(0, refusal.getStackTrace().length);
    }
  }

  @Provide
  static Arbitrary<List<EnginePacket>> payloads() {
    Arbitrary<EnginePacket> messages =
        Arbitraries.strings()
            .filter(text -> text.indexOf('\u001e') < 0)
            .map(text -> new Message(Bytes.utf8(text)));
    Arbitrary<EnginePacket> binaries =
        Arbitraries.bytes().array(byte[].class).map(bytes -> new Binary(Bytes.of(bytes)));
    Arbitrary<EnginePacket> others =
        Arbitraries.of(
            new Ping(false),
            new Pong(false),
            new Pong(true),
            new Close(),
            new Upgrade(),
            new Noop());
    return Arbitraries.oneOf(Arrays.asList(messages, binaries, others))
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  private static List<EnginePacket> decode(String body) throws MalformedPacketException {
    return PayloadCodec.decode(Bytes.utf8(body), SYNTAX);
  }

  private static String encode(List<EnginePacket> packets) {
    return Bytes.of(PayloadCodec.encode(packets)).utf8();
  }

  private static Reason refusal(Bytes body, PacketSyntax syntax) {
    return assertThrows(MalformedPacketException.class, () -> PayloadCodec.decode(body, syntax))
        .reason();
  }
}
