package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.model.ObjectId;
import java.util.HashSet;
import java.util.Set;

/**
 * The groups into which messages came of which nobody has been told: those of commits that failed,
 * and late ones. They wait until somebody asks for what is untold. For any thread.
 */
final class Offers {
  private final int groupsMax;
  private final Set<ObjectId> groupIds = new HashSet<>();

  /**
   * None yet.
   *
   * @param groupsMax of more groups the messages are told before the next one in their group
   */
  Offers(int groupsMax) {
    this.groupsMax = groupsMax;
  }

  synchronized void add(ObjectId groupId) {
    if (groupIds.size() < groupsMax) {
      groupIds.add(groupId);
    }
  }

  /** All groups since the last call. */
  synchronized Set<ObjectId> take() {
    Set<ObjectId> taken = Set.copyOf(groupIds);
    groupIds.clear();
    return taken;
  }
}
