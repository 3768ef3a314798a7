package dev.verbatim.chat.storage.sqlite;

import java.sql.SQLException;
import java.util.BitSet;

/**
 * Which of 1,024 seqs that stand side by side in a group a member has read, a bit for each: block 0
 * is of the seqs 1 to 1,024. Own messages are not among them. Confined to whoever made it.
 *
 * <p>Stored as bytes from the lowest seq to the highest, the lowest in the lowest bit of each, with
 * the zeros at the end left out; a block that is read to the full is stored as no bytes at all. So
 * a row has at most some 140 bytes, of which a page holds many, as a table WITHOUT ROWID wants it
 * (sqlite.org/withoutrowid.html), and a page of the history lies in one block or two.
 */
final class ReadBlock {
  /** How many seqs stand in a block. */
  static final int SEQS = 1_024;

  private static final int BYTES = SEQS / Byte.SIZE;

  private final BitSet read;
  private boolean hasChanged;

  private ReadBlock(BitSet read) {
    this.read = read;
  }

  /** A block of which nothing is read. */
  static ReadBlock unread() {
    return new ReadBlock(new BitSet(SEQS));
  }

  /**
   * The block that {@link #bytes} wrote.
   *
   * @throws SQLException if these bytes are none
   */
  static ReadBlock parse(byte[] bytes) throws SQLException {
    if (bytes.length > BYTES) {
      throw new SQLException("damaged: a block of " + bytes.length + " bytes");
    }
    BitSet read = BitSet.valueOf(bytes);
    if (bytes.length == 0) {
      read.set(0, SEQS);
    }
    return new ReadBlock(read);
  }

  /** The number of the block in which a seq stands. */
  static long number(long seq) {
    return (seq - 1) / SEQS;
  }

  /** The lowest seq of a block. */
  static long first(long number) {
    return number * SEQS + 1;
  }

  /** Whether a seq of this block is read. */
  boolean contains(long seq) {
    return read.get(bit(seq));
  }

  /** Counts a seq of this block as read. */
  void add(long seq) {
    read.set(bit(seq));
    hasChanged = true;
  }

  /** Whether anything was added. */
  boolean hasChanged() {
    return hasChanged;
  }

  /** The highest seq that is read, if this is the block of that number. */
  long highest(long number) {
    return number * SEQS + read.length();
  }

  byte[] bytes() {
    return read.cardinality() == SEQS ? new byte[0] : read.toByteArray();
  }

  /** The place of a seq's byte among all bytes of its block. */
  static int byteOf(long seq) {
    return bit(seq) / Byte.SIZE;
  }

  private static int bit(long seq) {
    return (int) ((seq - 1) % SEQS);
  }
}
