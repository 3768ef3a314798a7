package dev.verbatim.server.http;

import dev.verbatim.chat.Changed;
import dev.verbatim.chat.Groups;
import dev.verbatim.chat.Membership;
import dev.verbatim.chat.Refused;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.GroupExcerpt;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.WireJson;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * A group as one user sees it.
 *
 * @param excerpt with those members that the user may see, or the first of them
 * @param unreadCount of the user's, 0 for one who is not in it
 * @param lastReadSeq of the user's, 0 for one who is not in it
 */
record GroupView(GroupExcerpt excerpt, long unreadCount, long lastReadSeq) {
  /** As a member sees it. */
  static GroupView ofMember(Membership membership) {
    Standing standing = membership.standing();
    return new GroupView(membership.excerpt(), standing.unreadCount(), standing.lastReadSeq());
  }

  /** As it is for its owner who has just made it. */
  static GroupView ofNew(Group group) {
    return new GroupView(GroupExcerpt.of(group, Limits.MEMBERS_SHOWN_MAX), 0, 0);
  }

  /** As a public group is for those who are not in it: how many members it has, but not who. */
  static GroupView ofOutsider(GroupExcerpt excerpt) {
    return new GroupView(excerpt, 0, 0);
  }

  /** A group as it now is; empty if for this user there is none. Blocks. */
  static Optional<GroupView> of(Groups groups, ObjectId userId, ObjectId groupId)
      throws StoreException {
    Optional<Membership> membership = groups.membership(userId, groupId, Limits.MEMBERS_SHOWN_MAX);
    return membership.isPresent()
        ? membership.map(GroupView::ofMember)
        : groups.ofOutsiders(groupId).map(GroupView::ofOutsider);
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
    WireJson.groupFields(json, excerpt.group());
    WireJson.id(json, "id", excerpt.group().id());
    json.writeNumberProperty("memberCount", excerpt.memberCount());
    json.writeNumberProperty("unreadCount", unreadCount);
    json.writeNumberProperty("lastReadSeq", lastReadSeq);
    json.writeEndObject();
  }
}
