package dev.verbatim.socketio.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.MalformedPacketException.Reason;
import dev.verbatim.socketio.protocol.Packet.Ack;
import dev.verbatim.socketio.protocol.Packet.Connect;
import dev.verbatim.socketio.protocol.Packet.ConnectError;
import dev.verbatim.socketio.protocol.Packet.Disconnect;
import dev.verbatim.socketio.protocol.Packet.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketDecoderTest {
  private static final PacketSyntax SYNTAX = new PacketSyntax(CodecLimits.DEFAULT, 1_000_000);

  private final PacketDecoder decoder = new PacketDecoder(SYNTAX);

  @Test
  void readsTheProtocolsExamples() throws Exception {
    assertEquals(new Connect("/", null), decode("0"));
    assertEquals(
        new Connect("/admin", Bytes.utf8("{\"sid\":\"oSO0\"}")),
        decode("0/admin,{\"sid\":\"oSO0\"}"));
    assertEquals(
        new ConnectError("/", Bytes.utf8("{\"message\":\"Not authorized\"}")),
        decode("4{\"message\":\"Not authorized\"}"));
    assertEquals(Event.of("/", -1, "foo", List.of()), decode("2[\"foo\"]"));
    assertEquals(Event.of("/admin", -1, "bar", List.of()), decode("2/admin,[\"bar\"]"));
    assertEquals(Event.of("/", 12, "foo", List.of()), decode("212[\"foo\"]"));
    assertEquals(
        Ack.of("/admin", 13, List.of(Bytes.utf8("\"bar\""))), decode("3/admin,13[\"bar\"]"));
    assertEquals(new Disconnect("/"), decode("1"));
    assertEquals(new Disconnect("/admin"), decode("1/admin,"));
  }

  @Test
  void knowsWhereEachArgumentStands() throws Exception {
    Event event = event(decode("2[ \"e\" , {\"a\":[1, 2]} ,\"x\",-1.5e3 , [ ] , null\n]"));
    Arguments arguments = event.arguments();
    assertEquals(5, arguments.count());
    assertEquals("{\"a\":[1, 2]}", arguments.get(0).utf8());
    assertEquals("\"x\"", arguments.get(1).utf8());
    assertEquals("-1.5e3", arguments.get(2).utf8());
    assertEquals("[ ]", arguments.get(3).utf8());
    assertEquals("null", arguments.get(4).utf8());
  }

  @Test
  void readsViewsThatDoNotBeginAtTheirArraysBeginning() throws Exception {
    Bytes frame = Bytes.utf8("xx42/chat,7[\"send\",{\"a\":1},\"b\"]yy");
    Event event = event(decoder.decodeText(frame.slice(3, frame.length() - 5)));
    assertEquals("/chat", event.namespace());
    assertEquals(7, event.ackId());
    assertEquals("send", event.name());
    assertEquals("{\"a\":1}", event.arguments().get(0).utf8());
    assertEquals("\"b\"", event.arguments().get(1).utf8());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # the type
          ''                              | EMPTY_PACKET
          7                               | UNKNOWN_TYPE
          a                               | UNKNOWN_TYPE
          ["foo"]                         | UNKNOWN_TYPE
          # CONNECT: an object or nothing, no id
          0[]                             | UNEXPECTED_PAYLOAD
          0"foo"                          | UNEXPECTED_PAYLOAD
          0null                           | UNEXPECTED_PAYLOAD
          012                             | UNEXPECTED_PAYLOAD
          01{}                            | UNEXPECTED_PAYLOAD
          0/admin,[]                      | UNEXPECTED_PAYLOAD
          0{                              | INVALID_JSON
          0{}{}                           | INVALID_JSON
          0{"a"}                          | INVALID_JSON
          # DISCONNECT: nothing
          1{}                             | UNEXPECTED_PAYLOAD
          1/admin,"foo"                   | UNEXPECTED_PAYLOAD
          13                              | UNEXPECTED_PAYLOAD
          # EVENT: an array, its first a string or a number
          2                               | INVALID_PAYLOAD
          2{}                             | INVALID_PAYLOAD
          2"foo"                          | INVALID_PAYLOAD
          2/admin,                        | INVALID_PAYLOAD
          212                             | INVALID_PAYLOAD
          2[]                             | INVALID_PAYLOAD
          2[null]                         | INVALID_PAYLOAD
          2[true,"foo"]                   | INVALID_PAYLOAD
          2[{}]                           | INVALID_PAYLOAD
          2[["foo"]]                      | INVALID_PAYLOAD
          2 ["foo"]                       | INVALID_PAYLOAD
          2-1["foo"]                      | INVALID_PAYLOAD
          2["connect"]                    | RESERVED_EVENT
          2["connect_error"]              | RESERVED_EVENT
          2["disconnect"]                 | RESERVED_EVENT
          2["disconnecting"]              | RESERVED_EVENT
          2["newListener"]                | RESERVED_EVENT
          2["removeListener"]             | RESERVED_EVENT
          2["conn\\u0065ct"]              | RESERVED_EVENT
          # JSON
          2[                              | INVALID_JSON
          2["foo                          | INVALID_JSON
          2["foo"                         | INVALID_JSON
          2["foo",                        | INVALID_JSON
          2["foo",]                       | INVALID_JSON
          2["foo",,1]                     | INVALID_JSON
          2["foo"]]                       | INVALID_JSON
          2["foo"]["foo"]                 | INVALID_JSON
          2["foo"] 1                      | INVALID_JSON
          2["foo" 1]                      | INVALID_JSON
          2["foo",01]                     | INVALID_JSON
          2["foo",.5]                     | INVALID_JSON
          2["foo",1.]                     | INVALID_JSON
          2["foo",NaN]                    | INVALID_JSON
          2["foo",undefined]              | INVALID_JSON
          2["foo",'a']                    | INVALID_JSON
          2["foo",{a:1}]                  | INVALID_JSON
          2["foo",{"a":1,}]               | INVALID_JSON
          2["foo",{"a" 1}]                | INVALID_JSON
          2["foo",[1}]                    | INVALID_JSON
          2["foo","\\x"]                  | INVALID_JSON
          2["foo","\\u12"]                | INVALID_JSON
          2["foo",/*a*/1]                 | INVALID_JSON
          # ACK: an id and an array
          3                               | INVALID_ACK_ID
          3[]                             | INVALID_ACK_ID
          3/admin,[]                      | INVALID_ACK_ID
          31                              | INVALID_PAYLOAD
          31{}                            | INVALID_PAYLOAD
          31"foo"                         | INVALID_PAYLOAD
          31[                             | INVALID_JSON
          # ids: what JavaScript's numbers hold exactly
          29007199254740992["foo"]        | INVALID_ACK_ID
          299999999999999999["foo"]       | INVALID_ACK_ID
          29223372036854775808["foo"]     | INVALID_ACK_ID
          312345678901234567890[]         | INVALID_ACK_ID
          207["foo"]                      | INVALID_ACK_ID
          21.5["foo"]                     | INVALID_PAYLOAD
          # CONNECT_ERROR: an object or a string
          4                               | INVALID_PAYLOAD
          4[]                             | INVALID_PAYLOAD
          41                              | INVALID_PAYLOAD
          4"foo                           | INVALID_JSON
          4"foo"1                         | INVALID_JSON
          # BINARY_EVENT and BINARY_ACK: a count
          5                               | INVALID_ATTACHMENT_COUNT
          5["foo"]                        | INVALID_ATTACHMENT_COUNT
          5-["foo"]                       | INVALID_ATTACHMENT_COUNT
          51["foo"]                       | INVALID_ATTACHMENT_COUNT
          51                              | INVALID_ATTACHMENT_COUNT
          5a-["foo"]                      | INVALID_ATTACHMENT_COUNT
          5-1-["foo"]                     | INVALID_ATTACHMENT_COUNT
          51.5-["foo"]                    | INVALID_ATTACHMENT_COUNT
          501-["foo"]                     | INVALID_ATTACHMENT_COUNT
          50-["foo"]                      | INVALID_ATTACHMENT_COUNT
          60-1[]                          | INVALID_ATTACHMENT_COUNT
          5 1-["foo"]                     | INVALID_ATTACHMENT_COUNT
          511-["foo"]                     | TOO_MANY_ATTACHMENTS
          5999999999999-["foo"]           | TOO_MANY_ATTACHMENTS
          599999999999999999999-["foo"]   | INVALID_ATTACHMENT_COUNT
          61-["foo"]                      | INVALID_ACK_ID
          51-                             | INVALID_PAYLOAD
          51-["connect"]                  | RESERVED_EVENT
          """)
  void refusesWhatIsNoPacket(String text, Reason reason) {
    assertEquals(reason, refusal(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0/, /,",
    "'0/,', /,",
    "0/admin, /admin,",
    "'0/admin,', /admin,",
    "'0/admin?', /admin, ''",
    "'0/admin?token=a&b={c},', /admin, token=a&b={c}",
    "'0/admin?a/b?c,{}', /admin, a/b?c",
    "'0/admin?é', /admin, é",
    "'0/?a=b,', /, a=b",
    "'0/a/b c-é,', /a/b c-é,",
  })
  void readsNamespacesAndTheirQuery(String text, String namespace, @Nullable String query)
      throws Exception {
    Connect connect = assertInstanceOf(Connect.class, decode(text));
    assertEquals(namespace, connect.namespace());
    assertEquals(query, connect.query());
  }

  @Test
  void dropsTheQueryOfWhatIsNoConnect() throws Exception {
    assertEquals(new Disconnect("/admin"), decode("1/admin?token=a,"));
    assertEquals(Event.of("/admin", -1, "bar", List.of()), decode("2/admin?a,[\"bar\"]"));
  }

  @Test
  void refusesLongNamespaces() throws Exception {
    int most = CodecLimits.DEFAULT.namespaceLengthMax();
    assertEquals(new Disconnect("/" + "a".repeat(most - 1)), decode("1/" + "a".repeat(most - 1)));
    assertEquals(Reason.NAMESPACE_TOO_LONG, refusal("1/" + "a".repeat(most)));
    int longest = CodecLimits.DEFAULT.namespaceQueryLengthMax();
    assertEquals(new Connect("/", "a".repeat(longest), null), decode("0/?" + "a".repeat(longest)));
    assertEquals(Reason.NAMESPACE_TOO_LONG, refusal("0/?" + "a".repeat(longest + 1) + ","));
  }

  @Test
  void refusesLongNamesOfEvents() throws Exception {
    int most = CodecLimits.DEFAULT.eventNameLengthMax();
    assertEquals("a".repeat(most), event(decode("2[\"" + "a".repeat(most) + "\"]")).name());
    assertEquals(Reason.EVENT_NAME_TOO_LONG, refusal("2[\"" + "a".repeat(most + 1) + "\"]"));
    // Escapes count as they are written.
    String escaped = "\\n".repeat(most / 2);
    assertEquals("\n".repeat(most / 2), event(decode("2[\"" + escaped + "\"]")).name());
    assertEquals(Reason.EVENT_NAME_TOO_LONG, refusal("2[\"" + escaped + "\\n\"]"));
    assertEquals(Reason.INVALID_JSON, refusal("2[\"" + escaped));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2["send_message"]     | send_message
          2[""]                 | ''
          2["é€😀"]             | é€😀
          2["a\\"b\\u00e9\\\\"] | a"bé\\
          2[5]                  | 5
          2[-1.5,"x"]           | -1.5
          2[ "spaced" ]         | spaced
          """)
  void readsTheNamesOfEvents(String text, String name) throws Exception {
    assertEquals(name, event(decode(text)).name());
  }

  @Test
  void givesANameThatComesAgainTheSameString() throws Exception {
    Event first = event(decode("2[\"send_message\",1]"));
    Event second = event(new PacketDecoder(SYNTAX).decodeText(Bytes.utf8("27[\"send_message\"]")));
    assertSame(first.name(), second.name());
  }

  @Test
  void takesLargestAndSmallestIds() throws Exception {
    assertEquals(0, event(decode("20[\"e\"]")).ackId());
    assertEquals(Packet.ACK_ID_MAX, event(decode("29007199254740991[\"e\"]")).ackId());
    assertFalse(event(decode("2[\"e\"]")).wantsAck());
  }

  @Test
  void boundsDepth() throws Exception {
    int most = CodecLimits.DEFAULT.jsonDepthMax() - 1;
    decode("2[\"e\"," + "[".repeat(most) + "]".repeat(most) + "]");
    assertEquals(
        Reason.INVALID_JSON,
        refusal("2[\"e\"," + "[".repeat(most + 1) + "]".repeat(most + 1) + "]"));
    assertEquals(Reason.INVALID_JSON, refusal("0" + "{\"a\":".repeat(3_000)));
    assertEquals(Reason.INVALID_JSON, refusal("2[1," + "[".repeat(100_000)));
  }

  @Test
  void boundsNamesNumbersAndArguments() throws Exception {
    CodecLimits limits = CodecLimits.DEFAULT;
    decode("2[\"e\",{\"" + "n".repeat(limits.jsonNameLengthMax()) + "\":1}]");
    assertEquals(
        Reason.INVALID_JSON,
        refusal("2[\"e\",{\"" + "n".repeat(limits.jsonNameLengthMax() + 1) + "\":1}]"));
    decode("2[\"e\"," + "1".repeat(limits.jsonNumberLengthMax()) + "]");
    assertEquals(
        Reason.INVALID_JSON,
        refusal("2[\"e\"," + "1".repeat(limits.jsonNumberLengthMax() + 1) + "]"));
    Event full = event(decode("2[\"e\"" + ",1".repeat(limits.argumentsMax()) + "]"));
    assertEquals(limits.argumentsMax(), full.arguments().count());
    assertEquals(
        Reason.TOO_MANY_ARGUMENTS,
        refusal("2[\"e\"" + ",1".repeat(limits.argumentsMax() + 1) + "]"));
  }

  @Test
  void forgetsPropertyNamesBeforeTheyAreTooMany() throws Exception {
    PacketSyntax syntax = new PacketSyntax(CodecLimits.DEFAULT, 1_000_000);
    PacketDecoder busy = new PacketDecoder(syntax);
    for (int i = 0; i < 3 * CodecLimits.DEFAULT.jsonNamesMax(); i++) {
      busy.decodeText(Bytes.utf8("2[\"e\",{\"name" + i + "\":1}]"));
      assertTrue(syntax.symbols() <= CodecLimits.DEFAULT.jsonNamesMax() + 1);
    }
  }

  @Test
  void takesNoOtherEncodingForJson() {
    assertEquals(Reason.INVALID_JSON, refusal("2[\u0000\"\u0000e\u0000\"\u0000]\u0000"));
    assertEquals(Reason.INVALID_PAYLOAD, refusal("2\ufeff[\"e\"]"));
    assertEquals(Reason.INVALID_JSON, refusal("2[\ufeff\"e\"]"));
  }

  @Test
  void neverRepeatsWhatWasSent() {
    MalformedPacketException refusal =
        assertThrows(MalformedPacketException.class, () -> decode("2[\"e\",{\"token\":secret}]"));
    assertEquals("invalid JSON", refusal.getMessage());
    assertNull(refusal.getCause());
    assertEquals(0, refusal.getStackTrace().length);
  }

  @Test
  void refusesEveryBeginningOfAnEvent() {
    String text =
        "252-/chat,17[\"send\",{\"a\":[1,-2.5e3,\"\\u00e9\",null,true]},\"b\"]".substring(1);
    for (int length = 0; length < text.length(); length++) {
      refusal(text.substring(0, length));
    }
  }

  private static Event event(@Nullable Packet packet) {
    return assertInstanceOf(Event.class, packet);
  }

  private static Reason refusal(String text) {
    PacketDecoder fresh = new PacketDecoder(SYNTAX);
    return assertThrows(
            MalformedPacketException.class,
            () -> fresh.decodeText(Bytes.utf8(text)),
            () -> "took " + text)
        .reason();
  }

  private @Nullable Packet decode(String text) throws MalformedPacketException {
    return decoder.decodeText(Bytes.utf8(text));
  }
}
