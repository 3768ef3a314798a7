package dev.verbatim.server.socket;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Outcome;
import dev.verbatim.chat.Replay;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import dev.verbatim.server.socket.Joins.Join;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Hold;
import dev.verbatim.socketio.Namespace;
import dev.verbatim.socketio.Socket;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The events about groups: entering and leaving their rooms, who is in them. Runs on the event loop
 * of the socket concerned, but for questions and what else it says.
 */
final class GroupEvents {
  private final Chat chat;
  private final MemberCheck members;
  private final Deliveries deliveries;

  GroupEvents(Chat chat, MemberCheck members, Deliveries deliveries) {
    this.chat = chat;
    this.members = members;
    this.deliveries = deliveries;
  }

  /** A join under way. */
  private record Joining(Client client, ObjectId userId, Join join, Reply reply) {
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

    /** From any thread: goes on where the socket lives. */
    void onLoop(Runnable next) {
      socket().executor().execute(next);
    }
  }

  void onJoin(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    Long lastSeq = payload.integer(Field.LAST_SEQ);
    Joining joining = new Joining(client, client.userId(), client.joins().begin(groupId), reply);
    members.check(
        client,
        groupId,
        group -> {
          if (joining.isOvertaken()) {
            return;
          }
          if (lastSeq != null) {
            joinBehindReplay(joining, group, lastSeq);
          } else {
            joining.joins().onJoined(joining.join());
            Rooms.enter(joining.socket(), groupId);
            answer(joining, group);
          }
        },
        joining::refuse);
  }

  /** Looking for who is online in a large group can mean looking at many: it is a question then. */
  private void answer(Joining joining, Group group) {
    ObjectId userId = joining.userId();
    if (chat.presence().isTold(group.id())) {
      joining.reply().succeed("group_joined", joined(group, userId));
      return;
    }
    chat.questions()
        .ask(
            () -> joined(group, userId),
            joined -> joining.reply().succeed("group_joined", joined),
            cause -> joining.reply().fail(Refusal.ofFailure(cause, joining.subject())));
  }

  private byte[] joined(Group group, ObjectId userId) {
    List<ObjectId> online = chat.presence().online(group.id(), userId);
    return JsonBytes.ofObject(json -> GroupJson.joined(json, group, online));
  }

  /**
   * The seam between what is replayed and what is live is one place in the commit order: what was
   * committed before it is read from the store, and what comes after it is held back until that has
   * gone out.
   */
  private void joinBehindReplay(Joining joining, Group group, long lastSeq) {
    chat.messages()
        .newestSeq(
            group.id(),
            Outcome.of(
                newestSeq -> {
                  // On the writer's thread: what is told from here on comes behind.
                  deliveries.flush();
                  joining.onLoop(() -> onSeam(joining, group, lastSeq, newestSeq));
                },
                cause -> joining.onLoop(() -> onFailed(joining, null, cause))));
  }

  private void onSeam(Joining joining, Group group, long lastSeq, long newestSeq) {
    if (joining.isOvertaken() || !isMemberStill(joining)) {
      return;
    }
    if (lastSeq > newestSeq) {
      joining.refuse(
          Refusal.ofField(
              Field.LAST_SEQ.wireName(),
              "lastSeq is above the newest",
              joining.subject().withNewestSeq(newestSeq)));
      return;
    }
    Hold hold = joining.socket().joinHolding(joining.room());
    joining.socket().leave(Rooms.aside(group.id()));
    ObjectId userId = joining.userId();
    chat.questions()
        .ask(
            () -> {
              Replay replay = chat.messages().replay(group.id(), lastSeq, newestSeq);
              List<Frame> frames = frames(joining.socket(), userId, group.id(), replay);
              Group now = chat.directory().group(group.id());
              return new Replayed(joined(now == null ? group : now, userId), frames);
            },
            replayed -> joining.onLoop(() -> onReplayed(joining, hold, replayed)),
            cause -> joining.onLoop(() -> onFailed(joining, hold, cause)));
  }

  /**
   * Whether the user is in the group all the while; if not the join ends here, and the room has
   * been left by the removal itself, whose way to this loop begins when the directory knows of it.
   */
  private boolean isMemberStill(Joining joining) {
    ObjectId groupId = joining.join().groupId();
    boolean isMember = chat.directory().role(joining.userId(), groupId) != null;
    if (!isMember) {
      members.check(
          joining.socket(),
          joining.userId(),
          groupId,
          _ -> joining.refuse(Refusal.overtaken(joining.subject())),
          joining::refuse);
    }
    return isMember;
  }

