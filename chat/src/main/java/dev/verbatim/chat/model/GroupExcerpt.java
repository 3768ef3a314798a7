package dev.verbatim.chat.model;

/**
 * A group of which only the first members are told, for whoever needs no more.
 *
 * @param group with its first members, or none
 * @param memberCount how many it has in all
 */
public record GroupExcerpt(Group group, int memberCount) {
  /** The first members of a group that is known whole. */
  public static GroupExcerpt of(Group group, int membersMax) {
    int count = group.members().size();
    return new GroupExcerpt(
        count <= membersMax
            ? group
            : group.with(Members.copyOf(group.members().subList(0, membersMax)), group.updatedAt()),
        count);
  }
}
