package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.GroupExcerpt;
import dev.verbatim.chat.store.GroupStore.Standing;

/**
 * A group as one of its members sees it.
 *
 * @param excerpt the group, with as many of its members as were asked for
 */
public record Membership(GroupExcerpt excerpt, Standing standing) {
  /** The group, with as many of its members as were asked for. */
  public Group group() {
    return excerpt.group();
  }

  /** How many members the group has, this one included. */
  public int memberCount() {
    return excerpt.memberCount();
  }
}
