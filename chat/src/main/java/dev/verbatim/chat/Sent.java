package dev.verbatim.chat;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.User;

/** What became of a {@link SendMessage}. */
public sealed interface Sent
    permits Sent.Accepted,
        Sent.Repeated,
        Refused.NoAccess,
        Refused.InvalidContent,
        Refused.TooLong,
        Refused.RateLimited,
        Refused.Unavailable {
  /** It is stored for good, and new. */
  record Accepted(Message message, User sender) implements Sent {}

  /** The tempId was known: this is the message it names, as it now is. Nobody is told again. */
  record Repeated(Message message) implements Sent {}
}