  /** What a join behind a replay sends. */
  private static final class Replayed {
    final byte[] joined;
    final List<Frame> frames;

    Replayed(byte[] joined, List<Frame> frames) {
      this.joined = joined;
      this.frames = frames;
    }
  }

  private void onReplayed(Joining joining, Hold hold, Replayed replayed) {
    if (joining.isOvertaken() || !isMemberStill(joining)) {
      return;
    }
    if (!hold.isHolding()) {
      // Removed and added again meanwhile: what was held in between is lost.
      joining.refuse(Refusal.overtaken(joining.subject()));
      return;
    }
    joining.joins().onJoined(joining.join());
    joining.reply().succeed("group_joined", replayed.joined);
    replayed.frames.forEach(joining.socket()::send);
    hold.release();
  }

  /**
   * Complete or refused: without its replay the socket gets nothing of the group, unless a later
   * join was answered that did not need this one.
   */
  private void onFailed(Joining joining, @Nullable Hold hold, Throwable cause) {
    if (joining.joins().onFailed(joining.join())) {
      leaveRoom(joining.socket(), joining.userId(), joining.join().groupId());
    } else if (hold != null) {
      hold.release();
    }
    joining.reply().fail(Refusal.ofFailure(cause, joining.subject()));
  }

  private List<Frame> frames(Socket socket, ObjectId userId, ObjectId groupId, Replay replay)
      throws StoreException {
    Namespace namespace = socket.namespace();
    return switch (replay) {
      case Replay.Gap(long fromSeq, long toSeq) ->
          List.of(Frames.gap(namespace, groupId, fromSeq, toSeq));
      case Replay.Complete(List<Message> messages, Readers readers) -> {
        Map<ObjectId, User> senders =
            chat.users()
                .summaries(messages.stream().map(Message::senderId).collect(Collectors.toSet()));
        List<byte[]> payloads =
            messages.stream()
                .map(
                    message ->
                        Frames.replayed(
                            message,
                            readers.of(message),
                            senders.get(message.senderId()),
                            message.senderId().equals(userId)))
                .toList();
        // A connection that cannot take it all would be closed in the middle of it.
        yield payloads.stream().mapToLong(payload -> payload.length).sum() > Limits.REPLAY_BYTES_MAX
            ? List.of(
                Frames.gap(namespace, groupId, messages.getFirst().seq(), messages.getLast().seq()))
            : payloads.stream()
                .map(payload -> Frame.event(namespace, "new_message", payload))
                .toList();
      }
    };
  }

  void onLeave(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    client.joins().onLeave(groupId);
    leaveRoom(client.socket(), client.userId(), groupId);
    chat.typing().stop(client.userId(), groupId, client.socket().id());
    members.check(
        client,
        groupId,
        _ -> reply.succeed("group_left", json -> WireJson.id(json, "groupId", groupId)),
        reply::fail);
  }

  /** A member goes on being told what becomes of the group. */
  private void leaveRoom(Socket socket, ObjectId userId, ObjectId groupId) {
    if (chat.directory().role(userId, groupId) == null) {
      socket.leave(Rooms.group(groupId));
    } else {
      Rooms.leave(socket, groupId);
    }
  }

  /** Tells the first members, as many as any answer shows, with who they are. */
  void onGetMembers(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    members.check(
        client,
        groupId,
        group ->
            chat.questions()
                .ask(
                    () -> membersOf(group),
                    members -> reply.succeed("group_members", members),
                    cause ->
                        reply.fail(
                            Refusal.ofFailure(cause, ErrorDetails.ofGroup(groupId.toString())))),
        reply::fail);
  }

  private byte[] membersOf(Group group) throws StoreException {
    List<Member> members =
        group.members().subList(0, Math.min(group.members().size(), Limits.MEMBERS_SHOWN_MAX));
    Map<ObjectId, User> users =
        chat.users().summaries(members.stream().map(Member::userId).toList());
    return JsonBytes.ofObject(
        json -> GroupJson.members(json, group.id(), members, users, chat.presence()::isOnline));
  }
}
