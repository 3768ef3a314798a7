package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the store tells of groups. */
public interface GroupStore {
  /** The group with this id and all its members, closed ones too. */
  Optional<Group> group(ObjectId id) throws StoreException;

  /**
   * How a user stands in the active groups the user is in, in the order in which the user joined.
   * Its cost is that of the user's groups, however many members they have and whatever was read in
   * them: it is asked at each connect, while the groups are read once by {@link #group}.
   */
  List<Standing> standings(ObjectId userId) throws StoreException;

  /**
   * Public, active groups that the user is not in, newest first: the highest id first.
   *
   * @param after only groups with a lower id than this one, which need not exist; null for the
   *     newest
   */
  List<Group> discover(ObjectId userId, @Nullable ObjectId after, int limit) throws StoreException;

  /**
   * A group as one of its members sees it.
   *
   * @param group with all members
   * @param newestSeq 0 for a group without messages
   * @param lastMessage the newest message that is not deleted, if there is one
   * @param lastReadSeq the highest seq the member read or sent, 0 for none
   */
  record Membership(
      Group group, Role role, long newestSeq, @Nullable Message lastMessage, long lastReadSeq) {
    /** How many members the group has, this one included. */
    public int memberCount() {
      return group.members().size();
    }

    /** How many messages stand above {@link #lastReadSeq}. */
    public long unreadCount() {
      return Math.max(0, newestSeq - lastReadSeq);
    }
  }

  /**
   * What a group is to one of its members.
   *
   * @param newestSeq 0 for a group without messages
   * @param lastMessage the newest message that is not deleted, if there is one
   * @param lastReadSeq the highest seq the member read or sent, 0 for none
   */
  record Standing(
      ObjectId groupId,
      Role role,
      Instant joinedAt,
      long newestSeq,
      @Nullable Message lastMessage,
      long lastReadSeq) {}
}
