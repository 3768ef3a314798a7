package dev.verbatim.server.socket;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Presence;
import dev.verbatim.chat.Questions;
import dev.verbatim.chat.Refused;
import dev.verbatim.chat.Sessions.StatusChanged;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import java.util.List;
import java.util.Locale;
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
    User user = client.user();
    members.check(
        client,
        groupId,
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
        client,
        groupId,
        _ -> reply.acknowledge(Frames.stoppedTyping(groupId, userId)),
        reply::fail);
  }

  /** Looking for those who are online can mean looking at many members: it is a question. */
  void onGetOnlineUsers(Client client, Payload payload, Reply reply) {
    ObjectId userId = client.userId();
    if (!payload.has(Field.GROUP_ID)) {
      answerOnline(() -> chat.onlineMembers().coMembers(userId), null, reply);
      return;
    }
    ObjectId groupId = payload.id(Field.GROUP_ID);
    members.check(
        client,
        groupId,
        _ -> answerOnline(() -> chat.onlineMembers().entriesOf(groupId, userId), groupId, reply),
        reply::fail);
  }

  private void answerOnline(
      Questions.Question<List<Presence.Entry>> online, @Nullable ObjectId groupId, Reply reply) {
    chat.questions()
        .ask(
            online,
            entries -> reply.succeed("online_users", Frames.onlineUsers(entries, groupId)),
            cause ->
                reply.fail(
                    Refusal.ofFailure(
                        cause, ErrorDetails.ofGroup(groupId == null ? null : groupId.toString()))));
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
