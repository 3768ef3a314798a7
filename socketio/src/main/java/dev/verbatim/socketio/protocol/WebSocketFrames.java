package dev.verbatim.socketio.protocol;

import io.netty.buffer.ByteBuf;

/**
 * The headers of the WebSocket frames that a server sends: whole messages, unmasked.
 *
 * <p>A header is a byte of FIN and opcode, a byte of length, and for a length of 126 to 65,535 two
 * bytes more, above it eight, big-endian.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.2">RFC 6455, 5.2</a>
 */
public final class WebSocketFrames {
  /** The longest header that an int's length takes. */
  private static final int HEADER_LENGTH_MAX = 10;

  private static final int FIN = 0x80;

  /** RSV1: the message is compressed (RFC 7692, 6). */
  private static final int DEFLATED = 0x40;

  private static final int LENGTH_7_MAX = 125;
  private static final int LENGTH_16 = 126;
  private static final int LENGTH_16_MAX = 0xffff;
  private static final int LENGTH_64 = 127;

  private WebSocketFrames() {}

  /** What a frame is. The control frames, from {@link #CLOSE} on, take at most 125 bytes. */
  public enum Opcode {
    /** A text message. */
    TEXT(1),
    /** A binary message. */
    BINARY(2),
    /** The close; its payload is empty, or a code of two bytes and a reason in UTF-8. */
    CLOSE(8),
    /** A ping. */
    PING(9),
    /** A pong; its payload is that of the ping. */
    PONG(10);

    private final int value;

    Opcode(int value) {
      this.value = value;
    }
  }

  /** The length of the header of a frame with a payload of so many bytes: 2, 4 or 10. */
  public static int headerLength(int payloadLength) {
    if (payloadLength <= LENGTH_7_MAX) {
      return 2;
    }
    return payloadLength <= LENGTH_16_MAX ? 4 : HEADER_LENGTH_MAX;
  }

  /**
   * Writes the header of a frame.
   *
   * @throws IllegalArgumentException if a control frame's payload were too long
   */
  public static void writeHeader(ByteBuf out, Opcode opcode, int payloadLength) {
    if (opcode.value >= Opcode.CLOSE.value && payloadLength > LENGTH_7_MAX) {
      throw new IllegalArgumentException("control frame of " + payloadLength + " bytes");
    }
    writeHeader(out, FIN | opcode.value, payloadLength);
  }

  private static void writeHeader(ByteBuf out, int first, int payloadLength) {
    out.writeByte(first);
    if (payloadLength <= LENGTH_7_MAX) {
      out.writeByte(payloadLength);
    } else if (payloadLength <= LENGTH_16_MAX) {
      out.writeByte(LENGTH_16);
      out.writeShort(payloadLength);
    } else {
      out.writeByte(LENGTH_64);
      out.writeLong(payloadLength);
    }
  }

  /** Writes a message's frame whole whose payload is compressed. */
  public static void writeDeflated(ByteBuf out, Opcode opcode, Bytes payload) {
    writeHeader(out, FIN | DEFLATED | opcode.value, payload.length());
    out.writeBytes(payload.array(), payload.offset(), payload.length());
  }

  /** Writes a frame whole. */
  public static void write(ByteBuf out, Opcode opcode, Bytes payload) {
    writeHeader(out, opcode, payload.length());
    out.writeBytes(payload.array(), payload.offset(), payload.length());
  }
}
