package dev.verbatim.chat;

import dev.verbatim.chat.store.GroupChanged;

/** What became of a change of a group. */
public sealed interface Changed
    permits Changed.Done,
        Refused.NoAccess,
        Refused.NotAllowed,
        Refused.NoUser,
        Refused.OwnerStays,
        Refused.InvalidField,
        Refused.GroupFull,
        Refused.TooManyGroups {
  /** It is so, for good. */
  record Done() implements Changed {}

  /** What became of it in the store, in the words of those who ask. */
  static Changed of(GroupChanged outcome) {
    return switch (outcome) {
      case GroupChanged.Done _, GroupChanged.Unchanged _ -> new Done();
      case GroupChanged.NoGroup _ -> new Refused.NoGroup();
      case GroupChanged.NotMember _ -> new Refused.NotMember();
      case GroupChanged.NotAllowed _ -> new Refused.NotAllowed();
      case GroupChanged.NoMember _ -> new Refused.NoUser();
      case GroupChanged.OwnerStays _ -> new Refused.OwnerStays();
    };
  }
}
