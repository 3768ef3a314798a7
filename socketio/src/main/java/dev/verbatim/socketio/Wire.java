package dev.verbatim.socketio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Confined to its event loop, for one task: frames for many sockets of the loop, laid out once,
 * WebSocket headers included; and once more, at the first use, compressed.
 */
final class Wire {
  private final EngineLoop loop;
  private final Frame[] frames;
  private final ByteBuf plain;
  private @Nullable ByteBuf deflated;

  private Wire(EngineLoop loop, Frame[] frames, ByteBuf plain) {
    this.loop = loop;
    this.frames = frames;
    this.plain = plain;
  }

  /** Lays frames out. Whoever does releases them. */
  static Wire of(EngineLoop loop, Frame... frames) {
    int length = 0;
    for (Frame frame : frames) {
      length = Math.addExact(length, frame.wireLength());
    }
    ByteBuf plain = ByteBufAllocator.DEFAULT.directBuffer(length, length);
    for (Frame frame : frames) {
      frame.writeTo(plain);
    }
    return new Wire(loop, frames, plain);
  }

  /** Some of the frames, which lie in a row; to be released too. */
  Wire part(Frame[] some, int start, int length) {
    return new Wire(loop, some, plain.retainedSlice(start, length));
  }

  Frame[] frames() {
    return frames;
  }

  /** The frames as they are; the reference stays the wire's. */
  ByteBuf plain() {
    return plain;
  }

  /**
   * The frames with those compressed for which it pays; the reference stays the wire's.
   *
   * @param threshold bytes from which on a message is compressed
   */
  ByteBuf deflated(int threshold) {
    ByteBuf known = deflated;
    if (known == null) {
      known = deflate(threshold);
      deflated = known;
    }
    return known;
  }

  private ByteBuf deflate(int threshold) {
    int length = 0;
    boolean some = false;
    for (Frame frame : frames) {
      int shorter = frame.deflated(loop.zlib(), threshold).length();
      some |= shorter > 0;
      length += shorter > 0 ? shorter : frame.wireLength();
    }
    if (!some) {
      return plain.retain();
    }
    ByteBuf bytes = ByteBufAllocator.DEFAULT.directBuffer(length, length);
    for (Frame frame : frames) {
      frame.writeDeflatedTo(bytes, loop.zlib(), threshold);
    }
    return bytes;
  }

  void release() {
    plain.release();
    if (deflated != null) {
      deflated.release();
    }
  }
}
