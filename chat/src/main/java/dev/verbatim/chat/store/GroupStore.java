package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.GroupExcerpt;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the store tells of groups. A question costs what it tells, but for what it says itself. */
public interface GroupStore {
  /** The group with this id and all its members, closed ones too. */
  Optional<Group> group(ObjectId id) throws StoreException;

  /** The group with this id and the first of its members, which are counted; closed ones too. */
  Optional<GroupExcerpt> excerpt(ObjectId id, int membersMax) throws StoreException;

  /**
   * Members of a group, at most {@code limit}, in the order in which they joined.
   *
   * @param after only those who joined after this member, null for the first
   * @return empty if {@code after} is not in the group
   */
  Optional<List<Member>> members(ObjectId groupId, @Nullable ObjectId after, int limit)
      throws StoreException;

  /** What a user is to an active group; empty if there is no such group. */
  Optional<Affiliation> affiliation(ObjectId userId, ObjectId groupId) throws StoreException;

  /** The active groups a user is in, and as what. It is asked when the user comes. */
  Map<ObjectId, Role> roles(ObjectId userId) throws StoreException;

  /**
   * How a user stands in the active groups the user is in, in the order in which the user joined.
   * Its cost is that of the user's groups, however many members they have and whatever was said and
   * read in them.
   */
  List<Standing> standings(ObjectId userId) throws StoreException;

  /** How a user stands in one active group; empty for one who is not in it. */
  Optional<Standing> standing(ObjectId userId, ObjectId groupId) throws StoreException;

  /**
   * Public, active groups that the user is not in, newest first: the highest id first. Their
   * members are counted, and not told.
   *
   * @param after only groups with a lower id than this one, which need not exist; null for the
   *     newest
   */
  List<GroupExcerpt> discover(ObjectId userId, @Nullable ObjectId after, int limit)
      throws StoreException;

  /**
   * What a user is to a group.
   *
   * @param role null for one who is not in it
   */
  record Affiliation(boolean isPrivate, @Nullable Role role) {}

  /**
   * What a group is to one of its members.
   *
   * @param newestSeq 0 for a group without messages
   * @param newestAt when that message was sent, null for a group without messages
   * @param lastReadSeq the highest seq the member read or sent, 0 for none
   */
  record Standing(
      ObjectId groupId,
      Role role,
      Instant joinedAt,
      long newestSeq,
      @Nullable Instant newestAt,
      long lastReadSeq) {
    /** How many messages stand above {@link #lastReadSeq}. */
    public long unreadCount() {
      return Math.max(0, newestSeq - lastReadSeq);
    }
  }
}
