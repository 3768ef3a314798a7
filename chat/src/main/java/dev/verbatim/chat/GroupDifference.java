package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What another writer has made of a group, as far as it is seen by reading the group again.
 *
 * @param before as it was known, null if it was not
 * @param now as it is, null if it is closed or not there
 * @param seated the members who are here and did not know that they are members
 */
record GroupDifference(@Nullable Group before, @Nullable Group now, Set<ObjectId> seated) {

  /** Whether everybody who was in the group is out of it, for it is closed. */
  boolean isClosed() {
    return now == null && before != null && before.isActive();
  }

  /** Who became a member: of a group that was not known, those who are here. */
  List<Member> added() {
    if (now == null) {
      return List.of();
    }
    Map<ObjectId, Role> known = before == null ? Map.of() : roles(before);
    return now.members().stream()
        .filter(
            member ->
                seated.contains(member.userId())
                    || (before != null && !known.containsKey(member.userId())))
        .toList();
  }

  /** Who is no member any more. */
  List<ObjectId> removed() {
    if (now == null || before == null) {
      return List.of();
    }
    Map<ObjectId, Role> left = roles(now);
    List<ObjectId> removed = new ArrayList<>();
    for (Member member : before.members()) {
      if (!left.containsKey(member.userId())) {
        removed.add(member.userId());
      }
    }
    return removed;
  }

  /** Whether the name, the description, the privacy, the owner or somebody's role is another. */
  boolean isChanged() {
    return now != null
        && before != null
        && (!before.name().equals(now.name())
            || !Objects.equals(before.description(), now.description())
            || before.isPrivate() != now.isPrivate()
            || !before.ownerId().equals(now.ownerId())
            || !concerned().isEmpty());
  }

  /** Those who were and are members, and have another role. */
  Set<ObjectId> concerned() {
    if (now == null || before == null) {
      return Set.of();
    }
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
