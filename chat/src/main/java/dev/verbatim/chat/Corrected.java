package dev.verbatim.chat;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.Readers;
import java.util.List;

/** What became of editing or deleting a message. */
public sealed interface Corrected
    permits Corrected.Done,
        Corrected.Unchanged,
        Refused.NotTaken,
        Refused.NoMessage,
        Refused.NotAllowed,
        Refused.InvalidContent,
        Refused.TooLong {
  /**
   * It is so for good, and news to the group.
   *
   * @param message as it now is
   * @param readers of it, as many as are shown
   */
  record Done(Message message, List<Readers.Reader> readers) implements Corrected {
    public Done {
      readers = List.copyOf(readers);
    }
  }

  /** It was so already. Nobody is told again. */
  record Unchanged() implements Corrected {}
}
