package dev.verbatim.chat;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.User;

/** What became of a {@link SendMessage}. */
public sealed interface Sent {
  /** It is stored for good, and new. */
  record Accepted(Message message, User sender) implements Sent {}

  /** The tempId was known: this is the message it names, as it now is. Nobody is told again. */
  record Repeated(Message message) implements Sent {}

  /** The sender is not in the group, which is public. Not stored. */
  record NotMember() implements Sent {}

  /** For the sender there is no such group. Not stored. */
  record NoGroup() implements Sent {}

  /** The content is empty or no Unicode. Not stored. */
  record InvalidContent(String reason) implements Sent {}

  /** The content has more than 4000 UTF-16 code units once trimmed. Not stored. */
  record TooLong() implements Sent {}

  /**
   * The sender is over the rate. Not stored.
   *
   * @param retryAfterSeconds at least 1
   */
  record RateLimited(long retryAfterSeconds) implements Sent {}

  /** The store cannot take or tell it now. With a tempId it may be sent again. */
  record Unavailable() implements Sent {}
}
