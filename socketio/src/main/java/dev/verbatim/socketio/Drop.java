package dev.verbatim.socketio;

/** Why a packet was not sent to one socket though its connection goes on. */
public enum Drop {
  /** It was volatile, and the connection not ready to take it. */
  VOLATILE
}
