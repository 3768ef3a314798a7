package dev.verbatim.socketio;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue that a few cannot fill for all: each key has a line of its own, the lines are
 * served in turn, and when there is no more room the longest line loses its last to whoever has a
 * shorter one. With one key it is a queue like any other. Not for several threads at once.
 *
 * @param <T> what waits, each once
 */
final class FairQueue<T> {
  private final int sizeMax;

  /** The lines that somebody stands in; it is the first one's turn. */
  private final LinkedHashMap<Long, SequencedSet<T>> lines = new LinkedHashMap<>();

  /** The keys of the lines of each length. */
  private final TreeMap<Integer, SequencedSet<Long>> byLength = new TreeMap<>();

  private int size;

  FairQueue(int sizeMax) {
    this.sizeMax = sizeMax;
  }

  int size() {
    return size;
  }

  int sizeMax() {
    return sizeMax;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * Adds to the end of a line.
   *
   * @return who has no place for that, perhaps the one that was to be added; null if there was room
   */
  @Nullable T add(long key, T added) {
    T out = null;
    if (size >= sizeMax) {
      long longest = byLength.isEmpty() ? key : byLength.lastEntry().getValue().getFirst();
      if (length(longest) <= length(key) + 1) {
        return added;
      }
      out = line(longest).getLast();
      remove(longest, out);
    }
    int before = length(key);
    lines.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(added);
    onLength(key, before, before + 1);
    return out;
  }

  /** The one whose turn it is, which stays. */
  T first() {
    return lines.firstEntry().getValue().getFirst();
  }

  /** Takes out the one whose turn it is; then it is the next line's. */
  T poll() {
    Map.Entry<Long, SequencedSet<T>> turn = lines.firstEntry();
    T first = turn.getValue().getFirst();
    remove(turn.getKey(), first);
    SequencedSet<T> rest = lines.remove(turn.getKey());
    if (rest != null) {
      lines.putLast(turn.getKey(), rest);
    }
    return first;
  }

  /** Takes one out, wherever it stands; without effect if it does not. */
  void remove(long key, T removed) {
    SequencedSet<T> line = lines.get(key);
    if (line != null && line.remove(removed)) {
      onLength(key, line.size() + 1, line.size());
      if (line.isEmpty()) {
        lines.remove(key);
      }
    }
  }

  private SequencedSet<T> line(long key) {
    return Objects.requireNonNull(lines.get(key));
  }

  private int length(long key) {
    SequencedSet<T> line = lines.get(key);
    return line == null ? 0 : line.size();
  }

  private void onLength(long key, int before, int now) {
    size += now - before;
    if (before > 0) {
      SequencedSet<Long> others = Objects.requireNonNull(byLength.get(before));
      others.remove(key);
      if (others.isEmpty()) {
        byLength.remove(before);
      }
    }
    if (now > 0) {
      byLength.computeIfAbsent(now, _ -> new LinkedHashSet<>()).add(key);
    }
  }
}
