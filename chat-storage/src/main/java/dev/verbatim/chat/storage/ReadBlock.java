package dev.verbatim.chat.storage;

import java.util.BitSet;

/**
 * Which of 1,024 seqs that stand side by side in a group a member has read, a bit for each: block 0
 * is of the seqs 1 to 1,024. Own messages are not among them. Confined to whoever made it.
 *
 * <p>Stored as bytes from the lowest seq to the highest, the lowest in the lowest bit of each, with
 * the zeros at the end left out; a block that is read to the full is stored as no bytes at all. So
 * it has at most 128 bytes: many fit into a page of a file, as a table WITHOUT ROWID wants it
 * (sqlite.org/withoutrowid.html), and a page of the history lies in one block or two.
 */
public final class ReadBlock {
  /** How many seqs stand in a block. */
  public static final int SEQS = 1_024;

  private static final int BYTES = SEQS / Byte.SIZE;

  private final BitSet read;
  private boolean hasChanged;

  private ReadBlock(BitSet read) {
    this.read = read;
  }

  /** A block of which nothing is read. */
  public static ReadBlock unread() {
    return new ReadBlock(new BitSet(SEQS));
  }

  /**
   * The block that {@link #bytes} wrote.
   *
   * @throws IllegalArgumentException if these bytes are none
   */
  public static ReadBlock parse(byte[] bytes) {
    if (bytes.length > BYTES) {
      throw new IllegalArgumentException("damaged: a block of " + bytes.length + " bytes");
    }
    BitSet read = BitSet.valueOf(bytes);
    if (bytes.length == 0) {
      read.set(0, SEQS);
    }
    return new ReadBlock(read);
  }

  /** The number of the block in which a seq stands. */
  public static long number(long seq) {
    return (seq - 1) / SEQS;
  }

  /** The lowest seq of a block. */
  public static long first(long number) {
    return number * SEQS + 1;
  }

  /** Whether a seq of this block is read. */
  public boolean contains(long seq) {
    return read.get(bit(seq));
  }

  /** Counts a seq of this block as read. */
  public void add(long seq) {
    read.set(bit(seq));
    hasChanged = true;
  }

  /** Whether anything was added. */
  public boolean hasChanged() {
    return hasChanged;
  }

  /** The highest seq that is read, if this is the block of that number. */
  public long highest(long number) {
    return number * SEQS + read.length();
  }

  /** The bytes to store. */
  public byte[] bytes() {
    return read.cardinality() == SEQS ? new byte[0] : read.toByteArray();
  }

  /** The place of a seq's byte among all bytes of its block. */
  public static int byteOf(long seq) {
    return bit(seq) / Byte.SIZE;
  }

  private static int bit(long seq) {
    return (int) ((seq - 1) % SEQS);
  }
}
