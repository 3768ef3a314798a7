package dev.verbatim.socketio;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Confined to its session's event loop: frames that let others pass while their reader is behind,
 * in the order in which they were written. A session has one for as long as something is in it.
 *
 * <p>It is bounded by {@link Limits#yieldedBytesMax} and {@link Limits#yieldedFramesMax}. Beyond
 * them the oldest droppable frame is dropped; where there is none, the oldest conflated one leaves
 * for the ordinary queue, for it is never dropped but for a newer one.
 */
final class Yielded {
  private final Limits limits;
  private final Tally<Drop> dropped;

  /** By their {@link Key}, or by an object of their own if they are droppable. */
  private final Map<Object, Frame> frames = new LinkedHashMap<>();

  private long bytes;

  /** What conflates frames: names are a namespace's own. */
  private record Key(String namespace, String name) {}

  Yielded(Limits limits, Tally<Drop> dropped) {
    this.limits = limits;
    this.dropped = dropped;
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  /** The memory that it takes. */
  long memoryBytes() {
    return bytes + (long) Weights.YIELDED_FRAME_BYTES * frames.size();
  }

  /** Adds a frame behind all others; an older one of its key goes. */
  void add(Frame frame) {
    if (frame.whenBehind() instanceof WhenBehind.Conflated(String key)) {
      Key place = new Key(frame.namespace(), key);
      if (forget(frames.remove(place))) {
        dropped.add(Drop.CONFLATED);
      }
      frames.put(place, frame);
    } else {
      frames.put(new Object(), frame);
    }
    bytes += frame.wireLength();
  }

  private boolean forget(@Nullable Frame frame) {
    if (frame == null) {
      return false;
    }
    bytes -= frame.wireLength();
    return true;
  }

  /** Makes room; the frame that has to leave for the ordinary queue, or null if none has to. */
  @Nullable Frame overflow() {
    while (bytes > limits.yieldedBytesMax() || frames.size() > limits.yieldedFramesMax()) {
      if (!dropOldest()) {
        return poll();
      }
    }
    return null;
  }

  /** Takes out the oldest frame. There is one. */
  Frame poll() {
    Iterator<Frame> oldest = frames.values().iterator();
    Frame frame = Objects.requireNonNull(oldest.next());
    oldest.remove();
    forget(frame);
    return frame;
  }

  /** Drops the oldest frame that may be dropped; false if there is none. */
  boolean dropOldest() {
    for (Iterator<Frame> oldest = frames.values().iterator(); oldest.hasNext(); ) {
      Frame frame = oldest.next();
      if (frame.whenBehind() instanceof WhenBehind.Droppable) {
        oldest.remove();
        forget(frame);
        dropped.add(Drop.DROPPABLE);
        return true;
      }
    }
    return false;
  }

  /** Forgets the frames of a namespace that the client has left. */
  void onLeft(String namespace) {
    for (Iterator<Frame> all = frames.values().iterator(); all.hasNext(); ) {
      Frame frame = all.next();
      if (frame.namespace().equals(namespace)) {
        all.remove();
        forget(frame);
      }
    }
  }
}
