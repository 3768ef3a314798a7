package dev.verbatim.server.socket;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.server.wire.WireJson;
import java.util.List;
import java.util.Map;

/**
 * The events about groups: entering and leaving their rooms, who is in them. Runs on the event loop
 * of the socket concerned, but for questions and what else it says.
 */
final class GroupEvents {
  private final Chat chat;
  private final MemberCheck members;
  private final Recovery recovery;

  GroupEvents(Chat chat, MemberCheck members, Recovery recovery) {
    this.chat = chat;
    this.members = members;
    this.recovery = recovery;
  }

  void onJoin(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    Long lastSeq = payload.integer(Field.LAST_SEQ);
    Joining joining = new Joining(client, client.userId(), client.joins().begin(groupId), reply);
    members.check(
        client.userId(),
        groupId,
        reply,
        group -> {
          if (joining.isOvertaken()) {
            return;
          }
          if (lastSeq != null) {
            recovery.begin(joining, group, lastSeq);
          } else {
            joining.joins().onJoined(joining.join());
            Rooms.enter(joining.socket(), groupId);
            answer(joining, group);
          }
        },
        joining::refuse);
  }

  private void answer(Joining joining, Group group) {
    if (chat.presence().isTold(group.id())) {
      joining.reply().succeed("group_joined", joining.joined(chat.onlineMembers(), group));
    } else {
      answerInLarge(joining, group, 1);
    }
  }

  /**
   * Looking for who is online in a large group can mean looking at many: it is a question. What was
   * told of the group meanwhile must not be followed by what it was before.
   *
   * @param reading how often it is looked, this time too
   */
  @SuppressWarnings("ReferenceEquality") // whether it equals would cost a look at all members
  private void answerInLarge(Joining joining, Group group, int reading) {
    chat.questions()
        .ask(
            () -> joining.joined(chat.onlineMembers(), group),
            joined ->
                joining.onLoop(
                    () -> {
                      Group now = chat.directory().group(group.id());
                      if (now == null
                          || chat.directory().role(joining.userId(), group.id()) == null) {
                        tellOut(joining);
                      } else if (now == group || reading == Limits.GROUPS_READ_MAX) {
                        joining.reply().succeed("group_joined", joined);
                      } else {
                        answerInLarge(joining, now, reading + 1);
                      }
                    }),
            cause -> joining.reply().fail(cause, joining.subject()));
  }

  /** Who joined is out of the group, or was, before that could be answered. */
  private void tellOut(Joining joining) {
    Reply reply = joining.reply();
    members.check(
        joining.userId(),
        joining.join().groupId(),
        joining.reply(),
        _ -> reply.fail(Refusal.overtaken(joining.subject())),
        reply::fail);
  }

  void onLeave(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    client.joins().onLeave(groupId);
    boolean isMember = chat.directory().role(client.userId(), groupId) != null;
    Rooms.leave(client.socket(), groupId, isMember);
    chat.typing().stop(client.userId(), groupId, client.socket().id());
    members.check(
        client.userId(),
        groupId,
        reply,
        _ -> reply.succeed("group_left", json -> WireJson.id(json, "groupId", groupId)),
        reply::fail);
  }

  /** Tells the first members, as many as any answer shows, with who they are. */
  void onGetMembers(Client client, Payload payload, Reply reply) {
    ObjectId groupId = payload.id(Field.GROUP_ID);
    members.check(
        client.userId(),
        groupId,
        reply,
        group ->
            chat.questions()
                .ask(
                    () -> membersOf(group),
                    members -> reply.succeed("group_members", members),
                    cause -> reply.fail(cause, ErrorDetails.ofGroup(groupId.toString()))),
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
