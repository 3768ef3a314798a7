package dev.verbatim.server.socket;

import dev.verbatim.chat.Membership;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.MessageStore.LastMessage;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.WireJson;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes what sockets are told of groups. */
final class GroupJson {
  private GroupJson() {}

  /** An element of {@code user_groups} as this user sees it, with all there is to tell. */
  static byte[] overview(Membership membership, @Nullable LastMessage last, ObjectId userId) {
    return overview(
        membership,
        json -> {
          WireJson.optional(json, "description", membership.group().description());
          if (last != null) {
            Message message = last.message();
            json.writeName("lastMessage");
            WireJson.message(json, message, last.readers(), message.senderId().equals(userId));
          }
        });
  }

  /** An element of {@code user_groups} without what is optional. */
  static byte[] briefOverview(Membership membership) {
    return overview(membership, _ -> {});
  }

  private static byte[] overview(Membership membership, Consumer<JsonGenerator> optional) {
    return JsonBytes.ofObject(
        json -> {
          WireJson.id(json, "id", membership.group().id());
          json.writeStringProperty("name", membership.group().name());
          json.writeNumberProperty("memberCount", membership.memberCount());
          optional.accept(json);
          json.writeStringProperty("type", "group");
          json.writeNumberProperty("unreadCount", membership.standing().unreadCount());
          json.writeNumberProperty("lastReadSeq", membership.standing().lastReadSeq());
        });
  }

  /** The fields of {@code group_updated}. */
  static void updated(JsonGenerator json, Group group) {
    json.writeName("group");
    WireJson.group(json, group);
  }

  /** The fields of {@code group_joined}. */
  static void joined(JsonGenerator json, Group group, Collection<ObjectId> onlineMembers) {
    WireJson.id(json, "groupId", group.id());
    json.writeName("group");
    WireJson.group(json, group);
    json.writeArrayPropertyStart("onlineMembers");
    for (ObjectId userId : onlineMembers) {
      json.writeString(userId.toString());
    }
    json.writeEndArray();
  }

  /**
   * The fields of {@code group_members}.
   *
   * @param users those of the members who are known; of another the user is left out
   */
  static void members(
      JsonGenerator json,
      ObjectId groupId,
      List<Member> members,
      Map<ObjectId, User> users,
      Predicate<ObjectId> isOnline) {
    WireJson.id(json, "groupId", groupId);
    json.writeArrayPropertyStart("members");
    for (Member member : members) {
      WireJson.member(json, member, users.get(member.userId()), isOnline.test(member.userId()));
    }
    json.writeEndArray();
  }
}
