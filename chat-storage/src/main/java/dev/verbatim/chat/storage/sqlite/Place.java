package dev.verbatim.chat.storage.sqlite;

/**
 * Where a message stands: its group's key in the upper 31 bits, its seq in the lower 32. In the
 * order of their places messages stand by group and seq.
 */
final class Place {
  /** The highest seq there is room for. */
  static final long SEQ_MAX = 0xffff_ffffL;

  private Place() {}

  /** The place of a seq in a group; seqs out of range count as the nearest one within, 0 too. */
  static long of(long groupKey, long seq) {
    return groupKey << 32 | Math.clamp(seq, 0, SEQ_MAX);
  }

  static long groupKey(long place) {
    return place >> 32;
  }

  static long seq(long place) {
    return place & SEQ_MAX;
  }
}
