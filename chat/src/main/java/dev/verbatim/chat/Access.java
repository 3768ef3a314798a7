package dev.verbatim.chat;

import dev.verbatim.chat.model.Role;
import org.jspecify.annotations.Nullable;

/** How a user stands to a group. */
public sealed interface Access {
  /**
   * In it.
   *
   * @param isPrivate whether the group is hidden from those who are not
   */
  record Member(Role role, boolean isPrivate) implements Access {}

  /** Not in it, but the group is public. */
  record Outsider() implements Access {}

  /** For this user there is no such group: it is unknown, closed, or private to others. */
  record Hidden() implements Access {}

  /**
   * How a user with this role stands to an active group.
   *
   * @param role null for one who is not in it
   */
  static Access of(@Nullable Role role, boolean isPrivate) {
    if (role != null) {
      return new Member(role, isPrivate);
    }
    return isPrivate ? new Hidden() : new Outsider();
  }

  /** Why the user may not do what members may; null for a member. */
  default Refused.@Nullable NoAccess refused() {
    return switch (this) {
      case Member _ -> null;
      case Outsider _ -> new Refused.NotMember();
      case Hidden _ -> new Refused.NoGroup();
    };
  }
}
