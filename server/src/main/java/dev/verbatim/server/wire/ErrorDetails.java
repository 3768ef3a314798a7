package dev.verbatim.server.wire;

import org.jspecify.annotations.Nullable;

/**
 * What an error is about; each part may be absent.
 *
 * @param field the field of the payload that is wrong
 * @param newestSeq the group's newest seq, where the client's was above it
 * @param retryAfter whole seconds, at least 1
 */
public record ErrorDetails(
    @Nullable String groupId,
    @Nullable String messageId,
    @Nullable String tempId,
    @Nullable String field,
    @Nullable Long newestSeq,
    @Nullable Long retryAfter) {
  /** An error about nothing in particular. */
  public static final ErrorDetails NONE = new ErrorDetails(null, null, null, null, null, null);

  /** An error about a group. */
  public static ErrorDetails ofGroup(@Nullable String groupId) {
    return new ErrorDetails(groupId, null, null, null, null, null);
  }

  /** An error about a message that a client sent to a group. */
  public static ErrorDetails ofSend(@Nullable String groupId, @Nullable String tempId) {
    return new ErrorDetails(groupId, null, tempId, null, null, null);
  }

  /** An error about a message of a group. */
  public static ErrorDetails ofMessage(@Nullable String groupId, @Nullable String messageId) {
    return new ErrorDetails(groupId, messageId, null, null, null, null);
  }

  /** The same, in this field. */
  public ErrorDetails inField(String name) {
    return new ErrorDetails(groupId, messageId, tempId, name, newestSeq, retryAfter);
  }

  /** The same, with the group's newest seq. */
  public ErrorDetails withNewestSeq(long seq) {
    return new ErrorDetails(groupId, messageId, tempId, field, seq, retryAfter);
  }

  /** The same, to be tried again after this many seconds. */
  public ErrorDetails withRetryAfter(long seconds) {
    return new ErrorDetails(groupId, messageId, tempId, field, newestSeq, Math.max(1, seconds));
  }

  boolean isEmpty() {
    return equals(NONE);
  }
}
