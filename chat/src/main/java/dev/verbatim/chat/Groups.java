package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.GroupStore.Membership;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Groups and who is in them. Stateless; for any thread that may block. */
public final class Groups {
  /** The most UTF-16 code units of a name. */
  public static final int NAME_LENGTH_MAX = 100;

  /** The most UTF-16 code units of a description. */
  public static final int DESCRIPTION_LENGTH_MAX = 500;

  private final ChatStore store;
  private final Writer writer;
  private final Directory directory;
  private final ChatListener listener;
  private final Faults faults;
  private final InstantSource clock;
  private final ChatSettings settings;

  Groups(
      ChatStore store,
      Writer writer,
      Directory directory,
      ChatListener listener,
      Faults faults,
      InstantSource clock,
      ChatSettings settings) {
    this.store = store;
    this.writer = writer;
    this.directory = directory;
    this.listener = listener;
    this.faults = faults;
    this.clock = clock;
    this.settings = settings;
  }

  /** What became of making a group. */
  public sealed interface Created
      permits Created.Done, Refused.InvalidField, Refused.TooManyGroups {
    /** It exists for good; the user owns it. */
    record Done(Group group) implements Created {}
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

  /** Makes a group with the user as its owner. Name and description are trimmed. */
  public Created create(
      ObjectId userId, String name, @Nullable String description, boolean isPrivate)
      throws StoreException {
    String trimmedName = Content.trim(name);
    String trimmedDescription = description == null ? "" : Content.trim(description);
    if (trimmedName.isEmpty() || trimmedName.length() > NAME_LENGTH_MAX) {
      return new Refused.InvalidField("name", "The name must have 1 to 100 characters");
    }
    if (Content.hasUnpairedSurrogate(trimmedName)) {
      return new Refused.InvalidField("name", "The name has an unpaired surrogate");
    }
    if (trimmedDescription.length() > DESCRIPTION_LENGTH_MAX) {
      return new Refused.InvalidField(
          "description", "The description has more than 500 characters");
    }
    if (Content.hasUnpairedSurrogate(trimmedDescription)) {
      return new Refused.InvalidField("description", "The description has an unpaired surrogate");
    }
    if (groupCount(userId) >= settings.groupsPerUserMax()) {
      return new Refused.TooManyGroups();
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
    return new Created.Done(put(group));
  }

  /** Stores a group unless there is one with its id, and tells of its members if it is new. */
  Group put(Group group) throws StoreException {
    return writer
        .commit(
            new Write.PutGroup(group),
            put -> {
              if (put.isNew()) {
                put.group().members().forEach(member -> tellAdded(put.group(), member));
              }
            })
        .group();
  }

  /**
   * Stores a user unless there is one with its clerkId; one that is new becomes a member of the
   * group in the same commit, if that is there, active and not full.
   */
  Write.UserPut put(User user, ObjectId firstGroupId) throws StoreException {
    Runnable release = directory.holdGroup(firstGroupId);
    if (release == null) {
      return writer.commit(new Write.PutUser(user));
    }
    try {
      Group group = Objects.requireNonNull(directory.group(firstGroupId));
      if (!group.isActive() || group.members().size() >= settings.membersPerGroupMax()) {
        return writer.commit(new Write.PutUser(user));
      }
      Write.PutUser put = new Write.PutUser(user, firstGroupId);
      return commitJoining(
          put,
          firstGroupId,
          put.firstMember(),
          result -> result.joined() instanceof Write.MemberAdded.Added);
    } finally {
      release.run();
    }
  }

  /** Makes a user a member of a public group; one who is a member already stays so. */
  public Joined join(ObjectId userId, ObjectId groupId) throws StoreException {
    // It is read once for all that follows, here and on the writer.
    Runnable release = directory.holdGroup(groupId);
    if (release == null) {
      return new Refused.NoGroup();
    }
    try {
      return joinHeld(userId, groupId);
    } finally {
      release.run();
    }
  }

  private Joined joinHeld(ObjectId userId, ObjectId groupId) throws StoreException {
    switch (get(userId, groupId)) {
      case Access.Member _ -> {
        if (directory.user(userId) == null || directory.role(userId, groupId) != null) {
          return joined(userId, groupId, false);
        }
        // Another join of the same user is committed and on its way into the directory: the writer
        // answers behind it.
      }
      case Access.Hidden() -> {
        return new Refused.NoGroup();
      }
      case Access.Outsider(Group group) -> {
        if (group.members().size() >= settings.membersPerGroupMax()) {
          return new Refused.GroupFull();
        }
        if (groupCount(userId) >= settings.groupsPerUserMax()) {
          return new Refused.TooManyGroups();
        }
      }
    }
    Member member = new Member(userId, Role.MEMBER, clock.instant());
    Write.MemberAdded added =
        commitJoining(
            new Write.AddMember(groupId, member),
            groupId,
            member,
            Write.MemberAdded.Added.class::isInstance);
    return switch (added) {
      case Write.MemberAdded.Added _ -> joined(userId, groupId, true);
      case Write.MemberAdded.Already() -> joined(userId, groupId, false);
      case Write.MemberAdded.NoGroup() -> new Refused.NoGroup();
    };
  }

  private Joined joined(ObjectId userId, ObjectId groupId, boolean isNew) throws StoreException {
    List<Standing> standing =
        store.standings(userId).stream().filter(each -> each.groupId().equals(groupId)).toList();
    List<Membership> membership = memberships(standing);
    return membership.isEmpty()
        ? new Refused.NoGroup()
        : new Joined.Done(membership.getFirst(), isNew);
  }

  /**
   * Commits a write that makes somebody a member of a group, and tells of it if it did. The caller
   * holds the group, which is held on until the outcome is told, however late that is: the
   * directory has the group to add the member to.
   */
  private <R> R commitJoining(
      Write<R> write, ObjectId groupId, Member member, Predicate<? super R> hasJoined)
      throws StoreException {
    Runnable release = Objects.requireNonNull(directory.holdGroup(groupId));
    return writer.commit(
        write,
        Outcome.<R>of(
            result -> {
              try {
                if (hasJoined.test(result)) {
                  tellAdded(Objects.requireNonNull(directory.group(groupId)), member);
                }
              } finally {
                release.run();
              }
            },
            _ -> release.run()));
  }

  private void tellAdded(Group group, Member member) {
    faults.guard("telling a new member", () -> listener.onMemberAdded(group, member));
  }

  private int groupCount(ObjectId userId) throws StoreException {
    return directory.user(userId) != null
        ? directory.groupIds(userId).size()
        : store.standings(userId).size();
  }

  /** How a user stands to a group. */
  public Access get(ObjectId userId, ObjectId groupId) throws StoreException {
    Group resident = directory.group(groupId);
    Optional<Group> found = resident != null ? Optional.of(resident) : store.group(groupId);
    if (found.isEmpty() || !found.get().isActive()) {
      return new Access.Hidden();
    }
    Group group = found.get();
    Role role = directory.role(userId, groupId);
    if (role == null) {
      role = roleIn(group, userId);
    }
    if (role != null) {
      return new Access.Member(group, role);
    }
    return group.isPrivate() ? new Access.Hidden() : new Access.Outsider(group);
  }

  private static @Nullable Role roleIn(Group group, ObjectId userId) {
    for (Member member : group.members()) {
      if (member.userId().equals(userId)) {
        return member.role();
      }
    }
    return null;
  }

  /** The groups of a user, in the order in which the user joined. */
  public List<Membership> of(ObjectId userId) throws StoreException {
    return memberships(store.standings(userId));
  }

  /** Standings with their groups, which are mostly in the directory. */
  List<Membership> memberships(List<Standing> standings) throws StoreException {
    List<Membership> memberships = new ArrayList<>(standings.size());
    for (Standing standing : standings) {
      Group resident = directory.group(standing.groupId());
      Optional<Group> group =
          resident != null ? Optional.of(resident) : store.group(standing.groupId());
      if (group.isPresent()) {
        memberships.add(
            new Membership(
                group.get(),
                standing.role(),
                standing.newestSeq(),
                standing.lastMessage(),
                standing.lastReadSeq()));
      }
    }
    return memberships;
  }

  /**
   * Public groups that the user is not in, newest first.
   *
   * @param after only groups older than this one, null for the newest
   * @param limit how many, clamped to 1 … {@link ChatSettings#discoverPageMax}
   */
  public List<Group> discover(ObjectId userId, @Nullable ObjectId after, int limit)
      throws StoreException {
    return store.discover(userId, after, Math.clamp(limit, 1, settings.discoverPageMax()));
  }
}
