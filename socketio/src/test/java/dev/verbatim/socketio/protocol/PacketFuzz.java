package dev.verbatim.socketio.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonParser;

/**
 * Any messages one after another are packets that are written and read back, until one is refused.
 *
 * <p>The input is messages with a byte of 255 between them, which is in no text; one that begins
 * with 254 is binary.
 */
public final class PacketFuzz {
  private static final PacketSyntax SYNTAX = new PacketSyntax(CodecLimits.DEFAULT, 10_000);
  private static final byte SEPARATOR = (byte) 255;
  private static final byte BINARY = (byte) 254;

  /** Where the fuzzer begins. */
  public static Stream<byte[]> seeds() {
    return Stream.of(
            "0\3770/admin,{\"token\":\"a\"}\3770/a?b=c,\3771/a,\3771",
            "2[\"e\",1.5e3,null,{\"a\":[true]}]\3772/a,12[\"e\"]\3772[\"\\u00e9\\\\\"]\3772[5]",
            "31[]\3773/a,13[\"b\"]\3774{\"message\":\"no\"}\3774\"no\"",
            "51-[\"e\",{\"_placeholder\":true,\"num\":0}]\377\376abc\3772[\"f\"]",
            "62-/a,7[{\"_placeholder\":true,\"num\":1},{\"_placeholder\":false}]\377\376\377\376b")
        .map(text -> text.getBytes(ISO_8859_1));
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsBackWhatItTakes(byte[] data) throws MalformedPacketException {
    check(data);
  }

  /** Does what the fuzz test does. */
  public static void check(byte[] data) throws MalformedPacketException {
    PacketDecoder decoder = new PacketDecoder(SYNTAX);
    for (Bytes message : messages(data)) {
      Packet packet;
      try {
        packet = decode(decoder, message);
      } catch (MalformedPacketException _) {
        return;
      }
      if (packet != null) {
        assertReadBack(packet);
        assertWellFormed(packet);
      }
    }
  }

  private static List<Bytes> messages(byte[] data) {
    List<Bytes> messages = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= data.length; i++) {
      if (i == data.length || data[i] == SEPARATOR) {
        messages.add(Bytes.of(Arrays.copyOfRange(data, start, i)));
        start = i + 1;
      }
    }
    return messages;
  }

  private static @Nullable Packet decode(PacketDecoder decoder, Bytes message)
      throws MalformedPacketException {
    if (!message.isEmpty() && message.at(0) == BINARY) {
      return decoder.decodeBinary(message.from(1));
    }
    // What is no UTF-8 is stopped before.
    return Utf8.isValid(message) ? decoder.decodeText(message) : null;
  }

  private static void assertReadBack(Packet packet) throws MalformedPacketException {
    PacketDecoder fresh = new PacketDecoder(SYNTAX);
    Packet again = fresh.decodeText(Bytes.of(PacketEncoder.encode(packet)));
    for (Bytes attachment : packet.attachments()) {
      assertNull(again);
      again = fresh.decodeBinary(attachment);
    }
    assertEquals(packet, again);
  }

  private static void assertWellFormed(Packet packet) {
    switch (packet) {
      case Packet.Event event -> assertWellFormed(event.arguments());
      case Packet.Ack ack -> assertWellFormed(ack.arguments());
      case Packet.Connect(String _, String _, Bytes data) -> {
        if (data != null) {
          assertWellFormed(data);
        }
      }
      case Packet.ConnectError(String _, Bytes data) -> assertWellFormed(data);
      case Packet.Disconnect _ -> {}
    }
  }

  private static void assertWellFormed(Arguments arguments) {
    for (int i = 0; i < arguments.count(); i++) {
      assertWellFormed(arguments.get(i));
    }
  }

  private static void assertWellFormed(Bytes json) {
    try (JsonParser parser = SYNTAX.parser(json)) {
      assertNotNull(parser.nextToken());
      parser.skipChildren();
      assertNull(parser.nextToken());
    }
  }
}
