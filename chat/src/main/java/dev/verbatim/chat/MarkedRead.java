package dev.verbatim.chat;

import dev.verbatim.chat.model.ObjectId;
import java.time.Instant;
import java.util.List;

/** What became of marking messages of one group as read. */
public sealed interface MarkedRead permits MarkedRead.Read, Refused.NotTaken, Refused.NoMessage {
  /**
   * They are read for good.
   *
   * @param newlyRead those that were unread before and not the reader's own, in the order in which
   *     they were named
   * @param readAt when these were read
   */
  record Read(List<ObjectId> newlyRead, Instant readAt) implements MarkedRead {
    public Read {
      newlyRead = List.copyOf(newlyRead);
    }
  }
}
