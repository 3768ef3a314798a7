package dev.verbatim.chat.model;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who has read some of a group's messages, at one moment: a few readers of each. Immutable. */
public final class Readers {
  /** Nobody has read anything. */
  public static final Readers NOBODY = new Readers(Map.of());

  private final Map<Long, List<Reader>> bySeq;

  /** The readers of messages by their seqs; a message without readers may be left out. */
  public Readers(Map<Long, List<Reader>> bySeq) {
    Map<Long, List<Reader>> copy = HashMap.newHashMap(bySeq.size());
    bySeq.forEach((seq, readers) -> copy.put(seq, List.copyOf(readers)));
    this.bySeq = copy;
  }

  /**
   * Somebody who has read a message.
   *
   * @param readAt when, or when the same member read another of the group's messages later
   */
  public record Reader(ObjectId userId, Instant readAt) {}

  /** Who has read this message of the group; nobody if it was not asked for. */
  public List<Reader> of(Message message) {
    return bySeq.getOrDefault(message.seq(), List.of());
  }
}
