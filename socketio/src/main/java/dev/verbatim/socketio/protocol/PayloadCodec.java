package dev.verbatim.socketio.protocol;

import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_BASE64;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_UTF8;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.PAYLOAD_TOO_LARGE;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.TOO_MANY_PACKETS;

import dev.verbatim.socketio.protocol.EnginePacket.Binary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Packets of Engine.IO v4 to and from the body of an HTTP long-polling request or response.
 *
 * <p>Packets are separated by the record separator, U+001E; each is encoded as in a WebSocket text
 * message, but a {@link Binary} is {@code b} and its data in base64, in which line ends count for
 * nothing, for some clients break it into lines. {@code 4hello␞2␞bAQID} is a message, a ping and
 * three bytes.
 */
public final class PayloadCodec {
  private static final byte SEPARATOR = 0x1e;
  private static final byte BINARY_TYPE = 'b';
  private static final Bytes BINARY_MARK = Bytes.utf8("b");

  private PayloadCodec() {}

  /**
   * Decodes a body into its packets, at least one.
   *
   * @throws MalformedPacketException if the body passes a bound, is not UTF-8, or one of its
   *     packets is malformed; an empty one is
   */
  public static List<EnginePacket> decode(Bytes body, PacketSyntax syntax)
      throws MalformedPacketException {
    if (body.length() > syntax.messageBytesMax()) {
      throw PAYLOAD_TOO_LARGE.exception();
    }
    if (!Utf8.isValid(body)) {
      throw INVALID_UTF8.exception();
    }
    List<EnginePacket> packets = new ArrayList<>();
    int start = 0;
    while (start <= body.length()) {
      if (packets.size() == syntax.limits().payloadPacketsMax()) {
        throw TOO_MANY_PACKETS.exception();
      }
      int end = separatorFrom(body, start);
      packets.add(decodePacket(body.slice(start, end - start)));
      start = end + 1;
    }
    return packets;
  }

  /** Encodes packets into one body, in their order. */
  public static byte[] encode(List<? extends EnginePacket> packets) {
    List<Bytes> parts = new ArrayList<>(packets.size());
    int length = Math.max(0, packets.size() - 1);
    for (EnginePacket packet : packets) {
      Bytes part =
          packet instanceof Binary(Bytes data)
              ? encodeBase64(BINARY_MARK, data)
              : EnginePacketCodec.encode(packet);
      parts.add(part);
      length = Math.addExact(length, part.length());
    }
    byte[] body = new byte[length];
    int at = 0;
    for (Bytes part : parts) {
      if (at > 0) {
        body[at++] = SEPARATOR;
      }
      at = part.copyTo(body, at);
    }
    return body;
  }

  private static int separatorFrom(Bytes body, int start) {
    byte[] array = body.array();
    int end = body.offset() + body.length();
    for (int i = body.offset() + start; i < end; i++) {
      if (array[i] == SEPARATOR) {
        return i - body.offset();
      }
    }
    return body.length();
  }

  private static EnginePacket decodePacket(Bytes packet) throws MalformedPacketException {
    if (packet.isEmpty() || packet.at(0) != BINARY_TYPE) {
      return EnginePacketCodec.decodeValidText(packet);
    }
    return new Binary(decodeBase64(packet.from(1)));
  }

  static Bytes decodeBase64(Bytes text) throws MalformedPacketException {
    ByteBuffer encoded = withoutLineEnds(text);
    try {
      ByteBuffer data = Base64.getDecoder().decode(encoded);
      return new Bytes(data.array(), data.arrayOffset(), data.remaining());
    } catch (IllegalArgumentException _) {
      throw INVALID_BASE64.exception();
    }
  }

  private static ByteBuffer withoutLineEnds(Bytes text) {
    byte[] kept = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      byte next = text.at(i);
      if (next != '\n' && next != '\r') {
        kept[length++] = next;
      }
    }
    return ByteBuffer.wrap(kept, 0, length);
  }

  /** What stands before the data, and the data in base64. */
  static Bytes encodeBase64(Bytes prefix, Bytes data) {
    ByteBuffer source = ByteBuffer.wrap(data.array(), data.offset(), data.length());
    ByteBuffer encoded = Base64.getEncoder().encode(source);
    byte[] text = new byte[prefix.length() + encoded.remaining()];
    encoded.get(text, prefix.copyTo(text, 0), encoded.remaining());
    return Bytes.of(text);
  }
}
