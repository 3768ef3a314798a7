package dev.verbatim.chat;

import dev.verbatim.chat.model.ObjectId;
import java.time.Instant;

/** What became of marking a message as read. */
public sealed interface MarkedRead {
  /** It was unread, and is read for good. */
  record Read(ObjectId messageId, Instant readAt) implements MarkedRead {}

  /** It was read before, or is the reader's own. */
  record AlreadyRead() implements MarkedRead {}

  /** The reader is not in the group, which is public. */
  record NotMember() implements MarkedRead {}

  /** For the reader there is no such group. */
  record NoGroup() implements MarkedRead {}

  /** The group has no such message. */
  record NoMessage() implements MarkedRead {}

  /** The store cannot take or tell it now. */
  record Unavailable() implements MarkedRead {}
}
