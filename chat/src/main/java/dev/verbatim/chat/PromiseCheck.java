package dev.verbatim.chat;

import dev.verbatim.chat.BrokenPromises.Kind;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is wrong with a group or a page of its messages, by words that stay the same while messages
 * come. Pure.
 *
 * @param isShared whether others write to the store
 */
record PromiseCheck(boolean isShared) {
  /** What is wrong with a group and its members. */
  Map<String, Kind> findings(Group group) {
    Map<String, Kind> found = new LinkedHashMap<>();
    Set<ObjectId> userIds = new HashSet<>();
    int owners = 0;
    boolean isNamed = false;
    for (Member member : group.members()) {
      if (!userIds.add(member.userId())) {
        found.put(
            "user %s is in group %s more than once".formatted(member.userId(), group.id()),
            Kind.DUPLICATE);
      }
      if (member.role() == Role.OWNER) {
        owners++;
        isNamed |= member.userId().equals(group.ownerId());
      }
    }
    if (hasOwner(group) && (owners != 1 || !isNamed)) {
      found.put(
          "group %s has %d owners among its members, and names %s"
              .formatted(group.id(), owners, isNamed ? "one of them" : "another"),
          Kind.OWNER);
    }
    return found;
  }

  /** Whether a group is to have an owner. */
  private boolean hasOwner(Group group) {
    // Everybody in a closed group may have gone, and others may make a group before its members.
    return group.isActive() && !(isShared && group.members().isEmpty());
  }

  /**
   * What is wrong with a page of messages.
   *
   * @param first the seq that it should begin with
   * @param count how many messages it should have
   */
  Map<String, Kind> findings(ObjectId groupId, List<Message> page, long first, long count) {
    Map<String, Kind> found = new LinkedHashMap<>();
    Set<ObjectId> ids = new HashSet<>();
    Set<String> sendings = new HashSet<>();
    long seq = first - 1;
    for (Message message : page) {
      if (message.seq() <= seq) {
        found.put(
            "group %s has seq %d more than once, or not in its place"
                .formatted(groupId, message.seq()),
            Kind.ORDER);
      } else if (message.seq() != seq + 1) {
        found.put(
            "group %s has no seqs %d to %d".formatted(groupId, seq + 1, message.seq() - 1),
            Kind.ORDER);
      }
      seq = message.seq();
      if (!ids.add(message.id())) {
        found.put("message %s is there more than once".formatted(message.id()), Kind.DUPLICATE);
      }
      // What another service calls tempId is no name of ours.
      if (!isShared
          && message.tempId() != null
          && !sendings.add(message.senderId() + " " + message.tempId())) {
        found.put(
            "message %s has the tempId of another of its sender's".formatted(message.id()),
            Kind.DUPLICATE);
      }
    }
    if (found.isEmpty() && page.size() < count) {
      found.put("group %s has no seq %d".formatted(groupId, seq + 1), Kind.ORDER);
    }
    return found;
  }
}
