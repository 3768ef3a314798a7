package dev.verbatim.chat.store;

import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values for tests of stores. Those of the same number are equal; ids are in the order of their
 * numbers, and have their high bits set.
 */
public final class Samples {
  /** When everything happens. */
  public static final Instant NOW = Instant.parse("2026-05-25T16:17:59.123Z");

  /**
   * With what each text begins that is said where it does not matter what. No log may have it, for
   * which all that tests print is searched ({@code conformance/check-output.mjs}).
   */
  public static final String SAID = "what nobody else shall read";

  private Samples() {}

  /** A user's id. */
  public static ObjectId userId(int number) {
    return new ObjectId(0xf0f0_f0f0_8080_8000L, 0x8100_0000 + number);
  }

  /** A group's id. */
  public static ObjectId groupId(int number) {
    return new ObjectId(0xf0f0_f0f0_8080_8000L, 0x8200_0000 + number);
  }

  /** A message's or a session's id. */
  public static ObjectId id(int number) {
    return new ObjectId(0xf0f0_f0f0_8080_8000L, 0x8300_0000 + number);
  }

  /** A user with every optional field. */
  public static User user(int number) {
    return new User(
        userId(number),
        "user_" + number,
        "user" + number + "@example.com",
        "First" + number,
        "Last" + number,
        "name" + number,
        "https://example.com/" + number + ".png",
        true,
        NOW.minusSeconds(60),
        NOW.minusSeconds(600),
        NOW.minusSeconds(30));
  }

  /** A user who is barred, and without any optional field. */
  public static User barredUser(int number) {
    User user = user(number);
    return new User(
        user.id(),
        user.clerkId(),
        user.email(),
        user.firstName(),
        user.lastName(),
        null,
        null,
        /* isActive= */ false,
        null,
        user.createdAt(),
        user.updatedAt());
  }

  /** A write that no store takes once there is user 1: its id is another user's already. */
  public static Write.PutUser refused() {
    User other = user(0);
    return new Write.PutUser(
        new User(
            userId(1),
            other.clerkId(),
            other.email(),
            other.firstName(),
            other.lastName(),
            null,
            null,
            true,
            null,
            other.createdAt(),
            other.updatedAt()));
  }

  /** A public group owned by its first member; the others are plain members. */
  public static Group group(int number, int... users) {
    return group(number, false, true, users);
  }

  /** A group owned by its first member. */
  public static Group group(int number, boolean isPrivate, boolean isActive, int... users) {
    List<Member> members = new ArrayList<>();
    for (int user : users) {
      members.add(member(user, members.isEmpty() ? Role.OWNER : Role.MEMBER));
    }
    return new Group(
        groupId(number),
        "Group " + number,
        "About " + number,
        userId(users[0]),
        members,
        isPrivate,
        isActive,
        NOW.minusSeconds(500),
        NOW.minusSeconds(400));
  }

  /** A member who joined now. */
  public static Member member(int user, Role role) {
    return new Member(userId(user), role, NOW);
  }

  /** A text of this group's from this user. */
  public static Write.AppendMessage append(
      int id, int group, int sender, @Nullable String tempId, String content) {
    return new Write.AppendMessage(
        id(id),
        groupId(group),
        userId(sender),
        content,
        MessageType.TEXT,
        tempId,
        NOW,
        Changes.READERS_MAX);
  }

  /** What this user has sent by this name in this group. */
  public static Write.FindSent findSent(int group, int sender, String tempId) {
    return new Write.FindSent(groupId(group), userId(sender), tempId, Changes.READERS_MAX);
  }

  /** A short text of this group's from this user, without a tempId. */
  public static Write.AppendMessage append(int id, int group, int sender) {
    return append(id, group, sender, null, SAID + " " + id);
  }

  /** A user's having read these messages now. */
  public static Write.MarkRead markRead(int group, int user, int... ids) {
    return new Write.MarkRead(
        groupId(group), userId(user), Arrays.stream(ids).mapToObj(Samples::id).toList(), NOW);
  }

  /** A user's write that only members of a group may make. */
  public static <R> Write.IfMember<R> ifMember(int group, int user, Write<R> write) {
    return new Write.IfMember<>(userId(user), groupId(group), write);
  }

  /** A user's session, last active at this time. */
  public static Session session(int id, int user, Instant lastActivity) {
    return new Session(
        id(id),
        userId(user),
        "socket-" + id,
        Status.ONLINE,
        lastActivity,
        DeviceType.WEB,
        NOW.minusSeconds(10),
        NOW);
  }
}
