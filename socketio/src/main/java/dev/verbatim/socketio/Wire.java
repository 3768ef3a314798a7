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
  private final boolean isPart;
  private @Nullable ByteBuf deflated;
  private @Nullable SharedFrames shared;

  /** Whether it was found that none of the frames becomes shorter. */
  private boolean incompressible;

  private Wire(EngineLoop loop, Frame[] frames, ByteBuf plain, boolean isPart) {
    this.loop = loop;
    this.frames = frames;
    this.plain = plain;
    this.isPart = isPart;
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
    return new Wire(loop, frames, plain, false);
  }

  /** Some of the frames, which lie in a row; to be released too. */
  Wire part(Frame[] some, int start, int length) {
    return new Wire(loop, some, plain.retainedSlice(start, length), true);
  }

  Frame[] frames() {
    return frames;
  }

  /** The frames for those who poll. */
  SharedFrames shared() {
    SharedFrames known = shared;
    if (known == null) {
      known = new SharedFrames(loop.backlog(), frames);
      shared = known;
    }
    return known;
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
    if (deflated == null && !incompressible) {
      deflated = deflate(threshold);
      incompressible = deflated == null;
    }
    return deflated == null ? plain : deflated;
  }

  private @Nullable ByteBuf deflate(int threshold) {
    int length = 0;
    boolean some = false;
    for (Frame frame : frames) {
      int shorter = frame.deflated(loop.zlib(), threshold).length();
      some |= shorter > 0;
      length += shorter > 0 ? shorter : frame.wireLength();
    }
    if (!some) {
      return null;
    }
    ByteBuf bytes = ByteBufAllocator.DEFAULT.directBuffer(length, length);
    for (Frame frame : frames) {
      frame.writeDeflatedTo(bytes, loop.zlib(), threshold);
    }
    return bytes;
  }

  /** Ends this; what connections still hold then is the loop's backlog to count. */
  void release() {
    if (deflated != null) {
      loop.backlog().keep(deflated);
    }
    if (isPart) {
      plain.release();
    } else {
      loop.backlog().keep(plain);
    }
  }
}
