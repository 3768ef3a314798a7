package dev.verbatim.server.socket;

import dev.verbatim.chat.ChatListener;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Batch;
import dev.verbatim.socketio.Broadcast;
import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Namespace;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
      interrupt(Rooms.group(message.groupId()));
      reply.socket().closeTransport();
    }
  }

  private void gather(Message message, User sender, Reply reply) {
    MessageJson json = new MessageJson(message);
    byte[] forSender = json.forSender();
    to(
        message.groupId(),
        Frame.event(namespace, "new_message", json.forOthers(sender)),
        Frame.event(namespace, "message_sent", forSender),
        forSender,
        reply);
  }

  /**
   * A frame for a group's sockets, but for the one that asked, which gets another in that place,
   * and behind it the acknowledgement if it wants one.
   */
  private void to(ObjectId groupId, Frame frame, Frame own, byte[] fields, Reply reply) {
    Frame acknowledgement = reply.acknowledgementFrame(fields);
    String room = Rooms.group(groupId);
    if (acknowledgement == null) {
      batch.to(room, frame, reply.socket(), own);
    } else {
      batch.to(room, frame, reply.socket(), own, acknowledgement);
    }
  }

  @Override
  public void onMessagePosted(Message message, User sender) {
    assert isWriter();
    try {
      byte[] payload = new MessageJson(message).forOthers(sender);
      batch.to(Rooms.group(message.groupId()), Frame.event(namespace, "new_message", payload));
    } catch (RuntimeException | Error fault) {
      onFault("telling message " + message.id(), fault);
      interrupt(Rooms.group(message.groupId()));
    }
  }

  /** Closes a room's transports: nothing newer may reach its sockets before what they miss. */
  private void interrupt(String room) {
    flush();
    namespace.in(room).closeTransports();
  }

  /** An edit goes to the group's sockets and to the one that asked. On the writer's thread. */
  void onEdited(Message message, List<Readers.Reader> readers, Reply reply) {
    assert isWriter();
    MessageJson json = new MessageJson(message, readers);
    Frame edited = Frame.event(namespace, "message_edited", json.alone());
    to(message.groupId(), edited, edited, json.aloneForSender(), reply);
  }

  @Override
  public void onMessageEdited(Message message, List<Readers.Reader> readers) {
    assert isWriter();
    byte[] payload = new MessageJson(message, readers).alone();
    batch.to(Rooms.group(message.groupId()), Frame.event(namespace, "message_edited", payload));
  }

  /** A deletion goes to the group's sockets and to the one that asked. On the writer's thread. */
  void onDeleted(Message message, ObjectId deletedBy, Reply reply) {
    assert isWriter();
    ObjectId groupId = message.groupId();
    toAll(groupId, "message_deleted", Frames.deleted(groupId, message.id(), deletedBy), reply);
  }

  @Override
  public void onMessageDeleted(Message message, ObjectId deletedBy) {
    assert isWriter();
    ObjectId groupId = message.groupId();
    toAll(groupId, "message_deleted", Frames.deleted(groupId, message.id(), deletedBy));
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

  /**
   * Many read marks go to the group's sockets and to the one that asked. On the writer's thread.
   */
  void onReadMany(ObjectId groupId, Consumer<JsonGenerator> fields, Reply reply) {
    assert isWriter();
    toAll(groupId, "messages_read", fields, reply);
  }

  @Override
  public void onMessagesRead(
      ObjectId groupId, ObjectId userId, List<ObjectId> messageIds, Instant readAt) {
    assert isWriter();
    toAll(groupId, "messages_read", Frames.readMany(groupId, messageIds, userId, readAt));
  }

  /** The same fields for a group's sockets. */
  private void toAll(ObjectId groupId, String event, Consumer<JsonGenerator> fields) {
    batch.to(Rooms.group(groupId), Frames.of(namespace, event, fields));
  }

  /** The same fields for a group's sockets, the one that asked, and its callback. */
  private void toAll(ObjectId groupId, String event, Consumer<JsonGenerator> fields, Reply reply) {
    byte[] payload = JsonBytes.ofObject(fields);
    Frame frame = Frame.event(namespace, event, payload);
    to(groupId, frame, frame, payload, reply);
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
    namespace.in(Rooms.user(member.userId())).socketsJoin(Rooms.group(group.id()));
    tellUpdated(group);
  }

  @Override
  public void onGroupChanged(Group group) {
    tellUpdated(group);
  }

  /** Nothing of the group reaches the user's sockets any more but that they are out. */
  @Override
  public void onMemberRemoved(Group group, ObjectId userId) {
    flush();
    String ofUser = Rooms.user(userId);
    namespace.in(ofUser).socketsLeave(Rooms.group(group.id()), Rooms.aside(group.id()));
    batch.to(ofUser, removed(group.id()));
    tellUpdated(group);
  }

  @Override
  public void onGroupClosed(ObjectId groupId) {
    Frame removed = removed(groupId);
    String room = Rooms.group(groupId);
    String aside = Rooms.aside(groupId);
    batch.to(room, removed).to(aside, removed);
    flush();
    namespace.in(room, aside).socketsLeave(room, aside);
  }

  private Frame removed(ObjectId groupId) {
    return Frames.of(namespace, "group_removed", json -> WireJson.id(json, "groupId", groupId));
  }

  /** Tells all sockets of a group's members, and at once: whoever asked is answered after this. */
  private void tellUpdated(Group group) {
    Frame updated =
        Frames.of(
            namespace,
            "group_updated",
            json -> {
              json.writeName("group");
              WireJson.group(json, group);
            });
    batch.to(Rooms.group(group.id()), updated).to(Rooms.aside(group.id()), updated);
    flush();
  }

  /** Typing goes to the group's other sockets, and not to those that are behind. Any thread. */
  @Override
  public void onTypingStarted(ObjectId groupId, User user, String socketId) {
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
    tellPresence(user.id(), groupIds, "user_online", Frames.online(user, status));
  }

  @Override
  public void onMemberOnline(User user, Status status, ObjectId groupId) {
    tellPresence(user.id(), List.of(groupId), "user_online", Frames.online(user, status));
  }

  @Override
  public void onUserOffline(ObjectId userId, List<ObjectId> groupIds) {
    tellPresence(userId, groupIds, "user_offline", json -> WireJson.id(json, "userId", userId));
  }

  /** A client that is behind gets the latest about each user. */
  private void tellPresence(
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
  @Override
  public void onStatusChanged(
      ObjectId userId, Status status, Instant lastSeen, List<ObjectId> groupIds, String socketId) {
    namespace
        .to(Rooms.user(userId))
        .to(rooms(groupIds))
        .except(socketId)
        .conflate("status:" + userId)
        .send(Frames.of(namespace, "user_status_changed", Frames.status(userId, status, lastSeen)));
  }

  /** All sockets of the groups' members: who left a room still sees who is online. */
  private static String[] rooms(List<ObjectId> groupIds) {
    return groupIds.stream()
        .flatMap(groupId -> Stream.of(Rooms.group(groupId), Rooms.aside(groupId)))
        .toArray(String[]::new);
  }

  @Override
  public void onFault(String doing, Throwable cause) {
    if (cause instanceof StoreException) {
      // A disk that is full is no fault of the program's: where in it that was met helps nobody.
      log.error("Failed {}: {}", doing, cause.getMessage());
      log.debug("In full", cause);
    } else {
      log.error("Failed {}", doing, cause);
    }
  }
}
