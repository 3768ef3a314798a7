package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Changes of groups and messages from {@link Samples}, which all happen a minute later. */
public final class Changes {
  /** When everything happens. */
  public static final Instant LATER = Samples.NOW.plusSeconds(60);

  /** More readers than a test has. */
  public static final int READERS_MAX = 100;

  private Changes() {}

  /** A user's joining a group. */
  public static GroupChange.AddMember join(int group, int user) {
    return add(group, user, user);
  }

  /** A user's being added to a group as a plain member. */
  public static GroupChange.AddMember add(int group, int user, int by) {
    return add(group, user, Role.MEMBER, by);
  }

  /** A user's being added to a group. */
  public static GroupChange.AddMember add(int group, int user, Role role, int by) {
    return new GroupChange.AddMember(
        Samples.groupId(group), new Member(Samples.userId(user), role, LATER), Samples.userId(by));
  }

  /** A member's leaving a group. */
  public static GroupChange.RemoveMember leave(int group, int user) {
    return remove(group, user, user);
  }

  /** A member's being removed from a group. */
  public static GroupChange.RemoveMember remove(int group, int user, int by) {
    return new GroupChange.RemoveMember(
        Samples.groupId(group), Samples.userId(user), Samples.userId(by), LATER);
  }

  /** A member's getting a role. */
  public static GroupChange.ChangeRole role(int group, int user, Role role, int by) {
    return new GroupChange.ChangeRole(
        Samples.groupId(group), Samples.userId(user), role, Samples.userId(by), LATER);
  }

  /** A member's becoming the owner. */
  public static GroupChange.TransferOwnership transfer(int group, int user, int by) {
    return new GroupChange.TransferOwnership(
        Samples.groupId(group), Samples.userId(user), Samples.userId(by), LATER);
  }

  /** A group's getting other settings; null leaves each as it is. */
  public static GroupChange.ChangeSettings settings(
      int group,
      @Nullable String name,
      @Nullable String description,
      @Nullable Boolean isPrivate,
      int by) {
    return new GroupChange.ChangeSettings(
        Samples.groupId(group), Samples.userId(by), name, description, isPrivate, LATER);
  }

  /** A group's end. */
  public static GroupChange.CloseGroup close(int group, int by) {
    return new GroupChange.CloseGroup(Samples.groupId(group), Samples.userId(by), LATER);
  }

  /** A message's getting other content. */
  public static MessageChange.EditMessage edit(int id, int group, int by, String content) {
    return new MessageChange.EditMessage(
        Samples.id(id), Samples.groupId(group), Samples.userId(by), content, LATER, READERS_MAX);
  }

  /** A message's losing its content. */
  public static MessageChange.DeleteMessage delete(int id, int group, int by) {
    return new MessageChange.DeleteMessage(
        Samples.id(id), Samples.groupId(group), Samples.userId(by), LATER, READERS_MAX);
  }
}
