package dev.verbatim.server.http;

import dev.verbatim.chat.Access;
import dev.verbatim.chat.Changed;
import dev.verbatim.chat.Groups;
import dev.verbatim.chat.Refused;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.GroupStore.Membership;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.wire.WireJson;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * A group as one user sees it.
 *
 * @param members those that the user may see
 * @param unreadCount of the user's, 0 for one who is not in it
 * @param lastReadSeq of the user's, 0 for one who is not in it
 */
record GroupView(Group group, List<Member> members, long unreadCount, long lastReadSeq) {
  /** As a member sees it. */
  static GroupView ofMember(Membership membership) {
    return new GroupView(
        membership.group(),
        membership.group().members(),
        membership.unreadCount(),
        membership.lastReadSeq());
  }

  /** As it is for its owner who has just made it. */
  static GroupView ofNew(Group group) {
    return new GroupView(group, group.members(), 0, 0);
  }

  /** As a public group is for those who are not in it: how many members it has, but not who. */
  static GroupView ofOutsider(Group group) {
    return new GroupView(group, List.of(), 0, 0);
  }

  /** A group as it now is; empty if for this user there is none. Blocks. */
  static Optional<GroupView> of(Groups groups, ObjectId userId, ObjectId groupId)
      throws StoreException {
    Optional<Membership> membership = groups.membership(userId, groupId);
    if (membership.isPresent()) {
      return membership.map(GroupView::ofMember);
    }
    return switch (groups.get(userId, groupId)) {
      case Access.Hidden _ -> Optional.empty();
      case Access.Outsider(Group group) -> Optional.of(ofOutsider(group));
      // Who has joined meanwhile.
      case Access.Member _ -> groups.membership(userId, groupId).map(GroupView::ofMember);
    };
  }

  /**
   * A group behind a change; empty if for the user who made it there is none any more, which does
   * not undo the change. Blocks.
   */
  static Optional<GroupView> behind(
      Changed changed, Groups groups, ObjectId userId, ObjectId groupId) throws StoreException {
    return switch (changed) {
      case Changed.Done _ -> of(groups, userId, groupId);
      case Refused refused -> throw RefusalException.ofGroup(refused, groupId);
    };
  }

  /** Writes it as the property {@code group}. */
  void writeProperty(JsonGenerator json) {
    json.writeName("group");
    write(json);
  }

  /** Writes a Group and what routes say of it besides. */
  void write(JsonGenerator json) {
    json.writeStartObject();
    WireJson.groupFields(json, group, members);
    WireJson.id(json, "id", group.id());
    json.writeNumberProperty("memberCount", group.members().size());
    json.writeNumberProperty("unreadCount", unreadCount);
    json.writeNumberProperty("lastReadSeq", lastReadSeq);
    json.writeEndObject();
  }
}
