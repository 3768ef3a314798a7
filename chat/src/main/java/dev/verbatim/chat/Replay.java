package dev.verbatim.chat;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.Readers;
import java.util.List;

/** What somebody missed: all of it or nothing. */
public sealed interface Replay {
  /** Every message that was asked for, lowest seq first, as it now is. */
  record Complete(List<Message> messages, Readers readers) implements Replay {
    public Complete {
      messages = List.copyOf(messages);
    }
  }

  /** More than {@link ChatSettings#replayLimit} are missing. Both seqs belong to the gap. */
  record Gap(long fromSeq, long toSeq) implements Replay {}
}
