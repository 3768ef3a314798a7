package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Role;
import org.jspecify.annotations.Nullable;

/** How a user stands to a group. */
public sealed interface Access {
  /** In it. */
  record Member(Group group, Role role) implements Access {}

  /** Not in it, but the group is public. */
  record Outsider(Group group) implements Access {}

  /** For this user there is no such group: it is unknown, closed, or private to others. */
  record Hidden() implements Access {}

  /** Why the user may not do what members may; null for a member. */
  default Refused.@Nullable NoAccess refused() {
    return switch (this) {
      case Member _ -> null;
      case Outsider _ -> new Refused.NotMember();
      case Hidden _ -> new Refused.NoGroup();
    };
  }
}
