package dev.verbatim.server.socket;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.socketio.Socket;

/** The names of rooms. */
final class Rooms {
  private Rooms() {}

  /** The sockets that follow a group. */
  static String group(ObjectId groupId) {
    return "group:" + groupId;
  }

  /**
   * The sockets of members that have left the group's room: what becomes of the group they are told
   * all the same.
   */
  static String aside(ObjectId groupId) {
    return "aside:" + groupId;
  }

  /** All sockets of a group's members: who left its room still sees what becomes of it. */
  static String[] ofMembers(ObjectId groupId) {
    return new String[] {group(groupId), aside(groupId)};
  }

  /** Has a member's socket follow a group from now on. */
  static void enter(Socket socket, ObjectId groupId) {
    socket.join(group(groupId));
    socket.leave(aside(groupId));
  }

  /**
   * Has a socket follow a group no more.
   *
   * @param isMember whether its user is one, who goes on being told what becomes of the group
   */
  static void leave(Socket socket, ObjectId groupId, boolean isMember) {
    socket.leave(group(groupId));
    if (isMember) {
      socket.join(aside(groupId));
    }
  }

  /** All sockets of a user. */
  static String user(ObjectId userId) {
    return "user:" + userId;
  }
}
