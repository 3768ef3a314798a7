package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.GroupChange;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is in groups, and as what. Stateless; for any thread that may block. */
public final class Roster {
  private final ChatStore store;
  private final Writer writer;
  private final GroupCommits commits;
  private final Groups groups;
  private final Users users;
  private final Directory directory;
  private final InstantSource clock;
  private final ChatSettings settings;

  Roster(
      ChatStore store,
      Writer writer,
      GroupCommits commits,
      Groups groups,
      Users users,
      Directory directory,
      InstantSource clock,
      ChatSettings settings) {
    this.store = store;
    this.writer = writer;
    this.commits = commits;
    this.groups = groups;
    this.users = users;
    this.directory = directory;
    this.clock = clock;
    this.settings = settings;
  }

  /** What became of joining a group. */
  public sealed interface Joined
      permits Joined.Done, Refused.NoGroup, Refused.GroupFull, Refused.TooManyGroups {
    /**
     * The user is a member for good.
     *
     * @param isNew false for one who was a member already
     */
    record Done(Membership membership, boolean isNew) implements Joined {}
  }

  /** Makes a user a member of a public group; one who is a member already stays so. */
  public Joined join(ObjectId userId, ObjectId groupId) throws StoreException {
    // It is read once for all that follows, here and on the writer.
    Runnable release = directory.holdGroup(groupId);
    if (release == null) {
      return new Refused.NoGroup();
    }
    try {
      return switch (groups.get(userId, groupId)) {
        case Access.Hidden() -> new Refused.NoGroup();
        case Access.Member _ -> joined(userId, groupId, joinAgain(userId, groupId));
        case Access.Outsider _ -> {
          if (isFull(groupId)) {
            yield new Refused.GroupFull();
          }
          yield groups.countOf(userId) >= settings.groupsPerUserMax()
              ? new Refused.TooManyGroups(settings.groupsPerUserMax())
              : joined(userId, groupId, commitJoin(userId, groupId));
        }
      };
    } finally {
      release.run();
    }
  }

  /** Whether a group that is held takes nobody more. */
  private boolean isFull(ObjectId groupId) {
    return directory.memberCount(groupId) >= settings.membersPerGroupMax();
  }

  /**
   * One who is here and whose membership the directory does not know has just joined by another
   * request, which is committed and on its way into the directory: the writer answers behind it.
   */
  private GroupChanged joinAgain(ObjectId userId, ObjectId groupId) throws StoreException {
    return directory.user(userId) == null || directory.role(userId, groupId) != null
        ? new GroupChanged.Unchanged()
        : commitJoin(userId, groupId);
  }

  private GroupChanged commitJoin(ObjectId userId, ObjectId groupId) throws StoreException {
    Member member = new Member(userId, Role.MEMBER, clock.instant());
    return commits.commit(new GroupChange.AddMember(groupId, member));
  }

  private Joined joined(ObjectId userId, ObjectId groupId, GroupChanged outcome)
      throws StoreException {
    return switch (outcome) {
      case GroupChanged.Done _, GroupChanged.Unchanged _ -> {
        Optional<Membership> membership = groups.membership(userId, groupId, Integer.MAX_VALUE);
        // Who is removed meanwhile was in it for a moment, and is not any more.
        yield membership.isPresent()
            ? new Joined.Done(membership.get(), outcome instanceof GroupChanged.Done)
            : new Refused.NoGroup();
      }
      case GroupChanged.NoGroup _,
          GroupChanged.NotMember _,
          GroupChanged.NotAllowed _,
          GroupChanged.NoMember _,
          GroupChanged.OwnerStays _ ->
          new Refused.NoGroup();
    };
  }

  /**
   * Stores a user unless there is one with its clerkId; one that is new becomes a member of the
   * group in the same commit, if that is there, active and not full.
   */
  Write.UserPut put(User user, ObjectId firstGroupId) throws StoreException {
    Write.PutUser alone = new Write.PutUser(user);
    Write.PutUser joining = new Write.PutUser(user, firstGroupId);
    Runnable release = directory.holdGroup(firstGroupId);
    if (release == null) {
      return writer.commit(alone);
    }
    Group group = Objects.requireNonNull(directory.group(firstGroupId));
    if (!group.isActive() || isFull(firstGroupId)) {
      release.run();
      return writer.commit(alone);
    }
    return commits.commitHeld(
        joining,
        Objects.requireNonNull(joining.joining()),
        put -> put.joined() instanceof GroupChanged.Done,
        release);
  }

