package dev.verbatim.server.socket;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Broadcast;
import dev.verbatim.socketio.Namespace;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/**
 * Tells sockets who is here, as what, and who types. Stateless; for any thread, in whose order what
 * it tells goes out.
 */
final class PresenceNews {
  private final Namespace namespace;

  PresenceNews(Namespace namespace) {
    this.namespace = namespace;
  }

  /** Typing goes to the group's other sockets, and not to those that are behind. */
  void onTypingStarted(ObjectId groupId, User user, String socketId) {
    toOthers(groupId, socketId)
        .volatile_()
        .send(Frames.of(namespace, "user_typing", Frames.typing(groupId, user)));
  }

  /** As {@link #onTypingStarted}. */
  void onTypingStopped(ObjectId groupId, ObjectId userId, String socketId) {
    toOthers(groupId, socketId)
        .volatile_()
        .send(Frames.of(namespace, "user_stopped_typing", Frames.stoppedTyping(groupId, userId)));
  }

  private Broadcast toOthers(ObjectId groupId, String socketId) {
    return namespace.to(Rooms.group(groupId)).except(socketId);
  }

  void onOnline(User user, Status status, List<ObjectId> groupIds) {
    tell(user.id(), groupIds, "user_online", Frames.online(user, status));
  }

  void onOffline(ObjectId userId, List<ObjectId> groupIds) {
    tell(userId, groupIds, "user_offline", json -> WireJson.id(json, "userId", userId));
  }

  /** A client that is behind gets the latest about each user. */
  private void tell(
      ObjectId userId, List<ObjectId> groupIds, String event, Consumer<JsonGenerator> fields) {
    if (groupIds.isEmpty()) {
      return;
    }
    namespace
        .to(rooms(groupIds))
        .except(Rooms.user(userId))
        .conflate("presence:" + userId)
        .send(Frames.of(namespace, event, fields));
  }

  /**
   * The status has a key of its own: a client that is behind and has missed that somebody came is
   * told of that too. Of both it gets the latest, in their order.
   */
  void onStatus(
      ObjectId userId, Status status, Instant lastSeen, List<ObjectId> groupIds, String socketId) {
    namespace
        .to(Rooms.user(userId))
        .to(rooms(groupIds))
        .except(socketId)
        .conflate("status:" + userId)
        .send(Frames.of(namespace, "user_status_changed", Frames.status(userId, status, lastSeen)));
  }

  private static String[] rooms(List<ObjectId> groupIds) {
    return groupIds.stream()
        .flatMap(groupId -> Stream.of(Rooms.ofMembers(groupId)))
        .toArray(String[]::new);
  }
}
