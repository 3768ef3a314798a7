package dev.verbatim.socketio;

/**
 * Confined to its session's event loop: how much waits for one client, in its transport and in its
 * {@link Hold}s, against {@link Limits#queuedBytesMax}.
 */
final class Backlog {
  private final int bytesMax;
  private long heldBytes;

  Backlog(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Some bytes more are held back, or fewer. */
  void addHeld(long bytes) {
    heldBytes += bytes;
  }

  boolean holdsNothing() {
    return heldBytes == 0;
  }

  /** Whether more waits than may. */
  boolean isExceeded(Transport transport) {
    return heldBytes + transport.queuedBytes() > bytesMax;
  }
}
