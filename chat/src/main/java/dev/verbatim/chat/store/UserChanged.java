package dev.verbatim.chat.store;

import dev.verbatim.chat.model.User;

/** What became of a {@link UserChange}. */
public sealed interface UserChanged {
  /**
   * It is done.
   *
   * @param user as it now is
   * @param isNew whether it was made just now
   */
  record Done(User user, boolean isNew) implements UserChanged {}

  /** Something newer was told before, or it is told again; nothing changed. */
  record Outdated() implements UserChanged {}
}
