package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.model.ObjectId;
import java.util.HashMap;
import java.util.Map;

/**
 * The groups into which commits that failed may have put messages: these are told to nobody until
 * somebody asks for what is untold. For any thread.
 */
final class Offers {
  private final int groupsMax;
  private final Map<ObjectId, Long> firstSeqs = new HashMap<>();

  /**
   * None yet.
   *
   * @param groupsMax of more groups the messages are told before the next one in their group
   */
  Offers(int groupsMax) {
    this.groupsMax = groupsMax;
  }

  /** Adds groups, each with the seq from which on nothing was told. */
  synchronized void add(Map<ObjectId, Long> groups) {
    groups.forEach(
        (groupId, firstSeq) -> {
          if (firstSeqs.size() < groupsMax || firstSeqs.containsKey(groupId)) {
            firstSeqs.merge(groupId, firstSeq, Math::min);
          }
        });
  }

  /** All groups since the last call, each with the seq from which on nothing was told. */
  synchronized Map<ObjectId, Long> take() {
    Map<ObjectId, Long> taken = Map.copyOf(firstSeqs);
    firstSeqs.clear();
    return taken;
  }
}
