package dev.verbatim.socketio;

/**
 * What things that wait for a client count for beside their bytes, in bytes of memory, against
 * {@link Limits#queuedBytesTotalMax}: many small ones take more in objects than in bytes. Rounded
 * up from what compact object headers make of them.
 */
final class Weights {
  /**
   * What many share: a buffer's objects and its place in {@link LoopBacklog}'s list, or the objects
   * of {@link SharedFrames}.
   */
  static final int SHARED_BYTES = 160;

  /**
   * A write to a WebSocket that its channel has, or a buffer of its own that waits: the entry in
   * the channel's list and the buffer's view of the shared one. Some 100 bytes were measured.
   */
  static final int WRITE_BYTES = 128;

  /** A frame that has {@link Yielded}: its key, and its place among the others. */
  static final int YIELDED_FRAME_BYTES = 128;

  /** A packet for one client alone that waits for a poll, with its attachments: its objects. */
  static final int POLLED_PACKET_BYTES = 64;

  /**
   * A packet of Engine.IO's own that waits for a poll, on the wire: it has next to no bytes, but a
   * client may ask for any number of pongs. This counts against {@link Limits#queuedBytesMax} too.
   */
  static final int ENGINE_PACKET_BYTES = 16;

  private Weights() {}
}
