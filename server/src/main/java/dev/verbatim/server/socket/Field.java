package dev.verbatim.server.socket;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields that a client's payload may hold; all others are passed over unread. */
enum Field {
  TOKEN("token"),
  GROUP_ID("groupId"),
  LAST_SEQ("lastSeq"),
  CONTENT("content"),
  TYPE("type"),
  TEMP_ID("tempId"),
  MESSAGE_ID("messageId"),
  MESSAGE_IDS("messageIds"),
  BEFORE("before"),
  AFTER("after"),
  LIMIT("limit"),
  STATUS("status");

  private static final Map<String, Field> BY_NAME = new HashMap<>();

  static {
    for (Field field : values()) {
      BY_NAME.put(field.wireName, field);
    }
  }

  private final String wireName;

  Field(String wireName) {
    this.wireName = wireName;
  }

  String wireName() {
    return wireName;
  }

  static @Nullable Field of(String wireName) {
    return BY_NAME.get(wireName);
  }
}
