package dev.verbatim.chat;

import dev.verbatim.chat.model.ObjectId;
import java.time.Instant;

/** What became of marking a message as read. */
public sealed interface MarkedRead
    permits MarkedRead.Read,
        MarkedRead.AlreadyRead,
        Refused.NoAccess,
        Refused.NoMessage,
        Refused.Unavailable {
  /** It was unread, and is read for good. */
  record Read(ObjectId messageId, Instant readAt) implements MarkedRead {}

  /** It was read before, or is the reader's own. */
  record AlreadyRead() implements MarkedRead {}
}
