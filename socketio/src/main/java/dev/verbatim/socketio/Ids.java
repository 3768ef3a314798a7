package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Packet;
import java.security.SecureRandom;
import java.util.Base64;

/** Makes the ids of sessions and sockets: 15 random bytes, 20 characters of URL-safe base64. */
final class Ids {
  /** The characters of an id. */
  static final int LENGTH = 20;

  /** Enough to tell sessions apart. */
  private static final int SHOWN_LENGTH = 8;

  private static final int BYTES = LENGTH * 3 / 4;
  private static final SecureRandom random = new SecureRandom();

  private Ids() {}

  /**
   * The id of a socket in revision 3, where the client makes it by itself, of its session's id and,
   * but in the main namespace, the namespace's name. It is as secret as the session's.
   */
  static String inRevision3(String namespace, String sessionId) {
    return namespace.equals(Packet.MAIN_NAMESPACE) ? sessionId : namespace + '#' + sessionId;
  }

  /**
   * What of a session's id may stand in a log: whoever knows it can speak in the client's name, for
   * which the nine random bytes behind this are as good as all.
   */
  static String beginning(String sessionId) {
    return sessionId.substring(0, SHOWN_LENGTH);
  }

  /** Whether a text is as long as the id of a namespace's socket, in one of the revisions. */
  static boolean isAsLong(String text, String namespace) {
    int length = text.length();
    return length == LENGTH || length == namespace.length() + 1 + LENGTH;
  }

  /** A new id, which nobody can guess: whoever knows a session's id can speak in its name. */
  static String next() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }
}
