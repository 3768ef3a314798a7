package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.GroupExcerpt;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.GroupChange;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Groups: how they are made, found, changed and closed; who is in them is {@link Roster}'s.
 * Stateless; for any thread that may block.
 */
public final class Groups {
  /** The most UTF-16 code units of a name. */
  public static final int NAME_LENGTH_MAX = 100;

  /** The most UTF-16 code units of a description. */
  public static final int DESCRIPTION_LENGTH_MAX = 500;

  private final ChatStore store;
  private final GroupCommits commits;
  private final Directory directory;
  private final InstantSource clock;
  private final ChatSettings settings;

  Groups(
      ChatStore store,
      GroupCommits commits,
      Directory directory,
      InstantSource clock,
      ChatSettings settings) {
    this.store = store;
    this.commits = commits;
    this.directory = directory;
    this.clock = clock;
    this.settings = settings;
  }

  /** What became of making a group. */
  public sealed interface Created
      permits Created.Done, Refused.InvalidField, Refused.TooManyGroups {
    /** It exists for good; the user owns it. */
    record Done(Group group) implements Created {}
  }

  /** Makes a group with the user as its owner. Name and description are trimmed. */
  public Created create(
      ObjectId userId, String name, @Nullable String description, boolean isPrivate)
      throws StoreException {
    String trimmedName = Content.trim(name);
    String trimmedDescription = description == null ? "" : Content.trim(description);
    Refused.InvalidField mistake = GroupName.mistake(trimmedName);
    if (mistake == null) {
      mistake = GroupName.descriptionMistake(trimmedDescription);
    }
    if (mistake != null) {
      return mistake;
    }
    if (countOf(userId) >= settings.groupsPerUserMax()) {
      return new Refused.TooManyGroups(settings.groupsPerUserMax());
    }
    Instant now = clock.instant();
    Group group =
        new Group(
            ObjectId.next(now),
            trimmedName,
            trimmedDescription.isEmpty() ? null : trimmedDescription,
            userId,
            List.of(new Member(userId, Role.OWNER, now)),
            isPrivate,
            /* isActive= */ true,
            now,
            now);
    return new Created.Done(commits.make(group));
  }

  /**
   * Changes name, description or privacy, each left as it is where null, which owner and admins
   * may. Name and description are trimmed; an empty description is none.
   */
  public Changed change(
      ObjectId userId,
      ObjectId groupId,
      @Nullable String name,
      @Nullable String description,
      @Nullable Boolean isPrivate)
      throws StoreException {
    String trimmedName = name == null ? null : Content.trim(name);
    String trimmedDescription = description == null ? null : Content.trim(description);
    Refused.InvalidField mistake = trimmedName == null ? null : GroupName.mistake(trimmedName);
    if (mistake == null && trimmedDescription != null) {
      mistake = GroupName.descriptionMistake(trimmedDescription);
    }
    if (mistake != null) {
      return mistake;
    }
    return Changed.of(
        commits.commit(
            new GroupChange.ChangeSettings(
                groupId, userId, trimmedName, trimmedDescription, isPrivate, clock.instant())));
  }

  /** Closes a group for good, which its owner may. */
  public Changed close(ObjectId userId, ObjectId groupId) throws StoreException {
    return Changed.of(commits.commit(new GroupChange.CloseGroup(groupId, userId, clock.instant())));
  }

  /** How many groups a user is in. */
  int countOf(ObjectId userId) throws StoreException {
    return directory.user(userId) != null
        ? directory.groupIds(userId).size()
        : store.roles(userId).size();
  }

  /** How a user stands to a group. */
  public Access get(ObjectId userId, ObjectId groupId) throws StoreException {
    Group resident = directory.group(groupId);
    if (resident == null) {
      return store
          .affiliation(userId, groupId)
          .map(found -> Access.of(found.role(), found.isPrivate()))
          .orElseGet(Access.Hidden::new);
    }
    if (!resident.isActive()) {
      return new Access.Hidden();
    }
    Role role = directory.role(userId, groupId);
    return Access.of(role != null ? role : roleIn(resident, userId), resident.isPrivate());
  }

  /**
   * Why a user who was no member when it counted may not what members may. Who is one by now is
   * told to have been none.
   */
  public Refused.NoAccess whyNot(ObjectId userId, ObjectId groupId) throws StoreException {
    Refused.NoAccess reason = get(userId, groupId).refused();
    return reason != null ? reason : new Refused.NotMember();
  }

  private static @Nullable Role roleIn(Group group, ObjectId userId) {
    for (Member member : group.members()) {
      if (member.userId().equals(userId)) {
        return member.role();
      }
    }
    return null;
  }

  /** A public group as it is for those who are not in it, without its members. */
  public Optional<GroupExcerpt> ofOutsiders(ObjectId groupId) throws StoreException {
    return excerpt(groupId, 0).filter(found -> !found.group().isPrivate());
  }

  /** The groups of a user without their members, in the order in which the user joined. */
  public List<Membership> of(ObjectId userId) throws StoreException {
    return of(userId, 0, 0);
  }

  /**
   * The groups of a user with the first members of each, in the order in which the user joined.
   *
   * @param membersMax members of one group
   * @param membersTotalMax members of all groups, of which each has the same share
   */
  public List<Membership> of(ObjectId userId, int membersMax, int membersTotalMax)
      throws StoreException {
    List<Standing> standings = store.standings(userId);
    int share = Math.min(membersMax, membersTotalMax / Math.max(1, standings.size()));
    List<Membership> memberships = new ArrayList<>(standings.size());
    for (Standing standing : standings) {
      excerpt(standing.groupId(), share)
          .ifPresent(group -> memberships.add(new Membership(group, standing)));
    }
    return memberships;
  }

  /** One group as the user, a member, sees it; empty for one who is none. */
  public Optional<Membership> membership(ObjectId userId, ObjectId groupId, int membersMax)
      throws StoreException {
    Optional<Standing> standing = store.standing(userId, groupId);
    return standing.isEmpty()
        ? Optional.empty()
        : excerpt(groupId, membersMax).map(group -> new Membership(group, standing.get()));
  }

  /** A group that is not closed, mostly from the directory. */
  private Optional<GroupExcerpt> excerpt(ObjectId groupId, int membersMax) throws StoreException {
    Group resident = directory.group(groupId);
    Optional<GroupExcerpt> found =
        resident != null
            ? Optional.of(GroupExcerpt.of(resident, membersMax))
            : store.excerpt(groupId, membersMax);
    return found.filter(excerpt -> excerpt.group().isActive());
  }

  /**
   * Public groups that the user is not in, newest first, without their members.
   *
   * @param after only groups older than this one, null for the newest
   * @param limit how many, clamped to 1 … {@link ChatSettings#discoverPageMax}
   */
  public List<GroupExcerpt> discover(ObjectId userId, @Nullable ObjectId after, int limit)
      throws StoreException {
    return store.discover(userId, after, Math.clamp(limit, 1, settings.discoverPageMax()));
  }
}
