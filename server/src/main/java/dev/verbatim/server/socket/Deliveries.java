package dev.verbatim.server.socket;

import dev.verbatim.chat.ChatListener;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Batch;
import dev.verbatim.socketio.Broadcast;
import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Namespace;
import dev.verbatim.socketio.Socket;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/**
 * Sends out what the chat brought about. What one commit brings is gathered and goes to each event
 * loop as one task, in commit order; that part is confined to the thread of the store's writer.
 */
final class Deliveries implements ChatListener {
  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

  private final Namespace namespace;
  private Batch batch;
  private @Nullable Thread writer;

  Deliveries(Namespace namespace) {
    this.namespace = namespace;
    this.batch = namespace.batch();
  }

  /**
   * A new message goes to its group. The socket that sent it gets {@code message_sent} in its
   * place, and behind it the acknowledgement if it asked for one. On the writer's thread.
   *
   * <p>The message is durable by now. If it cannot be told, those it is for are made to come back
   * and ask for what they missed.
   */
  void onPosted(Message message, User sender, Reply reply) {
    assert isWriter();
    try {
      gather(message, sender, reply);
    } catch (RuntimeException | Error fault) {
      onFault("telling message " + message.id(), fault);
      interrupt(Rooms.group(message.groupId()), reply.socket());
    }
  }

  private void gather(Message message, User sender, Reply reply) {
    MessageJson json = new MessageJson(message);
    Frame posted = Frame.event(namespace, "new_message", json.forOthers(sender));
    byte[] forSender = json.forSender();
    Frame sent = Frame.event(namespace, "message_sent", forSender);
    Frame acknowledgement = reply.acknowledgementFrame(forSender);
    String room = Rooms.group(message.groupId());
    if (acknowledgement == null) {
      batch.to(room, posted, reply.socket(), sent);
    } else {
      batch.to(room, posted, reply.socket(), sent, acknowledgement);
    }
  }

  /**
   * Closes the transports of a room's sockets, and of one more: nothing newer may reach them before
   * what they miss.
   */
  private void interrupt(String room, Socket sender) {
    flush();
    namespace.in(room).closeTransports();
    sender.closeTransport();
  }

  /**
   * A read mark goes to the group's other sockets, and into the callback. On the writer's thread.
   */
  void onRead(ObjectId groupId, Consumer<JsonGenerator> fields, Reply reply) {
    assert isWriter();
    byte[] payload = JsonBytes.ofObject(fields);
    batch.toAllBut(
        Rooms.group(groupId), Frame.event(namespace, "message_read", payload), reply.socket());
    reply.acknowledge(payload);
  }

  /** Sends what was gathered, so that what comes next comes behind it. On the writer's thread. */
  void flush() {
    assert isWriter();
    batch.send();
    batch = namespace.batch();
  }

  /** Whether this is the writer's thread, which comes here before all others. */
  private boolean isWriter() {
    if (writer == null) {
      writer = Thread.currentThread();
    }
    return writer == Thread.currentThread();
  }

  @Override
  public void onCommitEnd() {
    flush();
  }

  /** The user's sockets enter the group's room before anybody is told. */
  @Override
  public void onMemberAdded(Group group, Member member) {
    flush();
    String room = Rooms.group(group.id());
    namespace.in(Rooms.user(member.userId())).socketsJoin(room);
    batch.to(
        room,
        Frames.of(
            namespace,
            "group_updated",
            json -> {
              json.writeName("group");
              WireJson.group(json, group);
            }));
  }

  /** Typing goes to the group's other sockets, and not to those that are behind. Any thread. */
  void onTyping(ObjectId groupId, User user, String socketId) {
    toOthers(groupId, socketId)
        .volatile_()
        .send(Frames.of(namespace, "user_typing", Frames.typing(groupId, user)));
  }

  @Override
  public void onTypingStopped(ObjectId groupId, ObjectId userId, String socketId) {
    toOthers(groupId, socketId)
        .volatile_()
        .send(Frames.of(namespace, "user_stopped_typing", Frames.stoppedTyping(groupId, userId)));
  }

  private Broadcast toOthers(ObjectId groupId, String socketId) {
    return namespace.to(Rooms.group(groupId)).except(socketId);
  }

  @Override
  public void onUserOnline(User user, Status status, List<ObjectId> groupIds) {
    toCoMembers(
        user.id(),
        groupIds,
        "user_online",
        json -> {
          WireJson.id(json, "userId", user.id());
          json.writeName("user");
          WireJson.userSummary(json, user);
          json.writeStringProperty("status", WireJson.name(status));
        });
  }

  @Override
  public void onUserOffline(ObjectId userId, List<ObjectId> groupIds) {
    toCoMembers(userId, groupIds, "user_offline", json -> WireJson.id(json, "userId", userId));
  }

  private void toCoMembers(
      ObjectId userId, List<ObjectId> groupIds, String event, Consumer<JsonGenerator> fields) {
    if (groupIds.isEmpty()) {
      return;
    }
    Broadcast audience = namespace.except(Rooms.user(userId));
    for (ObjectId groupId : groupIds) {
      audience = audience.to(Rooms.group(groupId));
    }
    audience.send(Frames.of(namespace, event, fields));
  }

  @Override
  public void onFault(String doing, Throwable cause) {
    log.error("Failed {}", doing, cause);
  }
}
