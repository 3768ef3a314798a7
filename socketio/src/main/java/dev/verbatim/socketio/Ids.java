package dev.verbatim.socketio;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes the ids of sessions and sockets: 15 random bytes, 20 characters of URL-safe base64. */
final class Ids {
  /** The characters of an id. */
  static final int LENGTH = 20;

  private static final int BYTES = LENGTH * 3 / 4;
  private static final SecureRandom random = new SecureRandom();

  private Ids() {}

  /** A new id, which nobody can guess: whoever knows a session's id can speak in its name. */
  static String next() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }
}
