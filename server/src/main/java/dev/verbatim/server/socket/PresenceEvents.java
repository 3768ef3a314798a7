package dev.verbatim.server.socket;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.OnlineMembers;
import dev.verbatim.chat.Presence;
import dev.verbatim.chat.Refused;
import dev.verbatim.chat.Sessions.StatusChanged;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The events about people: who types, who is online, and as what. Runs on the event loop of the
 * socket concerned, but for questions and what else it says.
 */
final class PresenceEvents {
  private final Chat chat;
  private final MemberCheck members;

  PresenceEvents(Chat chat, MemberCheck members) {
    this.chat = chat;
    this.members = members;
  }

  void onTypingStart(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    User user = Objects.requireNonNullElse(chat.directory().user(client.userId()), client.user());
    members.check(
        client.userId(),
        groupId,
        reply,
        _ -> {
          // It may have gone while the store was asked, and ends its typing no more.
          if (client.socket().connected()) {
            chat.typing().start(user, groupId, client.socket().id());
            reply.acknowledge(Frames.typing(groupId, user));
          }
        },
        reply::fail);
  }

  void onTypingStop(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    ObjectId userId = client.userId();
    chat.typing().stop(userId, groupId, client.socket().id());
    members.check(
        client.userId(),
        groupId,
        reply,
        _ -> reply.acknowledge(Frames.stoppedTyping(groupId, userId)),
        reply::fail);
  }

  void onGetOnlineUsers(Client client, Payload payload, Reply reply) {
    ObjectId userId = client.userId();
    OnlineMembers online = chat.onlineMembers();
    if (!payload.has(Field.GROUP_ID)) {
      answerOnline(() -> online.coMembers(userId), online.isQuick(userId), null, reply);
      return;
    }
    ObjectId groupId = payload.id(Field.GROUP_ID);
    members.check(
        client.userId(),
        groupId,
        reply,
        _ ->
            answerOnline(
                () -> online.entriesOf(groupId, userId),
                chat.presence().isTold(groupId),
                groupId,
                reply),
        reply::fail);
  }

  /**
   * On the event loop the answer cannot come behind news that it does not hold yet. Where many have
   * to be looked at it is a question, which can.
   */
  private void answerOnline(
      Supplier<List<Presence.Entry>> online,
      boolean isQuick,
      @Nullable ObjectId groupId,
      Reply reply) {
    if (isQuick) {
      reply.succeed("online_users", Frames.onlineUsers(online.get(), groupId));
      return;
    }
    chat.questions()
        .ask(
            online::get,
            entries -> reply.succeed("online_users", Frames.onlineUsers(entries, groupId)),
            cause ->
                reply.fail(
                    cause, ErrorDetails.ofGroup(groupId == null ? null : groupId.toString())));
  }

  /** The others are told by the chat; who asked, on the writer's thread, by the callback alone. */
  void onChangeStatus(Client client, Payload payload, Reply reply) {
    Status status = Status.valueOf(payload.required(Field.STATUS).toUpperCase(Locale.ROOT));
    chat.sessions()
        .changeStatus(
            client.sessionId(),
            status,
            changed -> {
              switch (changed) {
                case StatusChanged.Done(var userId, var now, var lastSeen) ->
                    reply.acknowledge(Frames.status(userId, now, lastSeen));
                case Refused.Unavailable unavailable ->
                    reply.fail(Refusal.of(unavailable, ErrorDetails.NONE));
              }
            });
  }
}
