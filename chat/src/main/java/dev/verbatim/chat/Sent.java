package dev.verbatim.chat;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.User;
import java.util.List;

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

  /**
   * The tempId was known: this is the message it names, as it now is. Nobody is told again.
   *
   * @param readers of it, as many as are shown; nobody if the sender is no member any more
   */
  record Repeated(Message message, List<Readers.Reader> readers) implements Sent {
    public Repeated {
      readers = List.copyOf(readers);
    }
  }
}
