package dev.verbatim.server.socket;

import dev.verbatim.chat.BrokenPromises;
import dev.verbatim.chat.ChatListener;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.metrics.CommitMeter;
import dev.verbatim.server.telemetry.Trace;
import dev.verbatim.server.telemetry.Traces;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.socketio.Batch;
import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Namespace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/**
 * Sends out what the chat brought about. Messages, and what becomes of them, are gathered: what one
 * commit brings goes to each event loop as one task, in commit order; that part is confined to the
 * thread of the store's writer. What else there is {@link GroupNews} and {@link PresenceNews} tell.
 */
final class Deliveries implements ChatListener {
  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

  private final Namespace namespace;
  private final GroupNews groups;
  private final PresenceNews presence;
  private final CommitMeter commits;
  private final Traces traces;
  private Batch batch;
  private @Nullable Thread writer;

  /** What is followed of that which was told, until it is sent. */
  private final List<Trace> unsent = new ArrayList<>();

  /** What is followed of this commit. */
  private final List<Trace> committed = new ArrayList<>();

  private Duration commitTook = Duration.ZERO;
  private int commitWrites;

  Deliveries(
      Namespace namespace,
      GroupNews groups,
      PresenceNews presence,
      CommitMeter commits,
      Traces traces) {
    this.namespace = namespace;
    this.groups = groups;
    this.presence = presence;
    this.commits = commits;
    this.traces = traces;
    this.batch = namespace.batch();
  }

  /**
   * A new message goes to its group. The socket that sent it gets {@code message_sent} in its
   * place, and behind it the acknowledgement if it asked for one. On the writer's thread.
   */
  void onPosted(Message message, User sender, Reply reply) {
    tell(
        "new_message",
        message.groupId(),
        reply,
        () -> {
          MessageJson json = new MessageJson(message);
          byte[] forSender = json.forSender();
          to(
              message.groupId(),
              Frame.event(namespace, "new_message", json.forOthers(sender)),
              Frame.event(namespace, "message_sent", forSender),
              forSender,
              reply);
        });
  }

  /**
   * The first answer to a message again, to the socket that asked alone, in its place among what
   * becomes of the group. On the writer's thread.
   */
  void onSentAgain(Message message, List<Readers.Reader> readers, Reply reply) {
    tellOne(
        message.groupId(),
        reply,
        () -> {
          byte[] forSender = new MessageJson(message, readers).forSender();
          Frame sent = Frame.event(namespace, "message_sent", forSender);
          Frame acknowledgement = reply.acknowledgementFrame(forSender);
          String room = Rooms.group(message.groupId());
          if (acknowledgement == null) {
            batch.toOne(room, reply.socket(), sent);
          } else {
            batch.toOne(room, reply.socket(), sent, acknowledgement);
          }
        });
  }

  @Override
  public void onMessagePosted(Message message, User sender) {
    tellAll("new_message", message.groupId(), () -> new MessageJson(message).forOthers(sender));
  }

  /** An edit goes to the group's sockets and to the one that asked. On the writer's thread. */
  void onEdited(Message message, List<Readers.Reader> readers, Reply reply) {
    tell(
        "message_edited",
        message.groupId(),
        reply,
        () -> {
          MessageJson json = new MessageJson(message, readers);
          Frame edited = Frame.event(namespace, "message_edited", json.alone());
          to(message.groupId(), edited, edited, json.aloneForSender(), reply);
        });
  }

  @Override
  public void onMessageEdited(Message message, List<Readers.Reader> readers) {
    tellAll("message_edited", message.groupId(), () -> new MessageJson(message, readers).alone());
  }

  /** A deletion goes to the group's sockets and to the one that asked. On the writer's thread. */
  void onDeleted(Message message, ObjectId deletedBy, Reply reply) {
    ObjectId groupId = message.groupId();
    toAll("message_deleted", groupId, Frames.deleted(groupId, message.id(), deletedBy), reply);
  }

