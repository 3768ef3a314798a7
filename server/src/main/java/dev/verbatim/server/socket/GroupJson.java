package dev.verbatim.server.socket;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.GroupStore.Membership;
import dev.verbatim.server.wire.WireJson;
import java.util.Collection;
import java.util.List;
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
}
