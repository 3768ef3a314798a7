package dev.verbatim.socketio;

import org.jspecify.annotations.Nullable;

/** Confined to its socket's event loop: that a socket is in a room. */
final class Membership {
  final Socket socket;
  final Room room;

  /** Where the room's list has this membership; kept by the room. */
  int index;

  /** What holds back the room's frames for this socket, if anything does. */
  @Nullable Hold hold;

  Membership(Socket socket, Room room) {
    this.socket = socket;
    this.room = room;
  }
}