  @Override
  public void onMessageDeleted(Message message, ObjectId deletedBy) {
    ObjectId groupId = message.groupId();
    tellAll(
        "message_deleted",
        groupId,
        () -> JsonBytes.ofObject(Frames.deleted(groupId, message.id(), deletedBy)));
  }

  /**
   * A read mark goes to the group's other sockets, and into the callback. On the writer's thread.
   */
  void onRead(ObjectId groupId, Consumer<JsonGenerator> fields, Reply reply) {
    tell(
        "message_read",
        groupId,
        reply,
        () -> {
          byte[] payload = JsonBytes.ofObject(fields);
          Frame read = Frame.event(namespace, "message_read", payload);
          Frame acknowledgement = reply.acknowledgementFrame(payload);
          if (acknowledgement == null) {
            batch.toAllBut(Rooms.group(groupId), read, reply.socket());
          } else {
            batch.to(Rooms.group(groupId), read, reply.socket(), acknowledgement);
          }
        });
  }

  /**
   * Many read marks go to the group's sockets and to the one that asked. On the writer's thread.
   */
  void onReadMany(ObjectId groupId, Consumer<JsonGenerator> fields, Reply reply) {
    toAll("messages_read", groupId, fields, reply);
  }

  @Override
  public void onMessagesRead(
      ObjectId groupId, ObjectId userId, List<ObjectId> messageIds, Instant readAt) {
    tellAll(
        "messages_read",
        groupId,
        () -> JsonBytes.ofObject(Frames.readMany(groupId, messageIds, userId, readAt)));
  }

  /**
   * What changed nothing is answered in its place among what becomes of the group. On the writer's
   * thread.
   */
  void onUnchanged(ObjectId groupId, Consumer<JsonGenerator> fields, Reply reply) {
    tellOne(
        groupId,
        reply,
        () -> {
          Frame acknowledgement = reply.acknowledgementFrame(JsonBytes.ofObject(fields));
          if (acknowledgement != null) {
            batch.toOne(Rooms.group(groupId), reply.socket(), acknowledgement);
          }
        });
  }

  /**
   * Tells what concerns the one who asked alone, who has to come back and ask again if it fails.
   */
  private void tellOne(ObjectId groupId, Reply reply, Runnable telling) {
    assert isWriter();
    follow(reply.trace());
    try {
      telling.run();
    } catch (RuntimeException | Error fault) {
      onFault("answering about a group", fault, groupId);
      reply.socket().closeTransport();
    }
  }

