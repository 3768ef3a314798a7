package dev.verbatim.socketio;

/** Why a packet was not sent to one socket though its connection goes on. */
public enum Drop {
  /** It was volatile, and the connection not ready to take it. */
  VOLATILE,
  /** It was droppable, and more waited for its client than may yield. */
  DROPPABLE,
  /** A newer one of its key took its place while it waited. */
  CONFLATED
}
