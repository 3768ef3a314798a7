package dev.verbatim.server.wire;

import org.jspecify.annotations.Nullable;

/**
 * What an error is about; each part may be absent.
 *
 * @param field the field of the payload that is wrong
 * @param newestSeq the group's newest seq, where the client's was above it
 * @param retryAfter whole seconds, at least 1
 * @param errorId under which the log has a fault of the server
 * @param socketId under which the log has a socket that was not let in
 */
public record ErrorDetails(
    @Nullable String groupId,
    @Nullable String messageId,
    @Nullable String tempId,
    @Nullable String field,
    @Nullable Long newestSeq,
    @Nullable Long retryAfter,
    @Nullable String errorId,
    @Nullable String socketId) {
  /** An error about nothing in particular. */
  public static final ErrorDetails NONE = of(null, null, null);

  private static ErrorDetails of(
      @Nullable String groupId, @Nullable String messageId, @Nullable String tempId) {
    return new ErrorDetails(groupId, messageId, tempId, null, null, null, null, null);
  }

  /** An error about a group. */
  public static ErrorDetails ofGroup(@Nullable String groupId) {
    return of(groupId, null, null);
  }

  /** An error about a message that a client sent to a group. */
  public static ErrorDetails ofSend(@Nullable String groupId, @Nullable String tempId) {
    return of(groupId, null, tempId);
  }

  /** An error about a message of a group. */
  public static ErrorDetails ofMessage(@Nullable String groupId, @Nullable String messageId) {
    return of(groupId, messageId, null);
  }

  /** The same, in this field. */
  public ErrorDetails inField(String name) {
    return new ErrorDetails(
        groupId, messageId, tempId, name, newestSeq, retryAfter, errorId, socketId);
  }

  /** The same, with the group's newest seq. */
  public ErrorDetails withNewestSeq(long seq) {
    return new ErrorDetails(groupId, messageId, tempId, field, seq, retryAfter, errorId, socketId);
  }

  /** The same, to be tried again after this many seconds. */
  public ErrorDetails withRetryAfter(long seconds) {
    return new ErrorDetails(
        groupId, messageId, tempId, field, newestSeq, Math.max(1, seconds), errorId, socketId);
  }

  /** The same, with the id of the fault. */
  public ErrorDetails withErrorId(String id) {
    return new ErrorDetails(groupId, messageId, tempId, field, newestSeq, retryAfter, id, socketId);
  }

  /** The same, on this socket. */
  public ErrorDetails onSocket(String id) {
    return new ErrorDetails(groupId, messageId, tempId, field, newestSeq, retryAfter, errorId, id);
  }

  boolean isEmpty() {
    return equals(NONE);
  }
}
