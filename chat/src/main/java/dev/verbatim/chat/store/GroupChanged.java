package dev.verbatim.chat.store;

/** What became of a {@link GroupChange}. It is told without the group, however large that is. */
public sealed interface GroupChanged {
  /** It is done. */
  record Done() implements GroupChanged {}

  /** It was so already; nothing changed. */
  record Unchanged() implements GroupChanged {}

  /** For the one who wants it there is no such group, or it is closed. */
  record NoGroup() implements GroupChanged {}

  /** The one who wants it is not in the group, which is public. */
  record NotMember() implements GroupChanged {}

  /** The role of the one who wants it does not allow it, or it is about the owner or oneself. */
  record NotAllowed() implements GroupChanged {}

  /** The one it is about is no user, or not in the group. */
  record NoMember() implements GroupChanged {}

  /** The owner cannot leave. */
  record OwnerStays() implements GroupChanged {}
}
