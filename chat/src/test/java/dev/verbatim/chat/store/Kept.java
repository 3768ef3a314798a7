package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.User;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Values as a store keeps them: with their times cut to the millisecond. */
final class Kept {
  private Kept() {}

  static Instant kept(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS);
  }

  private static @Nullable Instant keptOrNull(@Nullable Instant instant) {
    return instant == null ? null : kept(instant);
  }

  static Member kept(Member member) {
    return new Member(member.userId(), member.role(), kept(member.joinedAt()));
  }

  static Group kept(Group group) {
    return new Group(
        group.id(),
        group.name(),
        group.description(),
        group.ownerId(),
        group.members().stream().map(Kept::kept).toList(),
        group.isPrivate(),
        group.isActive(),
        kept(group.createdAt()),
        kept(group.updatedAt()));
  }

  static Message kept(Message message) {
    return new Message(
        message.id(),
        message.groupId(),
        message.seq(),
        message.senderId(),
        message.content(),
        message.type(),
        message.isDeleted(),
        message.tempId(),
        keptOrNull(message.editedAt()),
        kept(message.createdAt()),
        kept(message.updatedAt()));
  }

  static User kept(User user) {
    return new User(
        user.id(),
        user.clerkId(),
        user.email(),
        user.firstName(),
        user.lastName(),
        user.username(),
        user.profileImageUrl(),
        user.isActive(),
        keptOrNull(user.lastSeen()),
        kept(user.createdAt()),
        kept(user.updatedAt()));
  }

  static Session kept(Session session) {
    return new Session(
        session.id(),
        session.userId(),
        session.socketId(),
        session.status(),
        kept(session.lastActivity()),
        session.deviceType(),
        kept(session.createdAt()),
        kept(session.updatedAt()));
  }
}
