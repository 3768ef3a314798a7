package dev.verbatim.socketio.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The revision of the Engine.IO protocol that a session speaks, decided by its handshake's {@code
 * EIO}.
 *
 * @see <a href="https://socket.io/docs/v4/engine-io-protocol/#history">The protocol's history</a>
 */
public enum EngineRevision {
  /**
   * Of Socket.IO 1 and 2: the client pings, and the server connects it to the main namespace by
   * itself.
   */
  V3,
  /** Of Socket.IO 3 and later: the server pings, and the client connects to each namespace. */
  V4;

  /**
   * The revision that a handshake asks for, or null if there is no such one.
   *
   * @param eio the query's {@code EIO}; without one it is the third, as for the reference server
   */
  public static @Nullable EngineRevision of(@Nullable String eio) {
    return switch (eio) {
      case "4" -> V4;
      case "3" -> V3;
      case null -> V3;
      default -> null;
    };
  }
}
