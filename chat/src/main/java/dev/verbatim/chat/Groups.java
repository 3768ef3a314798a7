package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.GroupStore.Membership;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  public sealed interface Created {
    /** It exists for good; the user owns it. */
    record Done(Group group) implements Created {}

    /** A field cannot be so. Nothing was made. */
    record Invalid(String field, String message) implements Created {}

    /** The user is in {@link ChatSettings#groupsPerUserMax} groups. Nothing was made. */
    record TooManyGroups() implements Created {}
  }

  /** What became of joining a group. */
  public sealed interface Joined {
    /** The user is a member for good; the group as it now is. */
    record Done(Group group, boolean isNew) implements Joined {}

    /** For the user there is no such group. */
    record NoGroup() implements Joined {}

    /** The group has {@link ChatSettings#membersPerGroupMax} members. */
    record Full() implements Joined {}

    /** The user is in {@link ChatSettings#groupsPerUserMax} groups. */
    record TooManyGroups() implements Joined {}
  }

  /** Makes a group with the user as its owner. Name and description are trimmed. */
  public Created create(
      ObjectId userId, String name, @Nullable String description, boolean isPrivate)
      throws StoreException {
    String trimmedName = Content.trim(name);
    String trimmedDescription = description == null ? "" : Content.trim(description);
    if (trimmedName.isEmpty() || trimmedName.length() > NAME_LENGTH_MAX) {
      return new Created.Invalid("name", "The name must have 1 to 100 characters");
    }
    if (Content.hasUnpairedSurrogate(trimmedName)) {
      return new Created.Invalid("name", "The name has an unpaired surrogate");
    }
    if (trimmedDescription.length() > DESCRIPTION_LENGTH_MAX) {
      return new Created.Invalid("description", "The description has more than 500 characters");
    }
    if (Content.hasUnpairedSurrogate(trimmedDescription)) {
      return new Created.Invalid("description", "The description has an unpaired surrogate");
    }
    if (groupCount(userId) >= settings.groupsPerUserMax()) {
      return new Created.TooManyGroups();
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
    return writer.commit(
        new Write.PutGroup(group),
        stored -> {
          if (stored.createdAt().equals(group.createdAt())) {
            stored.members().forEach(member -> tellAdded(stored, member));
          }
        });
  }

  /** Makes a user a member of a public group; one who is a member already stays so. */
  public Joined join(ObjectId userId, ObjectId groupId) throws StoreException {
    switch (get(userId, groupId)) {
      case Access.Member(Group group, Role _) -> {
        if (directory.user(userId) == null || directory.role(userId, groupId) != null) {
          return new Joined.Done(group, false);
        }
        // Another join of the same user is committed and on its way into the directory: the writer
        // answers behind it.
        return add(userId, groupId);
      }
      case Access.Hidden() -> {
        return new Joined.NoGroup();
      }
      case Access.Outsider(Group group) -> {
        if (group.members().size() >= settings.membersPerGroupMax()) {
          return new Joined.Full();
        }
      }
    }
    if (groupCount(userId) >= settings.groupsPerUserMax()) {
      return new Joined.TooManyGroups();
    }
    return add(userId, groupId);
  }

  /** Makes a user a member of whatever active group. */
  Joined add(ObjectId userId, ObjectId groupId) throws StoreException {
    Member member = new Member(userId, Role.MEMBER, clock.instant());
    Write.MemberAdded added =
        writer.commit(
            new Write.AddMember(groupId, member),
            outcome -> {
              if (outcome instanceof Write.MemberAdded.Added(Group group)) {
                tellAdded(group, member);
              }
            });
    return switch (added) {
      case Write.MemberAdded.Added(Group group) -> new Joined.Done(group, true);
      case Write.MemberAdded.Already(Group group) -> new Joined.Done(group, false);
      case Write.MemberAdded.NoGroup() -> new Joined.NoGroup();
    };
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
