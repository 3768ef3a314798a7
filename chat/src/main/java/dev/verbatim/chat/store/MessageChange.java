package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change to a message that is there. Whether it may be made is decided at its place in the commit
 * order, by the rules that stand here.
 *
 * <p>A store looks for the message in the group, which has to be active, and for the role of the
 * one who wants it, asks {@link #obstacle}, and if there is none keeps what {@link #appliedTo}
 * makes of the message.
 */
public sealed interface MessageChange extends Write<MessageChanged> {
  ObjectId messageId();

  /** The group in which it has to be. */
  ObjectId groupId();

  /** Who wants it. */
  ObjectId byId();

  /** When; the message's {@code updatedAt} from then on. */
  Instant at();

  /** How many of the message's readers the outcome tells. */
  int readersMax();

  /**
   * What keeps this from being done, or makes it needless; null if nothing does.
   *
   * @param message as it is
   * @param by the role of {@link #byId} in the group, null for one who is not in it
   */
  @Nullable MessageChanged obstacle(Message message, @Nullable Role by);

  /** The message with this done, and changed at this time. */
  Message appliedTo(Message message);

  /**
   * Replaces the content, which the author alone may.
   *
   * @param content trimmed and checked
   */
  record EditMessage(
      ObjectId messageId,
      ObjectId groupId,
      ObjectId byId,
      String content,
      Instant at,
      int readersMax)
      implements MessageChange {
    @Override
    public @Nullable MessageChanged obstacle(Message message, @Nullable Role by) {
      if (by == null || !message.senderId().equals(byId)) {
        return new MessageChanged.NotAllowed();
      }
      return message.isDeleted() ? new MessageChanged.NoMessage() : null;
    }

    @Override
    public Message appliedTo(Message message) {
      return changed(message, content, message.isDeleted(), at, at);
    }
  }

  /** Takes the content away for good, which the author, admins and the owner may. */
  record DeleteMessage(
      ObjectId messageId, ObjectId groupId, ObjectId byId, Instant at, int readersMax)
      implements MessageChange {
    @Override
    public @Nullable MessageChanged obstacle(Message message, @Nullable Role by) {
      boolean isAllowed =
          switch (by) {
            case OWNER, ADMIN -> true;
            case MEMBER -> message.senderId().equals(byId);
            case null -> false;
          };
      if (!isAllowed) {
        return new MessageChanged.NotAllowed();
      }
      return message.isDeleted() ? new MessageChanged.Unchanged() : null;
    }

    @Override
    public Message appliedTo(Message message) {
      return changed(message, "", /* isDeleted= */ true, message.editedAt(), at);
    }
  }

  private static Message changed(
      Message message,
      String content,
      boolean isDeleted,
      @Nullable Instant editedAt,
      Instant updatedAt) {
    return new Message(
        message.id(),
        message.groupId(),
        message.seq(),
        message.senderId(),
        content,
        message.type(),
        isDeleted,
        message.tempId(),
        editedAt,
        message.createdAt(),
        updatedAt);
  }
}
