package dev.verbatim.socketio.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.MalformedPacketException.Reason;
import dev.verbatim.socketio.protocol.Packet.Ack;
import dev.verbatim.socketio.protocol.Packet.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;

class AttachmentDecodingTest {
  private static final PacketSyntax SYNTAX = new PacketSyntax(CodecLimits.DEFAULT, 1_000_000);

  private final PacketDecoder decoder = new PacketDecoder(SYNTAX);

  @Test
  void readsTheProtocolsBinaryExamples() throws Exception {
    assertNull(decode("51-[\"baz\",{\"_placeholder\":true,\"num\":0}]"));
    assertTrue(decoder.awaitsAttachment());
    Event event = event(attach(1, 2, 3, 4));
    assertEquals("baz", event.name());
    assertEquals("{\"_placeholder\":true,\"num\":0}", event.arguments().get(0).utf8());
    assertEquals(List.of(Bytes.of(new byte[] {1, 2, 3, 4})), event.attachments());
    assertFalse(decoder.awaitsAttachment());

    assertNull(
        decode(
            "52-/admin,[\"baz\",{\"_placeholder\":true,\"num\":0},"
                + "{\"_placeholder\":true,\"num\":1}]"));
    assertNull(attach(1, 2));
    event = event(attach(3, 4));
    assertEquals("/admin", event.namespace());
    assertEquals(2, event.attachments().size());

    assertNull(decode("61-15[\"bar\",{\"_placeholder\":true,\"num\":0}]"));
    Ack ack = ack(attach(1, 2, 3, 4));
    assertEquals(15, ack.ackId());
    assertEquals(2, ack.arguments().count());
    assertEquals(1, ack.attachments().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // a number of no attachment
        "{\"_placeholder\":true,\"num\":1}",
        "{\"_placeholder\":true,\"num\":-1}",
        "{\"_placeholder\":true,\"num\":4294967296}",
        "{\"_placeholder\":true,\"num\":99999999999999999999}",
        // no number at all
        "{\"_placeholder\":true,\"num\":0.5}",
        "{\"_placeholder\":true,\"num\":\"0\"}",
        "{\"_placeholder\":true,\"num\":null}",
        "{\"_placeholder\":true}",
        "{\"num\":[0],\"_placeholder\":true}",
        "[{\"a\":[{\"_placeholder\":true,\"num\":7}]}]",
      })
  void refusesPlaceholdersOfNoAttachment(String argument) throws Exception {
    assertEquals(Reason.INVALID_PLACEHOLDER, refusal("51-[\"e\"," + argument + "]"));
    assertEquals(Reason.INVALID_PLACEHOLDER, refusal("61-1[" + argument + "]"));
    // Without attachments they are data.
    assertEquals(argument, event(decode("2[\"e\"," + argument + "]")).arguments().get(0).utf8());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"num\":1,\"_placeholder\":true}",
        "{\"_placeholder\":true,\"a\":{\"num\":7},\"num\":1}",
        "{\"a\":[{}],\"num\":1,\"b\":null,\"_placeholder\":true,\"c\":2}",
      })
  void takesPlaceholdersWhateverTheirOrder(String argument) throws Exception {
    assertNull(decode("52-[\"e\"," + argument + "]"));
    attach(1);
    Event event = event(attach(2));
    assertEquals(argument, event.arguments().get(0).utf8());
    assertEquals(1, placeholder(event.arguments().get(0)));
  }

  @Test
  void findsPlaceholdersAtAnyDepth() throws Exception {
    String argument =
        "{\"a\":[1,{\"_placeholder\":true,\"num\":1},{\"_placeholder\":false}],"
            + "\"b\":{\"_placeholder\":true,\"num\":0},\"_placeholder\":{\"c\":[]}}";
    decode("52-[\"e\"," + argument + ",\"last\"]");
    attach(1);
    Event event = event(attach(2));
    assertEquals(argument, event.arguments().get(0).utf8());
    assertEquals("\"last\"", event.arguments().get(1).utf8());
  }

  @Test
  void givesReadersTheNumbersOfPlaceholders() throws Exception {
    decode("52-[\"e\",{\"_placeholder\":true,\"num\":1},{\"a\":1},2]");
    attach(1);
    Event event = event(attach(2));
    assertEquals(1, placeholder(event.arguments().get(0)));
    assertEquals(-1, placeholder(event.arguments().get(1)));
    assertEquals(-1, placeholder(event.arguments().get(2)));
  }

  @Test
  void refusesTextWhileAnAttachmentIsAwaited() throws Exception {
    decode("51-[\"e\",{\"_placeholder\":true,\"num\":0}]");
    assertEquals(
        Reason.TEXT_INSTEAD_OF_ATTACHMENT,
        assertThrows(MalformedPacketException.class, () -> decode("2[\"e\"]")).reason());
  }

  @Test
  void refusesBinaryThatNothingAnnounced() throws Exception {
    assertEquals(
        Reason.UNANNOUNCED_ATTACHMENT,
        assertThrows(MalformedPacketException.class, () -> attach(1)).reason());
    decode("51-[\"e\"]");
    attach(1);
    assertEquals(
        Reason.UNANNOUNCED_ATTACHMENT,
        assertThrows(MalformedPacketException.class, () -> attach(2)).reason());
  }

  @Test
  void refusesAttachmentsThatAreTooLargeTogether() throws Exception {
    PacketDecoder small = new PacketDecoder(new PacketSyntax(CodecLimits.DEFAULT, 10));
    small.decodeText(Bytes.utf8("52-[\"e\"]"));
    assertNull(small.decodeBinary(Bytes.of(new byte[7])));
    assertEquals(
        Reason.ATTACHMENTS_TOO_LARGE,
        assertThrows(
                MalformedPacketException.class, () -> small.decodeBinary(Bytes.of(new byte[4])))
            .reason());
    assertEquals(2, event(small.decodeBinary(Bytes.of(new byte[3]))).attachments().size());
  }

  @Test
  void holdsNoMessageThatItsPartsCameIn() throws Exception {
    assertNull(decoder.decodeText(partOfALongOne("51-[\"e\",1]")));
    Event event = event(decoder.decodeBinary(partOfALongOne("data")));
    assertEquals("1", event.arguments().get(0).utf8());
    assertEquals("[\"e\",1]".length(), event.arguments().array().array().length);
    assertEquals("data", event.attachments().getFirst().utf8());
    assertEquals("data".length(), event.attachments().getFirst().array().length);
  }

  private static Bytes partOfALongOne(String part) {
    Bytes all = Bytes.utf8("before" + part + "after".repeat(100_000));
    return all.slice("before".length(), part.length());
  }

  private static Event event(@Nullable Packet packet) {
    return assertInstanceOf(Event.class, packet);
  }

  private static Ack ack(@Nullable Packet packet) {
    return assertInstanceOf(Ack.class, packet);
  }

  private static int placeholder(Bytes argument) {
    try (JsonParser parser = SYNTAX.parser(argument)) {
      parser.nextToken();
      return Placeholder.read(parser);
    }
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

  private @Nullable Packet attach(int... data) throws MalformedPacketException {
    byte[] bytes = new byte[data.length];
    for (int i = 0; i < data.length; i++) {
      bytes[i] = (byte) data[i];
    }
    return decoder.decodeBinary(Bytes.of(bytes));
  }
}
