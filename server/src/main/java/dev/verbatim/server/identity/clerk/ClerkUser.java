package dev.verbatim.server.identity.clerk;

import dev.verbatim.chat.Users.NewUser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A user as Clerk's Backend API and its webhooks tell of one.
 *
 * @param isBanned whether it may sign in no more; {@code locked} alone bars nobody
 * @param updatedAt by Clerk's clock: what it told of an earlier time is over
 */
record ClerkUser(NewUser profile, boolean isBanned, Instant updatedAt) {
  /** Longer texts do not count: names, addresses and ids are shorter. */
  private static final int CHARS_MAX = 1_024;

  /** The latest time that counts, in milliseconds: some 30,000 years from now. */
  private static final long MILLIS_MAX = 1L << 50;

  /** Null if it is no user. */
  static @Nullable ClerkUser of(JsonNode user) {
    String id = id(user);
    JsonNode updatedAt = user.path("updated_at");
    if (id == null
        || !updatedAt.isIntegralNumber()
        || !updatedAt.canConvertToLong()
        || updatedAt.asLong() < 0
        || updatedAt.asLong() > MILLIS_MAX) {
      return null;
    }
    return new ClerkUser(
        new NewUser(
            id,
            email(user),
            textOrEmpty(user, "first_name"),
            textOrEmpty(user, "last_name"),
            text(user, "username"),
            text(user, "image_url")),
        user.path("banned").asBoolean(false),
        Instant.ofEpochMilli(updatedAt.asLong()));
  }

  /** The id of a user or of a session; null if there is none. */
  static @Nullable String id(JsonNode object) {
    return text(object, "id");
  }

  /** The primary address, or else the first. */
  private static String email(JsonNode user) {
    String primaryId = text(user, "primary_email_address_id");
    String first = "";
    for (JsonNode address : user.path("email_addresses").values()) {
      String email = textOrEmpty(address, "email_address");
      if (primaryId != null && primaryId.equals(text(address, "id"))) {
        return email;
      }
      first = first.isEmpty() ? email : first;
    }
    return first;
  }

  private static String textOrEmpty(JsonNode object, String field) {
    String text = text(object, field);
    return text == null ? "" : text;
  }

  /** The string in a field; null if there is none, it is empty, too long or cannot be encoded. */
  private static @Nullable String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isString()) {
      return null;
    }
    String text = value.stringValue();
    return text.isEmpty()
            || text.length() > CHARS_MAX
            || !StandardCharsets.UTF_8.newEncoder().canEncode(text)
        ? null
        : text;
  }
}
