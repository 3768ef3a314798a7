package dev.verbatim.chat.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group and its members, in the order in which they joined.
 *
 * @param isPrivate a private group does not exist for those outside it
 * @param isActive a closed group does not exist for anybody
 */
public record Group(
    ObjectId id,
    String name,
    @Nullable String description,
    ObjectId ownerId,
    List<Member> members,
    boolean isPrivate,
    boolean isActive,
    Instant createdAt,
    Instant updatedAt) {
  public Group {
    members = Members.copyOf(members);
  }

  /** This group with other members. */
  public Group with(Members others, Instant changedAt) {
    return new Group(
        id, name, description, ownerId, others, isPrivate, isActive, createdAt, changedAt);
  }

  /** This group, closed. */
  public Group closed() {
    return new Group(
        id, name, description, ownerId, members, isPrivate, false, createdAt, updatedAt);
  }
}
