package dev.verbatim.socketio.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.socketio.protocol.Packet.Ack;
import dev.verbatim.socketio.protocol.Packet.Connect;
import dev.verbatim.socketio.protocol.Packet.ConnectError;
import dev.verbatim.socketio.protocol.Packet.Disconnect;
import dev.verbatim.socketio.protocol.Packet.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.json.JsonMapper;

class PacketEncoderTest {
  private static final PacketSyntax SYNTAX = new PacketSyntax(CodecLimits.DEFAULT, 1_000_000);
  private static final String PLACEHOLDER = "{\"_placeholder\":true,\"num\":%d}";
  private static final Bytes DATA = Bytes.of(new byte[] {1, 2, 3, 4});

  static Stream<Arguments> packets() {
    Bytes bar = Bytes.utf8("\"bar\"");
    Bytes first = Bytes.utf8(PLACEHOLDER.formatted(0));
    Bytes second = Bytes.utf8(PLACEHOLDER.formatted(1));
    return Stream.of(
        Arguments.of("0", new Connect("/", null)),
        Arguments.of("0/admin,", new Connect("/admin", null)),
        Arguments.of("0/admin?token=a,", new Connect("/admin", "token=a", null)),
        Arguments.of("0/?token=a,", new Connect("/", "token=a", null)),
        Arguments.of(
            "0/admin,{\"sid\":\"a\"}", new Connect("/admin", Bytes.utf8("{\"sid\":\"a\"}"))),
        Arguments.of(
            "4{\"message\":\"no\"}", new ConnectError("/", Bytes.utf8("{\"message\":\"no\"}"))),
        Arguments.of("2[\"foo\"]", Event.of("/", Packet.NO_ACK, "foo", List.of())),
        Arguments.of("2/admin,[\"bar\"]", Event.of("/admin", Packet.NO_ACK, "bar", List.of())),
        Arguments.of("212[\"foo\"]", Event.of("/", 12, "foo", List.of())),
        Arguments.of("20[\"foo\",\"bar\"]", Event.of("/", 0, "foo", List.of(bar))),
        Arguments.of("3/admin,13[\"bar\"]", Ack.of("/admin", 13, List.of(bar))),
        Arguments.of("312[]", Ack.of("/", 12, List.of())),
        Arguments.of("3" + Packet.ACK_ID_MAX + "[]", Ack.of("/", Packet.ACK_ID_MAX, List.of())),
        Arguments.of("1", new Disconnect("/")),
        Arguments.of("1/admin,", new Disconnect("/admin")),
        Arguments.of(
            "51-[\"baz\",{\"_placeholder\":true,\"num\":0}]",
            Event.of("/", Packet.NO_ACK, "baz", List.of(first)).withAttachments(List.of(DATA))),
        Arguments.of(
            "52-/admin,[\"baz\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]",
            Event.of("/admin", Packet.NO_ACK, "baz", List.of(first, second))
                .withAttachments(List.of(DATA, Bytes.EMPTY))),
        Arguments.of(
            "61-15[\"bar\",{\"_placeholder\":true,\"num\":0}]",
            Ack.of("/", 15, List.of(bar, first)).withAttachments(List.of(DATA))));
  }

  @ParameterizedTest
  @MethodSource("packets")
  void writesTheProtocolsExamplesAndReadsThemBack(String text, Packet packet) throws Exception {
    assertEquals(text, Bytes.of(PacketEncoder.encode(packet)).utf8());
    assertEquals("4" + text, Bytes.of(PacketEncoder.encodeMessage(packet)).utf8());
    assertEquals(packet, decode(Bytes.utf8(text), packet.attachments()));
  }

  @Test
  void writesEventsAndAcknowledgementsWithoutAPacket() {
    Bytes object = Bytes.utf8("{\"a\":1}");
    assertEquals(
        "42[\"new_message\",{\"a\":1}]",
        Bytes.of(PacketEncoder.eventMessage("/", "new_message", object)).utf8());
    assertEquals("42/x,[\"e\"]", Bytes.of(PacketEncoder.eventMessage("/x", "e")).utf8());
    assertEquals(
        "451-/x,7[\"e\",{\"a\":1},{\"a\":1}]",
        Bytes.of(PacketEncoder.eventMessage("/x", 7, "e", 1, List.of(object, object))).utf8());
    assertEquals("430[]", Bytes.of(PacketEncoder.ackMessage("/", 0, 0, List.of())).utf8());
    assertEquals(
        "462-/x,10[{\"a\":1}]",
        Bytes.of(PacketEncoder.ackMessage("/x", 10, 2, List.of(object))).utf8());
  }

