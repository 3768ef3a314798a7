package dev.verbatim.server.identity.clerk;

import org.jspecify.annotations.Nullable;

/** What Clerk says, in its own shapes. */
public final class ClerkEvents {
  private ClerkEvents() {}

  /** A user, as the Backend API and webhooks show it. */
  public static String user(String id, String firstName, boolean isBanned, long updatedAtMillis) {
    return user(
        id,
        "\"" + firstName + "\"",
        "\"idn_2\"",
        "{\"id\":\"idn_1\",\"email_address\":\"first@example.com\",\"verification\":null},"
            + "{\"id\":\"idn_2\",\"email_address\":\""
            + firstName
            + "@example.com\",\"verification\":{\"status\":\"verified\"}}",
        isBanned,
        updatedAtMillis);
  }

  /** The same, of parts in JSON. */
  static String user(
      String id,
      String firstName,
      String primaryId,
      String addresses,
      boolean isBanned,
      long updatedAtMillis) {
    return """
    {"object":"user","id":"%s","username":"name_of_%s","first_name":%s,"last_name":null,
     "image_url":"https://img.clerk.com/x","primary_email_address_id":%s,
     "email_addresses":[%s],"banned":%s,"locked":true,"updated_at":%d,"created_at":1,
     "public_metadata":{"a":[{"b":{"c":[1,2]}}]}}
    """
        .formatted(id, id, firstName, primaryId, addresses, isBanned, updatedAtMillis);
  }

  /** An event of this type. */
  public static String event(String type, @Nullable String data) {
    return "{\"data\":" + data + ",\"object\":\"event\",\"type\":\"" + type + "\"}";
  }

  /** A user was deleted. */
  public static String deleted(String userId) {
    return event(
        "user.deleted", "{\"deleted\":true,\"id\":\"" + userId + "\",\"object\":\"user\"}");
  }

  /** What became of a session. */
  public static String session(String type, String sessionId, String userId) {
    return event(
        type,
        "{\"id\":\"" + sessionId + "\",\"user_id\":\"" + userId + "\",\"status\":\"active\"}");
  }

  /** A session, as the Backend API shows it. */
  static String session(String sessionId, String status) {
    return "{\"object\":\"session\",\"id\":\"" + sessionId + "\",\"status\":\"" + status + "\"}";
  }
}
