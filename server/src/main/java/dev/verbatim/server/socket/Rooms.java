package dev.verbatim.server.socket;

import dev.verbatim.chat.model.ObjectId;

/** The names of rooms. */
final class Rooms {
  private Rooms() {}

  /** The sockets that follow a group. */
  static String group(ObjectId groupId) {
    return "group:" + groupId;
  }

  /** All sockets of a user. */
  static String user(ObjectId userId) {
    return "user:" + userId;
  }
}
