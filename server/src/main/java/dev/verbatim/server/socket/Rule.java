package dev.verbatim.server.socket;

import dev.verbatim.chat.SendMessage;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.WireCursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one field of an event must be.
 *
 * @param required whether it may be absent
 */
record Rule(Field field, Kind kind, boolean required) {
  /** The shapes of fields. */
  enum Kind {
    /** 24 lower-case hex digits. */
    ID,
    /** Any string. */
    STRING,
    /** What {@link SendMessage#isTempId} knows. */
    TEMP_ID,
    /** {@code text}, {@code image} or {@code file}; {@code system} is the server's own. */
    CLIENT_TYPE,
    /** {@code online} or {@code away}; only the server sets {@code offline}. */
    CLIENT_STATUS,
    /** An integer from 0. */
    SEQ,
    /** An array of at most {@link Limits#MESSAGE_IDS_MAX} ids. */
    IDS,
    /** What {@link WireCursor} knows, or an integer from 0. */
    CURSOR,
    /** An integer from 1. */
    COUNT
  }

  static Rule required(Field field, Kind kind) {
    return new Rule(field, kind, true);
  }

  static Rule optional(Field field, Kind kind) {
    return new Rule(field, kind, false);
  }

  /** What is wrong with the field, for people; null if nothing is. */
  @Nullable String violation(Payload payload) {
    if (!payload.has(field)) {
      return required ? field.wireName() + " is required" : null;
    }
    String text = payload.string(field);
    Long number = payload.integer(field);
    return switch (kind) {
      case ID ->
          text != null && ObjectId.isValid(text)
              ? null
              : field.wireName() + " must be an id of 24 lower-case hex digits";
      case STRING -> text != null ? null : field.wireName() + " must be a string";
      case TEMP_ID ->
          text != null && SendMessage.isTempId(text)
              ? null
              : field.wireName()
                  + " must be a string of 1 to "
                  + SendMessage.TEMP_ID_LENGTH_MAX
                  + " characters of Unicode";
      case CLIENT_TYPE ->
          "text".equals(text) || "image".equals(text) || "file".equals(text)
              ? null
              : field.wireName() + " must be text, image or file";
      case CLIENT_STATUS ->
          "online".equals(text) || "away".equals(text)
              ? null
              : field.wireName() + " must be online or away";
      case SEQ ->
          number != null && number >= 0
              ? null
              : field.wireName() + " must be an integer of 0 or more";
      case IDS -> {
        List<String> texts = payload.strings(field);
        yield texts != null
                && texts.size() <= Limits.MESSAGE_IDS_MAX
                && texts.stream().allMatch(ObjectId::isValid)
            ? null
            : field.wireName()
                + " must be an array of at most "
                + Limits.MESSAGE_IDS_MAX
                + " ids of 24 lower-case hex digits";
      }
      case CURSOR ->
          (text != null && WireCursor.place(text) != null)
                  || (number != null && number >= 0 && number <= Limits.SEQ_MAX)
              ? null
              : field.wireName() + " must be the id or the seq of a message";
      case COUNT ->
          number != null && number > 0 ? null : field.wireName() + " must be an integer above 0";
    };
  }
}
