package dev.verbatim.server.socket;

import dev.verbatim.chat.OnlineMembers;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.socket.Joins.Join;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.socketio.Socket;
import java.util.List;

/** A {@code join_group} under way. Confined to the socket's event loop but for what it says. */
record Joining(Client client, ObjectId userId, Join join, Reply reply) {
  Joins joins() {
    return client.joins();
  }

  Socket socket() {
    return client.socket();
  }

  String room() {
    return Rooms.group(join.groupId());
  }

  ErrorDetails subject() {
    return ErrorDetails.ofGroup(join.groupId().toString());
  }

  /** Whether the socket has left the room since; if so the join ends here. */
  boolean isOvertaken() {
    boolean isOvertaken = joins().isOvertaken(join);
    if (isOvertaken) {
      refuse(Refusal.overtaken(subject()));
    }
    return isOvertaken;
  }

  void refuse(Refusal refusal) {
    joins().onRefused(join);
    reply.fail(refusal);
  }

  /**
   * From any thread: goes on where the socket lives. If that fails, what the room brings may be
   * held back for good: the client has to come back.
   */
  void onLoop(Runnable next) {
    client.onLoop("a join", () -> reply.attempt(next));
  }

  /** The fields of {@code group_joined}, as the user sees the group now. On any thread. */
  byte[] joined(OnlineMembers members, Group group) {
    List<ObjectId> online = members.of(group.id(), userId);
    return JsonBytes.ofObject(json -> GroupJson.joined(json, group, online));
  }
}
