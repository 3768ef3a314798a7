package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.model.ObjectId;
import java.util.HashMap;
import java.util.Map;

/**
 * The groups to which somebody here has begun to listen, until the writer knows of it. For any
 * thread.
 */
final class Listening {
  private final int groupsMax;
  private final Map<ObjectId, Long> newest = new HashMap<>();

  /**
   * None yet.
   *
   * @param groupsMax of more groups messages of others are told from the next one on that this
   *     process puts there
   */
  Listening(int groupsMax) {
    this.groupsMax = groupsMax;
  }

  /** Somebody has begun to listen, to a group that had grown so far. */
  synchronized void begin(ObjectId groupId, long newestSeq) {
    if (newest.size() < groupsMax || newest.containsKey(groupId)) {
      newest.merge(groupId, newestSeq, Math::max);
    }
  }

  /** All groups since the last call, and how far each had grown. */
  synchronized Map<ObjectId, Long> take() {
    if (newest.isEmpty()) {
      return Map.of();
    }
    Map<ObjectId, Long> taken = Map.copyOf(newest);
    newest.clear();
    return taken;
  }
}
