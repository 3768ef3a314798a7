package dev.verbatim.socketio;

import org.jspecify.annotations.Nullable;

/**
 * Confined to its session's event loop: what waits for one client, beside what its transport has
 * queued: how much is kept in its {@link Hold}s, and the frames that have yielded to others.
 *
 * <p>What waits is measured against {@link Limits#queuedBytesMax}, and what it takes of the memory
 * that {@link Limits#queuedBytesTotalMax} bounds is told to the loop.
 */
final class Backlog {
  private final Session session;
  private final Limits limits;
  private long heldBytes;

  /** What lets others pass while the reader is behind, from when something does. */
  private @Nullable Yielded yielded;

  /** The memory that {@link LoopBacklog} has counted for it, and its place there; -1 for none. */
  private long countedBytes;

  private int place = -1;

  Backlog(Session session, Limits limits) {
    this.session = session;
    this.limits = limits;
  }

  Session session() {
    return session;
  }

  // What is held back, and what yields

  /** Some bytes more are held back, or fewer. */
  void addHeld(long bytes) {
    assert session.loop().inEventLoop();
    heldBytes += bytes;
    update();
    if (bytes > 0) {
      session.onQueued();
    } else {
      onWritable();
    }
  }

  /** Whether nothing waits here that what is written now would overtake. */
  boolean isEmpty() {
    return yielded == null && heldBytes == 0;
  }

  /** Puts a frame by until the reader has caught up. */
  void putBy(Frame frame) {
    Yielded waiting = yielded;
    if (waiting == null) {
      waiting = new Yielded(limits, session.loop().counters().dropped());
      yielded = waiting;
    }
    waiting.add(frame);
    for (Frame out = waiting.overflow();
        out != null && session.isOpen();
        out = waiting.overflow()) {
      session.transport().write(out);
      session.onQueued();
    }
    onWritable();
  }

  /** The reader may have caught up: what has yielded goes out. */
  void onWritable() {
    assert session.loop().inEventLoop();
    Yielded waiting = yielded;
    if (waiting == null) {
      return;
    }
    while (session.isOpen()
        && !waiting.isEmpty()
        && heldBytes == 0
        && session.transport().isWritable()) {
      session.transport().write(waiting.poll());
    }
    if (waiting.isEmpty()) {
      yielded = null;
    }
    update();
    session.onQueued();
  }

  /** The client has left a namespace: what waits for it there is of no more use. */
  void onLeft(String namespace) {
    if (yielded != null) {
      yielded.onLeft(namespace);
      onWritable();
    }
  }

  /** Drops what may be dropped, for all clients together have too much. */
  void shed() {
    assert session.loop().inEventLoop();
    Yielded waiting = yielded;
    if (waiting != null) {
      while (waiting.dropOldest()) {
        update();
      }
      onWritable();
    }
  }

  /** What has yielded goes into the queue, for the end comes behind it. */
  void sendYielded() {
    Yielded waiting = yielded;
    while (waiting != null && session.isOpen() && !waiting.isEmpty()) {
      session.transport().write(waiting.poll());
    }
    forgetYielded();
  }

  /** What has yielded is of no more use. */
  void forgetYielded() {
    yielded = null;
  }

  // How much it is

  /** What the client has to read until it has caught up. */
  long bytes() {
    return heldBytes + session.transport().queuedBytes();
  }

  /** Whether more waits than may. */
  boolean isExceeded() {
    return bytes() > limits.queuedBytesMax();
  }

  /** Has the loop know what waits now. */
  void update() {
    assert session.loop().inEventLoop();
    long yieldedBytes = yielded == null ? 0 : yielded.memoryBytes();
    long memoryBytes = heldBytes + yieldedBytes + session.memoryBytes();
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
