package dev.verbatim.chat;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.Readers;
import java.util.List;

/** What there is to read of a group. */
public sealed interface History permits History.Page, Refused.NoAccess, Refused.NoMessage {
  /**
   * A page.
   *
   * @param messages lowest seq first
   * @param hasMore whether there are more in the direction of the cursor; for the newest page,
   *     before it
   */
  record Page(List<Message> messages, Readers readers, boolean hasMore) implements History {
    public Page {
      messages = List.copyOf(messages);
    }
  }
}
