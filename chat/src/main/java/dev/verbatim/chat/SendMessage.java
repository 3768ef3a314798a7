package dev.verbatim.chat;

import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks to be sent.
 *
 * @param content as it came; {@link Messages#send} trims and checks it
 * @param type anything but {@link MessageType#SYSTEM}
 * @param tempId 1 to 128 UTF-16 code units, null for none
 */
public record SendMessage(
    ObjectId userId, ObjectId groupId, String content, MessageType type, @Nullable String tempId) {
  /** The most UTF-16 code units of a tempId. */
  public static final int TEMP_ID_LENGTH_MAX = 128;

  public SendMessage {
    if (type == MessageType.SYSTEM) {
      throw new IllegalArgumentException("Nobody sends system messages");
    }
    if (tempId != null && (tempId.isEmpty() || tempId.length() > TEMP_ID_LENGTH_MAX)) {
      throw new IllegalArgumentException("A tempId has 1 to 128 characters");
    }
  }
}
