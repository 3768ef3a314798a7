package dev.verbatim.chat;

/**
 * That something was not done, and why. Each reason is one of the outcomes that can end so. Nothing
 * was stored, but for {@link Unavailable}, which leaves that open.
 */
public sealed interface Refused {
  /** What keeps a write of a member's from being committed, whatever it is. */
  sealed interface NotTaken extends Refused, Corrected, MarkedRead {}

  /** The user may not, in the words that are right for one who stands so to the group. */
  sealed interface NoAccess extends NotTaken, Sent, History, Changed, Roster.Listed {}

  /** The user is not in the group, which is public. */
  record NotMember() implements NoAccess {}

  /** For the user there is no such group. */
  record NoGroup() implements NoAccess, Roster.Joined {}

  /** The group has no such message. */
  record NoMessage() implements Refused, MarkedRead, History, Corrected {}

  /** The user's role does not allow it, or it is about the owner or the user's own role. */
  record NotAllowed() implements Refused, Changed, Corrected {}

  /** The user it is about does not exist, or is not in the group. */
  record NoUser() implements Refused, Changed, Roster.Listed {}

  /** The owner cannot leave before somebody else is the owner. */
  record OwnerStays() implements Refused, Changed {}

  /** The content is empty or no Unicode. */
  record InvalidContent(String reason) implements Refused, Sent, Corrected {}

  /**
   * The content is too long once trimmed.
   *
   * @param lengthMax the most UTF-16 code units it can have
   */
  record TooLong(int lengthMax) implements Refused, Sent, Corrected {}

  /**
   * The sender is over the rate.
   *
   * @param retryAfterSeconds at least 1
   */
  record RateLimited(long retryAfterSeconds) implements Refused, Sent {}

  /** A field cannot be so. */
  record InvalidField(String field, String words) implements Refused, Groups.Created, Changed {}

  /** The group has {@link ChatSettings#membersPerGroupMax} members. */
  record GroupFull() implements Refused, Roster.Joined, Changed {}

  /**
   * The user concerned, who need not be the one who asks, is in as many groups as may be.
   *
   * @param groupsMax {@link ChatSettings#groupsPerUserMax}
   */
  record TooManyGroups(int groupsMax) implements Refused, Groups.Created, Roster.Joined, Changed {}

  /** The store cannot take or tell it now. It may have been done: to be asked again. */
  record Unavailable() implements NotTaken, Sent, Sessions.StatusChanged {}
}
