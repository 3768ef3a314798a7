package dev.verbatim.server.socket;

import dev.verbatim.chat.Access;
import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Outcome;
import dev.verbatim.chat.Presence;
import dev.verbatim.chat.Replay;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.wire.ErrorCode;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Hold;
import dev.verbatim.socketio.Socket;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The events about groups: entering and leaving their rooms, typing, who is online. Runs on the
 * event loop of the socket concerned, but for what it says.
 */
final class GroupEvents {
  private final Chat chat;
  private final Deliveries deliveries;
  private final BlockingWork blocking;

  GroupEvents(Chat chat, Deliveries deliveries, BlockingWork blocking) {
    this.chat = chat;
    this.deliveries = deliveries;
    this.blocking = blocking;
  }

  void onJoin(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    Long lastSeq = payload.integer(Field.LAST_SEQ);
    ErrorDetails subject = ErrorDetails.ofGroup(groupId.toString());
    asMember(
        client,
        groupId,
        subject,
        reply,
        group -> {
          if (lastSeq != null) {
            joinBehindReplay(client, group, lastSeq, subject, reply);
          } else {
            client.socket().join(Rooms.group(groupId));
            answerJoined(group, reply);
          }
        });
  }

  private void answerJoined(Group group, Reply reply) {
    List<ObjectId> online = chat.presence().online(group.id());
    reply.succeed("group_joined", json -> GroupJson.joined(json, group, online));
  }

  /**
   * The seam between what is replayed and what is live is one place in the commit order: what was
   * committed before it is read from the store, and what comes after it is held back until that has
   * gone out.
   */
  private void joinBehindReplay(
      Client client, Group group, long lastSeq, ErrorDetails subject, Reply reply) {
    chat.messages()
        .newestSeq(
            group.id(),
            Outcome.of(
                newestSeq -> onSeam(client, group, lastSeq, newestSeq, subject, reply),
                _ -> unavailable(reply, subject)));
  }

  /** On the writer's thread, at the seam. */
  private void onSeam(
      Client client, Group group, long lastSeq, long newestSeq, ErrorDetails subject, Reply reply) {
    if (lastSeq > newestSeq) {
      reply.failValidation(
          Field.LAST_SEQ.wireName(),
          "lastSeq is above the newest",
          subject.withNewestSeq(newestSeq));
      return;
    }
    deliveries.flush();
    Socket socket = client.socket();
    Hold hold = socket.joinHolding(Rooms.group(group.id()));
    blocking.run(
        () -> {
          Replay replay = chat.messages().replay(group.id(), lastSeq, newestSeq);
          List<Frame> frames = frames(socket, client.userId(), group.id(), replay);
          answerJoined(group, reply);
          frames.forEach(socket::send);
          hold.release();
        },
        (code, message) -> {
          // Complete or refused: without the replay the socket gets nothing of the group.
          socket.leave(Rooms.group(group.id()));
          reply.fail(code, message, subject);
        });
  }

  private List<Frame> frames(Socket socket, ObjectId userId, ObjectId groupId, Replay replay)
      throws StoreException {
    return switch (replay) {
      case Replay.Gap(long fromSeq, long toSeq) ->
          List.of(
              Frames.of(
                  socket.namespace(),
                  "gap",
                  json -> {
                    WireJson.id(json, "groupId", groupId);
                    json.writeNumberProperty("fromSeq", fromSeq);
                    json.writeNumberProperty("toSeq", toSeq);
                  }));
      case Replay.Complete(List<Message> messages, Readers readers) -> {
        Map<ObjectId, User> senders =
            chat.users()
                .summaries(messages.stream().map(Message::senderId).collect(Collectors.toSet()));
        yield messages.stream()
            .map(
                message ->
                    Frames.replayed(
                        socket.namespace(),
                        message,
                        readers.of(message),
                        senders.get(message.senderId()),
                        message.senderId().equals(userId)))
            .toList();
      }
    };
  }

  void onLeave(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    client.socket().leave(Rooms.group(groupId));
    stopTyping(client, groupId);
    asMember(
        client,
        groupId,
        ErrorDetails.ofGroup(groupId.toString()),
        reply,
        _ -> reply.succeed("group_left", json -> WireJson.id(json, "groupId", groupId)));
  }

  void onTypingStart(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    asMember(
        client,
        groupId,
        ErrorDetails.ofGroup(groupId.toString()),
        reply,
        _ -> {
          User user = client.user();
          if (chat.typing().start(user.id(), groupId, client.socket().id())) {
            deliveries.onTyping(groupId, user, client.socket().id());
          }
          reply.acknowledge(Frames.typing(groupId, user));
        });
  }

  void onTypingStop(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    stopTyping(client, groupId);
    asMember(
        client,
        groupId,
        ErrorDetails.ofGroup(groupId.toString()),
        reply,
        _ -> reply.acknowledge(Frames.stoppedTyping(groupId, client.userId())));
  }

  /** Ends the user's typing on this socket, and tells the group if there was any. */
  void stopTyping(Client client, ObjectId groupId) {
    String socketId = client.socket().id();
    if (chat.typing().stop(client.userId(), groupId, socketId)) {
      deliveries.onTypingStopped(groupId, client.userId(), socketId);
    }
  }

  void onGetOnlineUsers(Client client, Payload payload, Reply reply) {
    if (!payload.has(Field.GROUP_ID)) {
      answerOnline(chat.presence().coMembers(client.userId()), null, reply);
      return;
    }
    ObjectId groupId = payload.id(Field.GROUP_ID);
    asMember(
        client,
        groupId,
        ErrorDetails.ofGroup(groupId.toString()),
        reply,
        _ -> answerOnline(chat.presence().entries(groupId), groupId, reply));
  }

  private static void answerOnline(
      List<Presence.Entry> entries, @Nullable ObjectId groupId, Reply reply) {
    reply.succeed("online_users", Frames.onlineUsers(entries, groupId));
  }

  /**
   * Does something that only members may, at once if the directory knows that the user is one; else
   * the store decides between what outsiders are told and a membership that is only just made.
   */
  private void asMember(
      Client client, ObjectId groupId, ErrorDetails subject, Reply reply, Consumer<Group> action) {
    ObjectId userId = client.userId();
    Group resident = chat.directory().group(groupId);
    if (resident != null && chat.directory().role(userId, groupId) != null) {
      action.accept(resident);
      return;
    }
    blocking.run(
        () -> {
          switch (chat.groups().get(userId, groupId)) {
            case Access.Member(Group group, _) ->
                client.socket().executor().execute(() -> action.accept(group));
            case Access.Outsider _ ->
                reply.fail(ErrorCode.ACCESS_DENIED, "You are not a member of this group", subject);
            case Access.Hidden _ ->
                reply.fail(ErrorCode.GROUP_NOT_FOUND, "There is no such group", subject);
          }
        },
        (code, message) -> reply.fail(code, message, subject));
  }

  private static void unavailable(Reply reply, ErrorDetails subject) {
    reply.fail(ErrorCode.UNAVAILABLE, "The store is not available, try again", subject);
  }
}
