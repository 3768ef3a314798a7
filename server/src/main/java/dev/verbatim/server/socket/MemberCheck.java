package dev.verbatim.server.socket;

import dev.verbatim.chat.Access;
import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Outcome;
import dev.verbatim.chat.Refused;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import java.util.Objects;
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
   * @param reply the event's, to the socket concerned; answers what fails on the way
   * @param action on the event loop
   * @param refused on the event loop
   */
  void check(
      ObjectId userId,
      ObjectId groupId,
      Reply reply,
      Consumer<Group> action,
      Consumer<Refusal> refused) {
    Group resident = chat.directory().group(groupId);
    if (resident != null && chat.directory().role(userId, groupId) != null) {
      action.accept(resident);
      return;
    }
    ErrorDetails subject = ErrorDetails.ofGroup(groupId.toString());
    chat.questions()
        .ask(
            () -> chat.groups().get(userId, groupId),
            access -> {
              switch (access) {
                case Access.Member _ ->
                    onceTheDirectoryKnows(reply, userId, groupId, action, refused);
                case Access.Outsider _, Access.Hidden _ -> {
                  Refused.NoAccess reason = Objects.requireNonNull(access.refused());
                  refuse(Refusal.of(reason, subject), reply, refused);
                }
              }
            },
            cause -> refuse(reply.refusal(cause, subject), reply, refused));
  }

  /**
   * The store says that the user is a member, and the directory does not: a membership that was
   * just made, or one that has just ended. The writer answers behind both.
   */
  private void onceTheDirectoryKnows(
      Reply reply,
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
            tellWhyNot(reply, userId, groupId, refused);
          }
        };
    chat.messages()
        .newestSeq(
            groupId,
            Outcome.of(
                _ -> reply.onLoop(decide),
                cause -> refuse(reply.refusal(cause, subject), reply, refused)));
  }

  /** The membership has ended, and the group may have been closed or made private by that. */
  private void tellWhyNot(
      Reply reply, ObjectId userId, ObjectId groupId, Consumer<Refusal> refused) {
    ErrorDetails subject = ErrorDetails.ofGroup(groupId.toString());
    chat.questions()
        .ask(
            () -> chat.groups().whyNot(userId, groupId),
            reason -> refuse(Refusal.of(reason, subject), reply, refused),
            cause -> refuse(reply.refusal(cause, subject), reply, refused));
  }

  private static void refuse(Refusal refusal, Reply reply, Consumer<Refusal> refused) {
    reply.onLoop(() -> refused.accept(refusal));
  }
}
