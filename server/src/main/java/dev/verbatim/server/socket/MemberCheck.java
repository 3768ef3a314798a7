package dev.verbatim.server.socket;

import dev.verbatim.chat.Access;
import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Outcome;
import dev.verbatim.chat.Refused;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.socketio.Socket;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Lets members of a group do what only they may. Stateless; called on the event loop of the socket
 * concerned, where it goes on too.
 */
final class MemberCheck {
  private final Chat chat;

  MemberCheck(Chat chat) {
    this.chat = chat;
  }

  /**
   * Does something that only members may, at once if the directory knows that the user is one; else
   * the store decides between what outsiders are told and a membership that is only just made.
   *
   * @param action on the event loop
   * @param refused on the event loop, or there is none any more
   */
  void check(Client client, ObjectId groupId, Consumer<Group> action, Consumer<Refusal> refused) {
    check(client.socket(), client.userId(), groupId, action, refused);
  }

  /** The same for a user whose socket may have left. */
  void check(
      Socket socket,
      ObjectId userId,
      ObjectId groupId,
      Consumer<Group> action,
      Consumer<Refusal> refused) {
    Group resident = chat.directory().group(groupId);
    if (resident != null && chat.directory().role(userId, groupId) != null) {
      action.accept(resident);
      return;
    }
    ErrorDetails subject = ErrorDetails.ofGroup(groupId.toString());
    Executor loop = socket.executor();
    chat.questions()
        .ask(
            () -> chat.groups().get(userId, groupId),
            access -> {
              switch (access) {
                case Access.Member _ ->
                    onceTheDirectoryKnows(loop, userId, groupId, action, refused);
                case Access.Outsider _, Access.Hidden _ -> {
                  Refused.NoAccess reason = Objects.requireNonNull(access.refused());
                  loop.execute(() -> refused.accept(Refusal.of(reason, subject)));
                }
              }
            },
            cause -> loop.execute(() -> refused.accept(Refusal.ofFailure(cause, subject))));
  }

  /**
   * The store says that the user is a member, and the directory does not: a membership that was
   * just made, or one that has just ended. The writer answers behind both.
   */
  private void onceTheDirectoryKnows(
      Executor loop,
      ObjectId userId,
      ObjectId groupId,
      Consumer<Group> action,
      Consumer<Refusal> refused) {
    ErrorDetails subject = ErrorDetails.ofGroup(groupId.toString());
    Runnable decide =
        () -> {
          Group group = chat.directory().group(groupId);
          if (group != null && chat.directory().role(userId, groupId) != null) {
            action.accept(group);
          } else {
            tellWhyNot(loop, userId, groupId, refused);
          }
        };
    chat.messages()
        .newestSeq(
            groupId,
            Outcome.of(
                _ -> loop.execute(decide),
                cause -> loop.execute(() -> refused.accept(Refusal.ofFailure(cause, subject)))));
  }

  /** The membership has ended, and the group may have been closed or made private by that. */
  private void tellWhyNot(
      Executor loop, ObjectId userId, ObjectId groupId, Consumer<Refusal> refused) {
    ErrorDetails subject = ErrorDetails.ofGroup(groupId.toString());
    chat.questions()
        .ask(
            () -> chat.groups().whyNot(userId, groupId),
            reason -> loop.execute(() -> refused.accept(Refusal.of(reason, subject))),
            cause -> loop.execute(() -> refused.accept(Refusal.ofFailure(cause, subject))));
  }
}
