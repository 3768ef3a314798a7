package dev.verbatim.socketio.protocol;

import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.EMPTY_PACKET;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_LENGTH;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_UTF8;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.PAYLOAD_TOO_LARGE;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.TOO_MANY_PACKETS;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.UNKNOWN_TYPE;

import dev.verbatim.socketio.protocol.EnginePacket.Binary;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Packets of Engine.IO v3 to and from the body of an HTTP long-polling request or response.
 *
 * <p>A text body is {@code <length>:<packet>} for each packet, its length in UTF-16 code units:
 * {@code 6:4hello2:4€10:b4AQIDBA==}. A binary body is for each packet a byte of 0 for text or 1 for
 * bytes, its length in bytes as decimal digits, each a byte of 0 to 9, a byte of 255, and the
 * packet.
 *
 * @see <a
 *     href="https://github.com/socketio/socket.io/blob/main/docs/engine.io-protocol/v3.md#payload">
 *     The payloads of revision 3</a>
 */
final class V3PayloadCodec {
  private static final byte COLON = ':';
  private static final byte TEXT = 0;
  private static final byte BINARY = 1;
  private static final byte END_OF_LENGTH = (byte) 255;

  private V3PayloadCodec() {}

  // Text

  static List<EnginePacket> decodeText(Bytes body, PacketSyntax syntax)
      throws MalformedPacketException {
    checkSize(body, syntax);
    if (!Utf8.isValid(body)) {
      throw INVALID_UTF8.exception();
    }
    List<EnginePacket> packets = new ArrayList<>();
    int at = 0;
    while (at < body.length()) {
      checkCount(packets, syntax);
      int colon = endOfDigits(body, at, '0');
      if (colon == body.length() || body.at(colon) != COLON) {
        throw INVALID_LENGTH.exception();
      }
      int start = colon + 1;
      int end = start + bytesOf(number(body, at, colon, '0'), body, start);
      packets.add(V3PacketCodec.decodeValidText(body.slice(start, end - start)));
      at = end;
    }
    return packets;
  }

  static byte[] encodeText(List<? extends EnginePacket> packets) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (EnginePacket packet : packets) {
      Bytes text = V3PacketCodec.encodeText(packet);
      writeNumber(unitsOf(text), '0', body);
      body.write(COLON);
      body.write(text.array(), text.offset(), text.length());
    }
    return body.toByteArray();
  }

  /** The number of UTF-16 code units of a text in UTF-8: two where a character has four bytes. */
  private static int unitsOf(Bytes text) {
    int units = 0;
    for (int i = 0; i < text.length(); i++) {
      units += unitsBegunBy(text.at(i));
    }
    return units;
  }

  /** The number of bytes that so many UTF-16 code units take from an index on. */
  private static int bytesOf(int units, Bytes text, int start) throws MalformedPacketException {
    int left = units;
    int at = start;
    // Behind the last character's first byte come those that begin none.
    while (at < text.length() && (left > 0 || unitsBegunBy(text.at(at)) == 0)) {
      left -= unitsBegunBy(text.at(at++));
    }
    if (left != 0) {
      throw INVALID_LENGTH.exception();
    }
    return at - start;
  }

  private static int unitsBegunBy(byte value) {
    if ((value & 0xc0) == 0x80) {
      return 0;
    }
    return (value & 0xf0) == 0xf0 ? 2 : 1;
  }

  // Bytes

  static List<EnginePacket> decodeBinary(Bytes body, PacketSyntax syntax)
      throws MalformedPacketException {
    checkSize(body, syntax);
    List<EnginePacket> packets = new ArrayList<>();
    int at = 0;
    while (at < body.length()) {
      checkCount(packets, syntax);
      byte kind = body.at(at);
      if (kind != TEXT && kind != BINARY) {
        throw UNKNOWN_TYPE.exception();
      }
      int end = endOfDigits(body, at + 1, TEXT);
      if (end == body.length() || body.at(end) != END_OF_LENGTH) {
        throw INVALID_LENGTH.exception();
      }
      int length = number(body, at + 1, end, TEXT);
      int start = end + 1;
      if (length > body.length() - start) {
        throw INVALID_LENGTH.exception();
      }
      Bytes packet = body.slice(start, length);
      packets.add(
          kind == TEXT ? V3PacketCodec.decodeText(packet) : V3PacketCodec.decodeBinary(packet));
      at = start + length;
    }
    return packets;
  }

  static byte[] encodeBinary(List<? extends EnginePacket> packets) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (EnginePacket packet : packets) {
      Bytes encoded = V3PacketCodec.encode(packet);
      body.write(packet instanceof Binary ? BINARY : TEXT);
      writeNumber(encoded.length(), (char) 0, body);
      body.write(END_OF_LENGTH);
      body.write(encoded.array(), encoded.offset(), encoded.length());
    }
    return body.toByteArray();
  }

  // Both

  private static void checkSize(Bytes body, PacketSyntax syntax) throws MalformedPacketException {
    if (body.length() > syntax.messageBytesMax()) {
      throw PAYLOAD_TOO_LARGE.exception();
    }
    if (body.isEmpty()) {
      throw EMPTY_PACKET.exception();
    }
  }

  private static void checkCount(List<EnginePacket> packets, PacketSyntax syntax)
      throws MalformedPacketException {
    if (packets.size() == syntax.limits().payloadPacketsMax()) {
      throw TOO_MANY_PACKETS.exception();
    }
  }

  /** The index behind the digits from an index on, of which {@code zero} is the lowest. */
  private static int endOfDigits(Bytes body, int start, int zero) {
    int at = start;
    while (at < body.length() && body.at(at) >= zero && body.at(at) <= zero + 9) {
      at++;
    }
    return at;
  }

  /** The number that digits are, without a zero before others; no more than the body has bytes. */
  private static int number(Bytes body, int start, int end, int zero)
      throws MalformedPacketException {
    if (start == end || (end - start > 1 && body.at(start) == zero)) {
      throw INVALID_LENGTH.exception();
    }
    long number = 0;
    for (int i = start; i < end; i++) {
      number = number * 10 + body.at(i) - zero;
      if (number > body.length()) {
        throw INVALID_LENGTH.exception();
      }
    }
    return (int) number;
  }

  private static void writeNumber(int number, char zero, ByteArrayOutputStream body) {
    String digits = Integer.toString(number);
    for (int i = 0; i < digits.length(); i++) {
      body.write(digits.charAt(i) - '0' + zero);
    }
  }
}