  /** The same fields for a group's sockets, the one that asked, and its callback. */
  private void toAll(String event, ObjectId groupId, Consumer<JsonGenerator> fields, Reply reply) {
    tell(
        event,
        groupId,
        reply,
        () -> {
          byte[] payload = JsonBytes.ofObject(fields);
          Frame frame = Frame.event(namespace, event, payload);
          to(groupId, frame, frame, payload, reply);
        });
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

  /** The same payload for a group's sockets. */
  private void tellAll(String event, ObjectId groupId, Supplier<byte[]> payload) {
    tell(
        event,
        groupId,
        null,
        () -> batch.to(Rooms.group(groupId), Frame.event(namespace, event, payload.get())));
  }

  /**
   * Tells what is durable by now. If that fails, those it is for are made to come back and ask for
   * what they missed, and nothing newer reaches them before.
   */
  private void tell(String event, ObjectId groupId, @Nullable Reply reply, Runnable telling) {
    assert isWriter();
    if (reply != null) {
      follow(reply.trace());
    }
    try {
      telling.run();
    } catch (RuntimeException | Error fault) {
      onFault("telling a " + event, fault, groupId);
      flush();
      namespace.in(Rooms.group(groupId)).closeTransports();
      if (reply != null) {
        reply.socket().closeTransport();
      }
    }
  }

  private void follow(Trace trace) {
    if (trace.isFollowed()) {
      trace.reached("committed");
      unsent.add(trace);
      committed.add(trace);
    }
  }

  /** Sends what was gathered, so that what comes next comes behind it. On the writer's thread. */
  void flush() {
    assert isWriter();
    batch.send();
    batch = namespace.batch();
    if (!unsent.isEmpty()) {
      unsent.forEach(
          trace -> {
            trace.reached("sent");
            trace.end();
          });
      unsent.clear();
    }
  }

  /** Whether this is the writer's thread, which comes here before all others. */
  private boolean isWriter() {
    if (writer == null) {
      writer = Thread.currentThread();
    }
    return writer == Thread.currentThread();
  }

  @Override
  public void onCommitted(int writes, Duration took) {
    if (writes > 0) {
      commits.onCommitted(writes, took);
    }
    commitWrites = writes;
    commitTook = took;
  }

  @Override
  public void onCommitEnd() {
    flush();
    if (!committed.isEmpty()) {
      traces.committed(commitWrites, commitTook, committed);
      committed.clear();
    }
    groups.onCommitEnd();
  }

  // Of groups, what was gathered goes out first: it came before.

  @Override
  public void onMemberAdded(Group group, Member member, ObjectId byId) {
    flush();
    groups.onAdded(group, member.userId(), byId);
  }

  @Override
  public void onGroupChanged(Group group, Set<ObjectId> concernedIds) {
    flush();
    groups.onChanged(group, concernedIds);
  }

  @Override
  public void onMemberRemoved(Group group, ObjectId userId, ObjectId byId) {
    flush();
    groups.onRemoved(group, userId, byId);
  }

  @Override
  public void onGroupClosed(ObjectId groupId) {
    flush();
    groups.onClosed(groupId);
  }

  /**
   * Who is barred gets a DISCONNECT on all devices; a token would not let in again. Whoever is just
   * coming in looks into the directory, which knows it already.
   */
  @Override
  public void onUserChanged(User user) {
    if (!user.isActive()) {
      flush();
      var _ = namespace.in(Rooms.user(user.id())).disconnectSockets(/* close= */ false);
    }
  }

  // Presence comes on other threads too, and has an order of its own.

  @Override
  public void onTypingStarted(ObjectId groupId, User user, String socketId) {
    presence.onTypingStarted(groupId, user, socketId);
  }

  @Override
  public void onTypingStopped(ObjectId groupId, ObjectId userId, String socketId) {
    presence.onTypingStopped(groupId, userId, socketId);
  }

  @Override
  public void onUserOnline(User user, Status status, List<ObjectId> groupIds) {
    presence.onOnline(user, status, groupIds);
  }

  @Override
  public void onMemberOnline(User user, Status status, ObjectId groupId) {
    presence.onOnline(user, status, List.of(groupId));
  }

  @Override
  public void onUserOffline(ObjectId userId, List<ObjectId> groupIds) {
    presence.onOffline(userId, groupIds);
  }

  @Override
  public void onStatusChanged(
      ObjectId userId, Status status, Instant lastSeen, List<ObjectId> groupIds, String socketId) {
    presence.onStatus(userId, status, lastSeen, groupIds, socketId);
  }

  @Override
  public void onBrokenPromise(BrokenPromises.Kind kind, String words) {
    log.error("A promise is broken ({}): {}", kind.name().toLowerCase(Locale.ROOT), words);
  }

  @Override
  public void onFault(String doing, Throwable cause) {
    onFault(doing, cause, null);
  }

  private void onFault(String doing, Throwable cause, @Nullable ObjectId groupId) {
    if (cause instanceof StoreException) {
      // A disk that is full is no fault of the program's: where in it that was met helps nobody.
      log.error("Failed {}: {}", doing, cause.getMessage());
      log.debug("In full", cause);
    } else {
      var _ =
          Faults.record(
              Thread.currentThread() == writer ? Faults.Owner.WRITER : Faults.Owner.BACKGROUND,
              doing,
              cause,
              "groupId",
              groupId == null ? null : groupId.toString());
    }
  }
}
