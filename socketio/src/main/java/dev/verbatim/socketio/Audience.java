package dev.verbatim.socketio;

import java.util.List;

/**
 * Which sockets of a namespace something is for. Immutable.
 *
 * @param rooms the sockets in any of these rooms, or all if there are none; a socket's id is a room
 * @param except but not the sockets in any of these rooms
 * @param local only those connected to this server
 */
record Audience(List<String> rooms, List<String> except, boolean local) {
  static final Audience ALL = new Audience(List.of(), List.of(), false);
}
