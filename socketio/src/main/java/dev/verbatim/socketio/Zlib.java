package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.ContentCoding;
import dev.verbatim.socketio.protocol.WebSocketFrames;
import dev.verbatim.socketio.protocol.WebSocketFrames.Opcode;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Confined to its event loop, or to the thread that makes it and closes it again: compresses and
 * inflates the messages of all the loop's WebSockets, each message by itself, and compresses what
 * HTTP sends.
 *
 * <p>A compressor holds 256 KiB of native memory and an inflater 40 KiB, so there is one of each
 * for a loop, and nothing of either in a connection. Netty's handlers for the same have them for
 * each channel and message, and could not compress a message once for many channels.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7692#section-7.2">RFC 7692, 7.2</a>
 */
final class Zlib implements AutoCloseable {
  /** What ends each message's data on the way out of the compressor, and is left out. */
  private static final int TAIL_LENGTH = 4;

  /**
   * The same for the inflater, and a last block of nothing: only if that is taken for what it is,
   * the message's data were whole.
   */
  private static final byte[] END = {0, 0, (byte) 0xff, (byte) 0xff, 1, 0, 0, (byte) 0xff, -1};

  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final Inflater inflater = new Inflater(true);

  /** What becomes of data. */
  sealed interface Inflated {
    /** A message. */
    record Message(Bytes bytes) implements Inflated {}

    /** It has more bytes than it may. */
    record TooBig() implements Inflated {}

    /** The data are not deflated, or not whole. */
    record Malformed() implements Inflated {}
  }

  /**
   * Writes a message as a WebSocket frame, compressed if it pays.
   *
   * @param threshold bytes from which on it is compressed
   * @return whether it is
   */
  boolean write(ByteBuf out, Opcode opcode, Bytes message, int threshold) {
    Bytes data = message.length() < threshold ? null : deflate(message);
    if (data == null) {
      WebSocketFrames.write(out, opcode, message);
    } else {
      WebSocketFrames.writeDeflated(out, opcode, data);
    }
    return data != null;
  }

  /** Compresses a message; null if it would not become shorter. */
  @Nullable Bytes deflate(Bytes message) {
    byte[] data = new byte[message.length()];
    deflater.reset();
    deflater.setInput(message.array(), message.offset(), message.length());
    int length = deflater.deflate(data, 0, data.length, Deflater.SYNC_FLUSH);
    // What fills the array may go on behind it.
    return length == data.length ? null : Bytes.of(Arrays.copyOf(data, length - TAIL_LENGTH));
  }

  /** Compresses what HTTP sends; null if it would not become shorter. */
  @Nullable Bytes encode(ContentCoding coding, Bytes content) {
    byte[] data = new byte[content.length()];
    deflater.reset();
    deflater.setInput(content.array(), content.offset(), content.length());
    deflater.finish();
    int length = deflater.deflate(data);
    if (!deflater.finished()) {
      return null;
    }
    Bytes encoded = coding.wrap(new Bytes(data, 0, length), content);
    return encoded.length() < content.length() ? encoded : null;
  }

  /**
   * Inflates a message.
   *
   * @param bytesMax what it may have
   */
  Inflated inflate(Bytes data, int bytesMax) {
    inflater.reset();
    inflater.setInput(data.array(), data.offset(), data.length());
    byte[] message = new byte[(int) Math.min(bytesMax + 1L, 64 + 4L * data.length())];
    int length = 0;
    boolean isEndGiven = false;
    try {
      while (!inflater.finished()) {
        if (length == message.length) {
          message = Arrays.copyOf(message, (int) Math.min(bytesMax + 1L, 2L * length));
        }
        int more = inflater.inflate(message, length, message.length - length);
        length += more;
        if (length > bytesMax) {
          return new Inflated.TooBig();
        }
        if (more > 0 || inflater.finished()) {
          continue;
        }
        if (isEndGiven || !inflater.needsInput()) {
          return new Inflated.Malformed();
        }
        inflater.setInput(END);
        isEndGiven = true;
      }
    } catch (DataFormatException _) {
      return new Inflated.Malformed();
    }
    if (isEndGiven ? inflater.getRemaining() > 0 : !isPadding(data)) {
      return new Inflated.Malformed();
    }
    return new Inflated.Message(Bytes.of(Arrays.copyOf(message, length)));
  }

  /** Whether nothing but the octet of RFC 7692, 7.2.3.4 is behind a block that says it is last. */
  private boolean isPadding(Bytes data) {
    int rest = inflater.getRemaining();
    return rest == 0 || (rest == 1 && data.at(data.length() - 1) == 0);
  }

  @Override
  public void close() {
    deflater.end();
    inflater.end();
  }
}