  /** The user is a member no more; the owner cannot leave. */
  public Changed leave(ObjectId userId, ObjectId groupId) throws StoreException {
    return remove(userId, groupId, userId);
  }

  /**
   * Makes somebody else a member, which owner and admins may; one who is a member already stays as
   * it is.
   *
   * @param role anything but the owner's
   */
  public Changed add(ObjectId byId, ObjectId groupId, ObjectId userId, Role role)
      throws StoreException {
    Access access = groups.get(byId, groupId);
    if (!(access instanceof Access.Member(Role by, _))) {
      return Objects.requireNonNull(access.refused());
    }
    if (by == Role.MEMBER) {
      return new Refused.NotAllowed();
    }
    if (userId.equals(byId)) {
      // Not a join: one who is removed meanwhile would be back, and with that role.
      return new Changed.Done();
    }
    // It is read once for all that follows, here and on the writer.
    Runnable release = directory.holdGroup(groupId);
    if (release == null) {
      return new Refused.NoGroup();
    }
    try {
      if (!(groups.get(userId, groupId) instanceof Access.Member)) {
        if (isFull(groupId)) {
          return new Refused.GroupFull();
        }
        if (groups.countOf(userId) >= settings.groupsPerUserMax()) {
          return new Refused.TooManyGroups(settings.groupsPerUserMax());
        }
      }
      Member member = new Member(userId, role, clock.instant());
      return Changed.of(commits.commit(new GroupChange.AddMember(groupId, member, byId)));
    } finally {
      release.run();
    }
  }

  /** Makes somebody a member no more, which owner and admins may. */
  public Changed remove(ObjectId byId, ObjectId groupId, ObjectId userId) throws StoreException {
    return Changed.of(
        commits.commit(new GroupChange.RemoveMember(groupId, userId, byId, clock.instant())));
  }

  /**
   * Makes a member an admin or an admin a member, which owner and admins may.
   *
   * @param role anything but the owner's
   */
  public Changed changeRole(ObjectId byId, ObjectId groupId, ObjectId userId, Role role)
      throws StoreException {
    return Changed.of(
        commits.commit(new GroupChange.ChangeRole(groupId, userId, role, byId, clock.instant())));
  }

  /** Makes a member the owner, which the owner may, who is an admin then. */
  public Changed transfer(ObjectId byId, ObjectId groupId, ObjectId newOwnerId)
      throws StoreException {
    return Changed.of(
        commits.commit(
            new GroupChange.TransferOwnership(groupId, newOwnerId, byId, clock.instant())));
  }

  /** What somebody is told who asks for a group's members. */
  public sealed interface Listed permits Listed.Page, Refused.NoAccess, Refused.NoUser {
    /**
     * Members in the order in which they joined.
     *
     * @param users those of them that exist, by id
     */
    record Page(List<Member> members, Map<ObjectId, User> users) implements Listed {
      public Page {
        members = List.copyOf(members);
        users = Map.copyOf(users);
      }
    }
  }

  /**
   * The members of a group, which members may see.
   *
   * @param after only those who joined after this member, null for the first
   * @param limit how many, clamped to 1 … {@link ChatSettings#membersPageMax}
   */
  public Listed members(ObjectId userId, ObjectId groupId, @Nullable ObjectId after, int limit)
      throws StoreException {
    Refused.NoAccess refused = groups.get(userId, groupId).refused();
    if (refused != null) {
      return refused;
    }
    int count = Math.clamp(limit, 1, settings.membersPageMax());
    Group resident = directory.group(groupId);
    Optional<List<Member>> page =
        resident != null
            ? page(resident.members(), after, count)
            : store.members(groupId, after, count);
    return page.isEmpty()
        ? new Refused.NoUser()
        : new Listed.Page(
            page.get(), users.summaries(page.get().stream().map(Member::userId).toList()));
  }

  /** Those behind a member; empty if there is none of this id. */
  private static Optional<List<Member>> page(
      List<Member> members, @Nullable ObjectId after, int limit) {
    int from = 0;
    if (after != null) {
      while (from < members.size() && !members.get(from).userId().equals(after)) {
        from++;
      }
      if (from == members.size()) {
        return Optional.empty();
      }
      from++;
    }
    return Optional.of(members.subList(from, Math.min(members.size(), from + limit)));
  }
}