  @Test
  void escapesNamesAsJavaScriptDoes() {
    String name = "\"\\/\b\f\n\r\t\u0001\u001f\u007f\u2028é€😀\ud800x\udc00";
    String json = "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u007f\u2028é€😀\\ud800x\\udc00\"";
    assertEquals("42[" + json + "]", Bytes.of(PacketEncoder.eventMessage("/", name)).utf8());
  }

  @Property(tries = 300, seed = "1")
  void writesNamesThatAnyJsonReaderReads(@ForAll String name) {
    byte[] message = PacketEncoder.eventMessage("/", name, Bytes.utf8("0"));
    Bytes json = Bytes.of(message).from(2);
    assertEquals(List.of(name, 0), JsonMapper.shared().readValue(json.toByteArray(), List.class));
  }

  @Property(tries = 500, seed = "2")
  void readsWhatItWrites(@ForAll("anyPacket") Packet packet) throws Exception {
    assertEquals(packet, decode(Bytes.of(PacketEncoder.encode(packet)), packet.attachments()));
  }

  @Property(tries = 500, seed = "3")
  void findsEachArgumentWhereItWasPut(@ForAll("values") List<String> values) throws Exception {
    List<Bytes> arguments = values.stream().map(Bytes::utf8).toList();
    byte[] message = PacketEncoder.eventMessage("/", 5, "e", 0, arguments);
    Event event = (Event) decode(Bytes.of(message).from(1), List.of());
    List<Bytes> found = new ArrayList<>();
    for (int i = 0; i < event.arguments().count(); i++) {
      found.add(event.arguments().get(i));
      try (JsonParser parser = SYNTAX.parser(event.arguments().get(i))) {
        parser.nextToken();
        parser.skipChildren();
        assertEquals(null, parser.nextToken());
      }
    }
    assertEquals(arguments, found);
  }

  @Provide
  static Arbitrary<List<String>> values() {
    return JsonValues.any().list().ofMaxSize(6);
  }

  @Provide
  static Arbitrary<Packet> anyPacket() {
    Arbitrary<String> namespaces =
        Arbitraries.oneOf(
            Arbitraries.just("/"),
            Arbitraries.strings().excludeChars(',', '?').ofMaxLength(20).map(text -> "/" + text));
    Arbitrary<String> names =
        Arbitraries.strings().ofMaxLength(80).filter(name -> !EventNames.isReserved(name));
    Arbitrary<Long> ids = Arbitraries.longs().between(0, Packet.ACK_ID_MAX);
    Arbitrary<List<Bytes>> values = values().map(list -> list.stream().map(Bytes::utf8).toList());
    Arbitrary<Bytes> objects = JsonValues.objects().map(Bytes::utf8);
    Arbitrary<List<Bytes>> data =
        Arbitraries.bytes().array(byte[].class).map(Bytes::of).list().ofMaxSize(10);
    Arbitrary<Packet> connects = Combinators.combine(namespaces, objects).as(Connect::new);
    Arbitrary<Packet> disconnects = namespaces.map(Disconnect::new);
    Arbitrary<Packet> errors =
        Combinators.combine(
                namespaces, Arbitraries.oneOf(objects, JsonValues.strings().map(Bytes::utf8)))
            .as(ConnectError::new);
    Arbitrary<Packet> events =
        Combinators.combine(namespaces, ids.injectNull(0.5), names, values, data)
            .as(
                (namespace, id, name, list, attachments) ->
                    Event.of(namespace, Objects.requireNonNullElse(id, Packet.NO_ACK), name, list)
                        .withAttachments(attachments));
    Arbitrary<Packet> acks =
        Combinators.combine(namespaces, ids, values, data)
            .as(
                (namespace, id, list, attachments) ->
                    Ack.of(namespace, id, list).withAttachments(attachments));
    return Arbitraries.oneOf(connects, disconnects, errors, events, acks);
  }

  private static Packet decode(Bytes text, List<Bytes> attachments)
      throws MalformedPacketException {
    PacketDecoder decoder = new PacketDecoder(SYNTAX);
    Packet packet = decoder.decodeText(text);
    for (Bytes attachment : attachments) {
      assertEquals(null, packet);
      packet = decoder.decodeBinary(attachment);
    }
    return Objects.requireNonNull(packet);
  }
}
