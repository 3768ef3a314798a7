package dev.verbatim.server.socket;

import dev.verbatim.chat.SendMessage;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.wire.ErrorDetails;
import org.jspecify.annotations.Nullable;

/** What failures of events are about, as far as a payload says it legibly. */
final class Subjects {
  private Subjects() {}

  static ErrorDetails group(Payload payload) {
    return ErrorDetails.ofGroup(id(payload, Field.GROUP_ID));
  }

  static ErrorDetails sent(Payload payload) {
    String tempId = payload.string(Field.TEMP_ID);
    return ErrorDetails.ofSend(
        id(payload, Field.GROUP_ID),
        tempId != null && SendMessage.isTempId(tempId) ? tempId : null);
  }

  static ErrorDetails message(Payload payload) {
    return ErrorDetails.ofMessage(id(payload, Field.GROUP_ID), id(payload, Field.MESSAGE_ID));
  }

  private static @Nullable String id(Payload payload, Field field) {
    String id = payload.string(field);
    return id != null && ObjectId.isValid(id) ? id : null;
  }
}
