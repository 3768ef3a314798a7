package dev.verbatim.socketio.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.Packet.Ack;
import dev.verbatim.socketio.protocol.Packet.Connect;
import dev.verbatim.socketio.protocol.Packet.ConnectError;
import dev.verbatim.socketio.protocol.Packet.Disconnect;
import dev.verbatim.socketio.protocol.Packet.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PacketDecoderTest {
  private static final PacketSyntax SYNTAX = new PacketSyntax(CodecLimits.DEFAULT);

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

  private static Event event(@Nullable Packet packet) {
    return assertInstanceOf(Event.class, packet);
  }

  private static Ack ack(@Nullable Packet packet) {
    return assertInstanceOf(Ack.class, packet);
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
