package dev.verbatim.chat.model;

import java.util.Arrays;
import java.util.StringJoiner;

/**
 * A set of seqs as sorted, disjoint, non-adjacent ranges, usually one or two. Immutable.
 *
 * <p>Its text is {@code first-last} for each range, joined by commas: {@code 1-41,43-43}.
 */
public final class SeqRanges {
  /** No seq at all. */
  public static final SeqRanges EMPTY = new SeqRanges(new long[0]);

  // first, last, first, last …, both inclusive
  private final long[] bounds;

  private SeqRanges(long[] bounds) {
    this.bounds = bounds;
  }

  /** The seqs from first to last, both inclusive. */
  public static SeqRanges of(long first, long last) {
    if (first < 1 || last < first) {
      throw new IllegalArgumentException("Not a range of seqs: " + first + " to " + last);
    }
    return new SeqRanges(new long[] {first, last});
  }

  /**
   * The set that {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if the text is no such set
   */
  public static SeqRanges parse(String text) {
    if (text.isEmpty()) {
      return EMPTY;
    }
    String[] ranges = text.split(",", -1);
    long[] bounds = new long[ranges.length * 2];
    long before = -1;
    for (int i = 0; i < ranges.length; i++) {
      int dash = ranges[i].indexOf('-');
      if (dash < 0) {
        throw new IllegalArgumentException("Not a range of seqs: " + ranges[i]);
      }
      long first = Long.parseLong(ranges[i].substring(0, dash));
      long last = Long.parseLong(ranges[i].substring(dash + 1));
      if (first < 1 || last < first || first <= before + 1) {
        throw new IllegalArgumentException("Not sorted, disjoint ranges of seqs: " + text);
      }
      bounds[2 * i] = first;
      bounds[2 * i + 1] = before = last;
    }
    return new SeqRanges(bounds);
  }

  /** Whether the seq is in the set. */
  public boolean contains(long seq) {
    int at = Arrays.binarySearch(bounds, seq);
    // Between a first (even) and its last (odd) the insertion point is odd.
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  /** The highest seq, 0 for none. */
  public long highest() {
    return bounds.length == 0 ? 0 : bounds[bounds.length - 1];
  }

  /** Whether no seq is in the set. */
  public boolean isEmpty() {
    return bounds.length == 0;
  }

  /** This set with one seq more; itself if it has it already. */
  public SeqRanges with(long seq) {
    if (contains(seq)) {
      return this;
    }
    if (seq < 1) {
      throw new IllegalArgumentException("Not a seq: " + seq);
    }
    // Even: the place of the first range that starts above seq.
    int at = -Arrays.binarySearch(bounds, seq) - 1;
    boolean joinsLower = at > 0 && bounds[at - 1] == seq - 1;
    boolean joinsUpper = at < bounds.length && bounds[at] == seq + 1;
    if (joinsLower && joinsUpper) {
      long[] merged = new long[bounds.length - 2];
      System.arraycopy(bounds, 0, merged, 0, at - 1);
      System.arraycopy(bounds, at + 1, merged, at - 1, bounds.length - at - 1);
      return new SeqRanges(merged);
    }
    if (joinsLower || joinsUpper) {
      long[] grown = bounds.clone();
      grown[joinsLower ? at - 1 : at] = seq;
      return new SeqRanges(grown);
    }
    long[] added = new long[bounds.length + 2];
    System.arraycopy(bounds, 0, added, 0, at);
    added[at] = added[at + 1] = seq;
    System.arraycopy(bounds, at, added, at + 2, bounds.length - at);
    return new SeqRanges(added);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeqRanges that && Arrays.equals(bounds, that.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(",");
    for (int i = 0; i < bounds.length; i += 2) {
      text.add(bounds[i] + "-" + bounds[i + 1]);
    }
    return text.toString();
  }
}
