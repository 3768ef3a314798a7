package dev.verbatim.chat;

import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks to be sent.
 *
 * @param content as it came, null if that is no string; {@link Messages#send} trims and checks it
 * @param type anything but {@link MessageType#SYSTEM}
 * @param tempId one that {@link #isTempId} knows, null for none
 */
public record SendMessage(
    ObjectId userId,
    ObjectId groupId,
    @Nullable String content,
    MessageType type,
    @Nullable String tempId) {
  /** The most UTF-16 code units of a tempId. */
  public static final int TEMP_ID_LENGTH_MAX = 128;

  public SendMessage {
    if (type == MessageType.SYSTEM) {
      throw new IllegalArgumentException("Nobody sends system messages");
    }
    if (tempId != null && !isTempId(tempId)) {
      throw new IllegalArgumentException("A tempId is 1 to 128 characters of Unicode");
    }
  }

  /**
   * Whether a text can be a tempId: 1 to {@link #TEMP_ID_LENGTH_MAX} UTF-16 code units without an
   * unpaired surrogate. Such a text has no UTF-8, and a store would keep several of them as one.
   */
  public static boolean isTempId(String text) {
    return !text.isEmpty()
        && text.length() <= TEMP_ID_LENGTH_MAX
        && !Content.hasUnpairedSurrogate(text);
  }
}
