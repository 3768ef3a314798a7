package dev.verbatim.chat.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a member has read of a group. Own messages count as read without standing in the ranges.
 *
 * @param read the seqs read, own ones aside
 * @param lastSent the highest seq the member sent, 0 for none
 * @param readAt when the member last read anything, null for never
 */
public record ReadState(SeqRanges read, long lastSent, @Nullable Instant readAt) {
  /** Of a member who has neither read nor sent. */
  public static final ReadState NOTHING = new ReadState(SeqRanges.EMPTY, 0, null);

  /** The highest seq read or sent, 0 for none. */
  public long lastReadSeq() {
    return Math.max(read.highest(), lastSent);
  }

  /** How many messages stand above {@link #lastReadSeq} in a group whose newest is given. */
  public long unreadCount(long newestSeq) {
    return Math.max(0, newestSeq - lastReadSeq());
  }
}
