package dev.verbatim.socketio;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often each of an enum's constants was counted. Counted by one event loop alone; read from any
 * thread.
 *
 * <p>A count is a plain load, an addition and an opaque store, with nothing that another processor
 * has to agree to: it costs as much as that of a field. Who reads sees each count as it was a
 * moment ago, and never one that is half written. The counts of different loops share no cache
 * line.
 */
final class Tally<K extends Enum<K>> {
  /** Longs at both ends that nobody counts in; two cache lines, for they are fetched in pairs. */
  private static final int PADDING = 16;

  private final K[] keys;
  private final AtomicLongArray counts;

  Tally(Class<K> keys) {
    this.keys = keys.getEnumConstants();
    this.counts = new AtomicLongArray(this.keys.length + 2 * PADDING);
  }

  /** Counts one more. */
  void add(K key) {
    add(key, 1);
  }

  /** Counts so many more, or, for what comes and goes, fewer. */
  void add(K key, long more) {
    int i = place(key);
    counts.setOpaque(i, counts.getPlain(i) + more);
  }

  /** Sets what is measured instead of counted. */
  void set(K key, long value) {
    counts.setOpaque(place(key), value);
  }

  /** A count. Any thread. */
  long get(K key) {
    return counts.getOpaque(place(key));
  }

  /** Adds all counts to others. Any thread. */
  void addTo(Map<K, Long> sums) {
    for (K key : keys) {
      sums.merge(key, get(key), Long::sum);
    }
  }

  @SuppressWarnings("EnumOrdinal") // as an index in memory, which is what it is for
  private int place(K key) {
    return PADDING + key.ordinal();
  }
}
