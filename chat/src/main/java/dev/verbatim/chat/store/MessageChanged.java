package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.Readers;
import java.util.List;

/** What became of a {@link MessageChange}. */
public sealed interface MessageChanged {
  /**
   * It is done.
   *
   * @param message as it now is
   * @param readers of it, at most as many as were asked for
   */
  record Done(Message message, List<Readers.Reader> readers) implements MessageChanged {
    public Done {
      readers = List.copyOf(readers);
    }
  }

  /** It was so already; nothing changed. */
  record Unchanged() implements MessageChanged {}

  /** The group has no such message, or it is deleted and cannot be edited any more. */
  record NoMessage() implements MessageChanged {}

  /** The one who wants it may not. */
  record NotAllowed() implements MessageChanged {}
}
