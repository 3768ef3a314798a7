package dev.verbatim.chat;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.ReadState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Who has read what of one group, at one moment. Immutable. */
public final class Readers {
  /** Nobody has read anything. */
  public static final Readers NOBODY = new Readers(Map.of(), 0);

  private final Map<ObjectId, ReadState> states;
  private final int max;

  Readers(Map<ObjectId, ReadState> states, int max) {
    this.states = states;
    this.max = max;
  }

  /** Somebody who has read a message. */
  public record Reader(ObjectId userId, Instant readAt) {}

  /**
   * Who has read a message of the group, its sender aside: the first {@link
   * ChatSettings#readersShownMax}, the oldest member first. {@code readAt} may be that of a later
   * reading by the same member.
   */
  public List<Reader> of(Message message) {
    List<Reader> readers = new ArrayList<>();
    for (Map.Entry<ObjectId, ReadState> each : states.entrySet()) {
      if (readers.size() == max) {
        break;
      }
      ReadState state = each.getValue();
      if (state.read().contains(message.seq()) && !each.getKey().equals(message.senderId())) {
        Instant readAt = Objects.requireNonNullElse(state.readAt(), message.createdAt());
        readers.add(new Reader(each.getKey(), readAt));
      }
    }
    return readers;
  }
}
