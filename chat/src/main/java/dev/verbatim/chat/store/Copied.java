package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A piece of another store, put into this one as it is there. What is there already stays, so that
 * a piece may be put again. Groups, readings and revocations are copied by the writes that make
 * them.
 */
public sealed interface Copied extends Write<Write.Done> {
  /**
   * A user and what stands beside it.
   *
   * @param user whose {@code isActive} is what others than the identity provider say
   * @param isBanned whether the identity provider bars it
   * @param isDeleted whether the identity provider has deleted it
   * @param toldAt as of when the identity provider told of it last, null for never
   */
  record Account(User user, boolean isBanned, boolean isDeleted, @Nullable Instant toldAt)
      implements Copied {}

  /** Messages of one group at the seqs they have, lowest first. */
  record Messages(ObjectId groupId, List<Message> messages) implements Copied {
    public Messages {
      messages = List.copyOf(messages);
    }
  }

  /**
   * The highest seqs that users have read or sent in a group; lower than known ones change nothing.
   */
  record LastReads(ObjectId groupId, Map<ObjectId, Long> seqs) implements Copied {
    public LastReads {
      seqs = Map.copyOf(seqs);
    }
  }
}
