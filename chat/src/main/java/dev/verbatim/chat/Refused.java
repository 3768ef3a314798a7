package dev.verbatim.chat;

/**
 * That something was not done, and why. Each reason is one of the outcomes that can end so. Nothing
 * was stored, but for {@link Unavailable}, which leaves that open.
 */
public sealed interface Refused {
  /** The user may not, in the words that are right for one who stands so to the group. */
  sealed interface NoAccess extends Refused, Sent, MarkedRead, History {}

  /** The user is not in the group, which is public. */
  record NotMember() implements NoAccess {}

  /** For the user there is no such group. */
  record NoGroup() implements NoAccess, Groups.Joined {}

  /** The group has no such message. */
  record NoMessage() implements Refused, MarkedRead, History {}

  /** The content is empty or no Unicode. */
  record InvalidContent(String reason) implements Refused, Sent {}

  /**
   * The content is too long once trimmed.
   *
   * @param lengthMax the most UTF-16 code units it can have
   */
  record TooLong(int lengthMax) implements Refused, Sent {}

  /**
   * The sender is over the rate.
   *
   * @param retryAfterSeconds at least 1
   */
  record RateLimited(long retryAfterSeconds) implements Refused, Sent {}

  /** A field cannot be so. */
  record InvalidField(String field, String words) implements Refused, Groups.Created {}

  /** The group has {@link ChatSettings#membersPerGroupMax} members. */
  record GroupFull() implements Refused, Groups.Joined {}

  /** The user is in {@link ChatSettings#groupsPerUserMax} groups. */
  record TooManyGroups() implements Refused, Groups.Created, Groups.Joined {}

  /** The store cannot take or tell it now. It may have been done: to be asked again. */
  record Unavailable() implements Refused, Sent, MarkedRead {}
}
