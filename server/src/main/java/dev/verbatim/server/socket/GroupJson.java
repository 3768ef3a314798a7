package dev.verbatim.server.socket;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.GroupStore.Membership;
import dev.verbatim.server.wire.WireJson;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;

/** Writes what sockets are told of groups. */
final class GroupJson {
  private GroupJson() {}

  /** The elements of {@code user_groups}, as this user sees them. */
  static void overviews(JsonGenerator json, List<Membership> memberships, ObjectId userId) {
    json.writeStartArray();
    for (Membership membership : memberships) {
      Group group = membership.group();
      json.writeStartObject();
      WireJson.id(json, "id", group.id());
      json.writeStringProperty("name", group.name());
      WireJson.optional(json, "description", group.description());
      json.writeNumberProperty("memberCount", membership.memberCount());
      if (membership.lastMessage() != null) {
        json.writeName("lastMessage");
        WireJson.message(
            json,
            membership.lastMessage(),
            List.of(),
            membership.lastMessage().senderId().equals(userId));
      }
      json.writeStringProperty("type", "group");
      json.writeNumberProperty("unreadCount", membership.unreadCount());
      json.writeNumberProperty("lastReadSeq", membership.lastReadSeq());
      json.writeEndObject();
    }
    json.writeEndArray();
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
