package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.Utf8;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Confined to its WebSocket's event loop: the frames of a message that is not whole yet. */
final class Fragments {
  private final boolean text;
  private final boolean compressed;
  private final ByteBuf bytes;

  /** The bytes of a text that are whole characters. */
  private int wholeBytes;

  /**
   * @param text whether it is a text, else it is binary
   * @param compressed whether it is compressed as a whole
   * @param first what comes first, which is to be added as well
   */
  Fragments(boolean text, boolean compressed, ByteBuf first) {
    this.text = text;
    this.compressed = compressed;
    this.bytes = Unpooled.buffer(2 * first.readableBytes());
  }

  boolean isText() {
    return text;
  }

  boolean isCompressed() {
    return compressed;
  }

  /** What has come so far. */
  ByteBuf bytes() {
    return bytes;
  }

  /** Adds a frame's content; false if this is a text that cannot become UTF-8 any more. */
  boolean add(ByteBuf content) {
    bytes.writeBytes(content);
    if (!text || compressed) {
      return true;
    }
    int offset = bytes.arrayOffset() + wholeBytes;
    int whole =
        Utf8.wholeLength(new Bytes(bytes.array(), offset, bytes.writerIndex() - wholeBytes));
    wholeBytes += Math.max(whole, 0);
    return whole >= 0;
  }
}
