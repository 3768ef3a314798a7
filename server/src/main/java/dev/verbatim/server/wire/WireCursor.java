package dev.verbatim.server.wire;

import dev.verbatim.chat.Cursor;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.Limits;
import org.jspecify.annotations.Nullable;

/** The places in a group's history that clients name. */
public final class WireCursor {
  private WireCursor() {}

  /** The place that a text names: 24 characters are an id, up to 15 digits a seq; null if none. */
  public static Cursor.@Nullable Place place(String text) {
    if (text.length() == ObjectId.HEX_LENGTH) {
      return ObjectId.isValid(text) ? new Cursor.Id(ObjectId.parse(text)) : null;
    }
    return isDigits(text) && text.length() <= Limits.SEQ_DIGITS_MAX
        ? new Cursor.Seq(Long.parseLong(text))
        : null;
  }

  private static boolean isDigits(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
