package dev.verbatim.socketio;

/**
 * Confined to its event loop: frames for which several clients that poll wait. They count once for
 * all of the loop's, for as long as one of them waits.
 */
final class SharedFrames implements PollingTransport.Waiting {
  private final LoopBacklog backlog;
  private final Frame[] frames;
  private final int wireLength;
  private final boolean isCompressible;
  private int holders;

  SharedFrames(LoopBacklog backlog, Frame[] frames) {
    this.backlog = backlog;
    this.frames = frames;
    int length = 0;
    boolean compressible = false;
    for (Frame frame : frames) {
      length += frame.wireLength();
      compressible |= frame.isCompressible();
    }
    this.wireLength = length;
    this.isCompressible = compressible;
  }

  Frame[] frames() {
    return frames;
  }

  /** The bytes that each client has to read. */
  int wireLength() {
    return wireLength;
  }

  /** Whether one of them may be compressed, and with it the answer that has it. */
  boolean isCompressible() {
    return isCompressible;
  }

  /** One client more waits for them. */
  void hold() {
    if (holders++ == 0) {
      backlog.addShared(memoryBytes());
    }
  }

  /** One client has them, or will not get them. */
  void letGo() {
    if (--holders == 0) {
      backlog.addShared(-memoryBytes());
    }
  }

  private long memoryBytes() {
    return (long) wireLength + Weights.SHARED_BYTES;
  }
}
