package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.model.ObjectId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Groups of which was said that others have written into them, and in which nobody here has asked
 * yet what it is. If nobody does for a while, nobody here is in the group: what came then is not
 * owed to those who come later. For any thread.
 */
final class Offers {
  private final Map<ObjectId, Instant> offeredAt = new ConcurrentHashMap<>();
  private final Limits limits;
  private final InstantSource clock;

  Offers(Limits limits, InstantSource clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /** It is said that others have written into a group. */
  void offered(ObjectId groupId) {
    // Beyond the bound of what is known of groups there is nothing to forget.
    if (offeredAt.size() < limits.headsMax()) {
      offeredAt.putIfAbsent(groupId, clock.instant());
    }
  }

  /** What others have written into a group is told. */
  void taken(ObjectId groupId) {
    offeredAt.remove(groupId);
  }

  /** Whether nobody wants to know what others have written into a group; told once. */
  boolean isDeclined(ObjectId groupId) {
    Instant at = offeredAt.get(groupId);
    return at != null
        && !clock.instant().isBefore(at.plus(limits.owedFor()))
        && offeredAt.remove(groupId, at);
  }
}
