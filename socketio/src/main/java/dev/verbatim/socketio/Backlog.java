package dev.verbatim.socketio;

/**
 * Confined to its session's event loop: how much waits for one client, in its transport and in its
 * {@link Hold}s, against {@link Limits#queuedBytesMax}; and what it takes of the memory that {@link
 * Limits#queuedBytesTotalMax} bounds.
 */
final class Backlog {
  private final Session session;
  private final int bytesMax;
  private long heldBytes;

  /** The memory that {@link LoopBacklog} has counted for it, and its place there; -1 for none. */
  private long countedBytes;

  private int place = -1;

  Backlog(Session session, int bytesMax) {
    this.session = session;
    this.bytesMax = bytesMax;
  }

  Session session() {
    return session;
  }

  /** Some bytes more are held back, or fewer. */
  void addHeld(long bytes) {
    heldBytes += bytes;
    update();
  }

  boolean holdsNothing() {
    return heldBytes == 0;
  }

  /** What the client has to read until it has caught up. */
  long bytes() {
    return heldBytes + session.transport().queuedBytes();
  }

  /** Whether more waits than may. */
  boolean isExceeded() {
    return bytes() > bytesMax;
  }

  /** Has the loop know what waits here now. */
  void update() {
    long memoryBytes = heldBytes + session.memoryBytes();
    long more = memoryBytes - countedBytes;
    if (more != 0) {
      countedBytes = memoryBytes;
      session.loop().backlog().onChange(this, more);
    }
  }

  long countedBytes() {
    return countedBytes;
  }

  int place() {
    return place;
  }

  void place(int where) {
    place = where;
  }
}
