package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What another writer has made of a group, as far as it is seen by reading the group again.
 *
 * @param before as it was known
 * @param now as it is; inactive as well if it is not there any more
 * @param seated the members who are here and were not shown to be members
 */
record GroupDifference(Group before, Group now, Set<ObjectId> seated) {

  /** Whether everybody who was in the group is out of it, for it is closed. */
  boolean isClosed() {
    return before.isActive() && !now.isActive();
  }

  /** Who became a member, or is one without having been shown as one. */
  List<Member> added() {
    if (!now.isActive()) {
      return List.of();
    }
    Map<ObjectId, Role> known = roles(before);
    return now.members().stream()
        .filter(member -> seated.contains(member.userId()) || !known.containsKey(member.userId()))
        .toList();
  }

  /** Who is no member any more. */
  List<ObjectId> removed() {
    if (!now.isActive()) {
      return List.of();
    }
    Map<ObjectId, Role> left = roles(now);
    return before.members().stream()
        .map(Member::userId)
        .filter(userId -> !left.containsKey(userId))
        .toList();
  }

  /** Whether the name, the description, the privacy, the owner or somebody's role is another. */
  boolean isChanged() {
    return now.isActive()
        && (!before.name().equals(now.name())
            || !Objects.equals(before.description(), now.description())
            || before.isPrivate() != now.isPrivate()
            || !before.ownerId().equals(now.ownerId())
            || !concerned().isEmpty());
  }

  /** Those who were and are members, and have another role. */
  Set<ObjectId> concerned() {
    Map<ObjectId, Role> known = roles(before);
    Set<ObjectId> concerned = new HashSet<>();
    for (Member member : now.members()) {
      Role role = known.get(member.userId());
      if (role != null && role != member.role()) {
        concerned.add(member.userId());
      }
    }
    return concerned;
  }

  private static Map<ObjectId, Role> roles(Group group) {
    Map<ObjectId, Role> roles = HashMap.newHashMap(group.members().size());
    for (Member member : group.members()) {
      roles.put(member.userId(), member.role());
    }
    return roles;
  }
}
