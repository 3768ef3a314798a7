package dev.verbatim.bench;

import dev.verbatim.socketio.protocol.Bytes;

/** Messages as a chat's clients and its server send them. */
final class Samples {
  /** A client's message of 79 characters, 215 bytes in all, that wants an acknowledgement. */
  static final Bytes SEND_MESSAGE =
      Bytes.utf8(
          "4217[\"send_message\",{\"groupId\":\"665f1c2ab3d4e5f60718293a\",\"content\":\""
              + "The quick brown fox jumps over the lazy dog, and then it naps for a good while…"
              + "\",\"type\":\"text\",\"tempId\":\"6f1d2c3b-4a59-4867-9786-a5b4c3d2e1f0\"}]");

  /** The argument of the server's event about it. */
  static final Bytes NEW_MESSAGE =
      Bytes.utf8(
          "{\"message\":{\"_id\":\"665f1c2ab3d4e5f60718293b\",\"groupId\":\"665f1c2ab3d4e5f60718293a\",\"senderId\":\"665f1c2ab3d4e5f60718293c\",\"content\":\"The"
              + " quick brown fox jumps over the lazy dog while it is"
              + " noon.\",\"type\":\"text\",\"isDeleted\":false,"
              + "\"readBy\":[],\"createdAt\":\"2026-05-25T16:17:59.123Z\","
              + "\"updatedAt\":\"2026-05-25T16:17:59.123Z\",\"seq\":1234},\"sender\":{"
              + "\"_id\":\"665f1c2ab3d4e5f60718293c\",\"firstName\":\"Ada\",\"lastName\":\"Byron\"}}");

  private Samples() {}
}
