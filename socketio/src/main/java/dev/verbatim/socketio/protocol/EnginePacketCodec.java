package dev.verbatim.socketio.protocol;

import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.EMPTY_PACKET;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_UTF8;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.UNEXPECTED_PAYLOAD;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.UNKNOWN_TYPE;

import dev.verbatim.socketio.protocol.EnginePacket.Binary;
import dev.verbatim.socketio.protocol.EnginePacket.Close;
import dev.verbatim.socketio.protocol.EnginePacket.Message;
import dev.verbatim.socketio.protocol.EnginePacket.Noop;
import dev.verbatim.socketio.protocol.EnginePacket.Open;
import dev.verbatim.socketio.protocol.EnginePacket.Ping;
import dev.verbatim.socketio.protocol.EnginePacket.Pong;
import dev.verbatim.socketio.protocol.EnginePacket.Upgrade;

/**
 * One packet to and from one WebSocket message: a text message is the type character and the
 * payload, a binary message is a {@link Binary}'s data as it is.
 *
 * <p>Decoding copies nothing: payloads are views of the message.
 */
public final class EnginePacketCodec {
  static final byte MESSAGE_TYPE = '4';

  private static final Close CLOSE = new Close();
  private static final Upgrade UPGRADE = new Upgrade();
  private static final Noop NOOP = new Noop();
  private static final Bytes PROBE = Bytes.utf8("probe");
  private static final Bytes ENCODED_CLOSE = Bytes.utf8("1");
  private static final Bytes ENCODED_PING = Bytes.utf8("2");
  private static final Bytes ENCODED_PING_PROBE = Bytes.utf8("2probe");
  private static final Bytes ENCODED_PONG = Bytes.utf8("3");
  private static final Bytes ENCODED_PONG_PROBE = Bytes.utf8("3probe");
  private static final Bytes ENCODED_UPGRADE = Bytes.utf8("5");
  private static final Bytes ENCODED_NOOP = Bytes.utf8("6");

  private EnginePacketCodec() {}

  /**
   * Decodes a text message. It is checked to be UTF-8, so nobody before or behind needs to.
   *
   * @throws MalformedPacketException if it is empty, not UTF-8, of no known type, or has a payload
   *     that its type does not take
   */
  public static EnginePacket decodeText(Bytes message) throws MalformedPacketException {
    if (!Utf8.isValid(message)) {
      throw INVALID_UTF8.exception();
    }
    return decodeValidText(message);
  }

  /** Decodes what is known to be UTF-8. */
  static EnginePacket decodeValidText(Bytes message) throws MalformedPacketException {
    if (message.isEmpty()) {
      throw EMPTY_PACKET.exception();
    }
    Bytes payload = message.from(1);
    return switch (message.at(0)) {
      case '0' -> new Open(payload);
      case '1' -> bare(CLOSE, payload);
      case '2' -> new Ping(isProbe(payload));
      case '3' -> new Pong(isProbe(payload));
      case MESSAGE_TYPE -> new Message(payload);
      case '5' -> bare(UPGRADE, payload);
      case '6' -> bare(NOOP, payload);
      default -> throw UNKNOWN_TYPE.exception();
    };
  }

  /** Decodes a binary message, which may be empty. */
  public static EnginePacket decodeBinary(Bytes message) {
    return new Binary(message);
  }

  /** Encodes a packet; a {@link Binary} is for a binary message, every other for a text message. */
  public static Bytes encode(EnginePacket packet) {
    return switch (packet) {
      case Open(Bytes handshake) -> typed('0', handshake);
      case Close() -> ENCODED_CLOSE;
      case Ping(boolean probe) -> probe ? ENCODED_PING_PROBE : ENCODED_PING;
      case Pong(boolean probe) -> probe ? ENCODED_PONG_PROBE : ENCODED_PONG;
      case Message(Bytes text) -> typed((char) MESSAGE_TYPE, text);
      case Binary(Bytes data) -> data;
      case Upgrade() -> ENCODED_UPGRADE;
      case Noop() -> ENCODED_NOOP;
    };
  }

  private static Bytes typed(char type, Bytes payload) {
    byte[] encoded = new byte[1 + payload.length()];
    encoded[0] = (byte) type;
    payload.copyTo(encoded, 1);
    return Bytes.of(encoded);
  }

  private static EnginePacket bare(EnginePacket packet, Bytes payload)
      throws MalformedPacketException {
    if (!payload.isEmpty()) {
      throw UNEXPECTED_PAYLOAD.exception();
    }
    return packet;
  }

  private static boolean isProbe(Bytes payload) throws MalformedPacketException {
    if (payload.isEmpty()) {
      return false;
    }
    if (!payload.equals(PROBE)) {
      throw UNEXPECTED_PAYLOAD.exception();
    }
    return true;
  }
}
