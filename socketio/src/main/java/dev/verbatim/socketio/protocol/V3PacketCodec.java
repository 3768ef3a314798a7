package dev.verbatim.socketio.protocol;

import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.EMPTY_PACKET;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_UTF8;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.UNKNOWN_TYPE;

import dev.verbatim.socketio.protocol.EnginePacket.Binary;

/**
 * One packet of Engine.IO v3, to and from one WebSocket message or one piece of a payload.
 *
 * <p>Text is as in v4. Bytes carry their packet's type: a binary message is the byte 4 and the data
 * of a {@link Binary}, and where there is room for text only it is {@code b4} and the data in
 * base64. No other type comes as bytes.
 *
 * @see <a
 *     href="https://github.com/socketio/socket.io/blob/main/docs/engine.io-protocol/v3.md#packet">
 *     The packets of revision 3</a>
 */
final class V3PacketCodec {
  private static final byte BINARY_MESSAGE_TYPE = 4;
  private static final Bytes BASE64_MESSAGE = Bytes.utf8("b4");

  private V3PacketCodec() {}

  static EnginePacket decodeText(Bytes message) throws MalformedPacketException {
    if (!Utf8.isValid(message)) {
      throw INVALID_UTF8.exception();
    }
    return decodeValidText(message);
  }

  /** Decodes what is known to be UTF-8. */
  static EnginePacket decodeValidText(Bytes message) throws MalformedPacketException {
    if (message.isEmpty() || message.at(0) != 'b') {
      return EnginePacketCodec.decodeValidText(message);
    }
    if (message.length() == 1 || message.at(1) != EnginePacketCodec.MESSAGE_TYPE) {
      throw UNKNOWN_TYPE.exception();
    }
    return new Binary(PayloadCodec.decodeBase64(message.from(BASE64_MESSAGE.length())));
  }

  static EnginePacket decodeBinary(Bytes message) throws MalformedPacketException {
    if (message.isEmpty()) {
      throw EMPTY_PACKET.exception();
    }
    if (message.at(0) != BINARY_MESSAGE_TYPE) {
      throw UNKNOWN_TYPE.exception();
    }
    return new Binary(message.from(1));
  }

  /** Encodes a packet; a {@link Binary} into bytes, every other one into text. */
  static Bytes encode(EnginePacket packet) {
    if (!(packet instanceof Binary(Bytes data))) {
      return EnginePacketCodec.encode(packet);
    }
    byte[] encoded = new byte[1 + data.length()];
    encoded[0] = BINARY_MESSAGE_TYPE;
    data.copyTo(encoded, 1);
    return Bytes.of(encoded);
  }

  /** Encodes a packet into text. */
  static Bytes encodeText(EnginePacket packet) {
    return packet instanceof Binary(Bytes data)
        ? PayloadCodec.encodeBase64(BASE64_MESSAGE, data)
        : EnginePacketCodec.encode(packet);
  }
}
