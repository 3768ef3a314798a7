package dev.verbatim.socketio;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * For one thread: a queue in pieces, which are never copied. A thousand arrays that grow at once,
 * as those of a room's members would, make everybody wait; and so do a million nodes.
 */
final class UnrolledQueue<T> {
  private static final int FIRST_LENGTH = 16;
  private static final int LENGTH_MAX = 256;

  /**
   * The oldest piece; null while the queue is empty, so that it takes no memory then. The last
   * element of a piece is the next piece.
   */
  private @Nullable Object @Nullable [] head;

  private @Nullable Object @Nullable [] tail;

  /** Where the oldest element stands in the head, and the next one's place in the tail. */
  private int first;

  private int end;

  private int size;
  private int places;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The memory that it takes, as if a reference took eight bytes. */
  long memoryBytes() {
    return 8L * places;
  }

  /**
   * Adds an element.
   *
   * @return true if it takes more memory now
   */
  boolean add(T element) {
    @Nullable Object[] last = tail;
    boolean grows = last == null || end == last.length - 1;
    if (last == null) {
      last = new @Nullable Object[FIRST_LENGTH];
      head = last;
      tail = last;
      first = 0;
      end = 0;
    } else if (grows) {
      @Nullable Object[] next = new @Nullable Object[Math.min(2 * last.length, LENGTH_MAX)];
      last[end] = next;
      last = next;
      tail = next;
      end = 0;
    }
    places += grows ? last.length : 0;
    last[end++] = element;
    size++;
    return grows;
  }

  /** Takes out the oldest. There is one. */
  @SuppressWarnings("unchecked") // what is put in is a T, or the next piece
  T remove() {
    @Nullable Object[] oldest = Objects.requireNonNull(head);
    if (first == oldest.length - 1) {
      places -= oldest.length;
      oldest = (@Nullable Object[]) Objects.requireNonNull(oldest[first]);
      head = oldest;
      first = 0;
    }
    T element = (T) Objects.requireNonNull(oldest[first]);
    oldest[first++] = null;
    if (--size == 0) {
      head = null;
      tail = null;
      places = 0;
    }
    return element;
  }
}
