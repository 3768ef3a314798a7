package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Members;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change to a group that is there. Whether it may be made is decided at its place in the commit
 * order, by the rules that stand here and what the store knows at that place: two changes that race
 * are one after the other, and the second meets what the first has left.
 *
 * <p>A store looks whether the group is there and active, gathers the {@link Facts}, asks {@link
 * #obstacle}, and if there is none does what {@link #appliedTo} does.
 */
public sealed interface GroupChange extends Write<GroupChanged> {
  ObjectId groupId();

  /** Who wants it. */
  ObjectId byId();

  /** Whose place in the group it is about; null for a change of the group itself. */
  @Nullable ObjectId memberId();

  /** When; the group's {@code updatedAt} from then on. */
  Instant at();

  /**
   * What a store knows of an active group at one place in the commit order.
   *
   * @param by the role of {@link #byId}, null for one who is not in the group
   * @param member the role of {@link #memberId}, null for nobody and for one who is not in the
   *     group
   * @param isUser whether {@link #memberId} is a user at all, and an active one
   */
  record Facts(boolean isPrivate, @Nullable Role by, @Nullable Role member, boolean isUser) {
    /** What somebody is told who is not in the group. */
    private GroupChanged notMember() {
      return isPrivate ? new GroupChanged.NoGroup() : new GroupChanged.NotMember();
    }

    /** What keeps somebody from what owner and admins may; null for these. */
    private @Nullable GroupChanged notInCharge() {
      return switch (by) {
        case OWNER, ADMIN -> null;
        case MEMBER -> new GroupChanged.NotAllowed();
        case null -> notMember();
      };
    }

    /** What keeps somebody from what the owner alone may; null for the owner. */
    private @Nullable GroupChanged notOwner() {
      return switch (by) {
        case OWNER -> null;
        case ADMIN, MEMBER -> new GroupChanged.NotAllowed();
        case null -> notMember();
      };
    }
  }

  private static void checkNotOwner(Role role) {
    if (role == Role.OWNER) {
      throw new IllegalArgumentException("Nobody becomes the owner but by a transfer");
    }
  }

  /** What keeps this from being done, or makes it needless; null if nothing does. */
  @Nullable GroupChanged obstacle(Facts facts);

  /** The group with this done, and changed at this time. */
  Group appliedTo(Group group);

  /**
   * Name, description or privacy; null leaves each as it is.
   *
   * @param description empty for none from now on
   */
  record ChangeSettings(
      ObjectId groupId,
      ObjectId byId,
      @Nullable String name,
      @Nullable String description,
      @Nullable Boolean isPrivate,
      Instant at)
      implements GroupChange {
    @Override
    public @Nullable ObjectId memberId() {
      return null;
    }

    @Override
    public @Nullable GroupChanged obstacle(Facts facts) {
      GroupChanged obstacle = facts.notInCharge();
      boolean isNothing = name == null && description == null && isPrivate == null;
      return obstacle == null && isNothing ? new GroupChanged.Unchanged() : obstacle;
    }

    @Override
    public Group appliedTo(Group group) {
      return new Group(
          group.id(),
          name != null ? name : group.name(),
          description == null ? group.description() : description.isEmpty() ? null : description,
          group.ownerId(),
          group.members(),
          isPrivate != null ? isPrivate : group.isPrivate(),
          group.isActive(),
          group.createdAt(),
          at);
    }
  }

  /**
   * Adds a member. Whoever adds themselves joins, which is for public groups.
   *
   * @param member anything but the owner
   */
  record AddMember(ObjectId groupId, Member member, ObjectId byId) implements GroupChange {
    public AddMember {
      checkNotOwner(member.role());
    }

    /** A user joins. */
    public AddMember(ObjectId groupId, Member member) {
      this(groupId, member, member.userId());
    }

    @Override
    public ObjectId memberId() {
      return member.userId();
    }

    @Override
    public Instant at() {
      return member.joinedAt();
    }

    @Override
    public @Nullable GroupChanged obstacle(Facts facts) {
      boolean joins = byId.equals(member.userId());
      if (joins && facts.member() == null && facts.isPrivate()) {
        return new GroupChanged.NoGroup();
      }
      GroupChanged obstacle = joins ? null : facts.notInCharge();
      if (obstacle != null) {
        return obstacle;
      }
      if (!facts.isUser()) {
        return new GroupChanged.NoMember();
      }
      return facts.member() != null ? new GroupChanged.Unchanged() : null;
    }

    @Override
    public Group appliedTo(Group group) {
      return group.with(Members.copyOf(group.members()).with(member), at());
    }
  }

  /** Removes a member. Whoever removes themselves leaves, which all may but the owner. */
  record RemoveMember(ObjectId groupId, ObjectId memberId, ObjectId byId, Instant at)
      implements GroupChange {
    @Override
    public @Nullable GroupChanged obstacle(Facts facts) {
      if (byId.equals(memberId)) {
        return switch (facts.member()) {
          case OWNER -> new GroupChanged.OwnerStays();
          case ADMIN, MEMBER -> null;
          case null -> facts.notMember();
        };
      }
      GroupChanged obstacle = facts.notInCharge();
      if (obstacle != null) {
        return obstacle;
      }
      return switch (facts.member()) {
        case OWNER -> new GroupChanged.NotAllowed();
        case ADMIN, MEMBER -> null;
        case null -> new GroupChanged.NoMember();
      };
    }

    @Override
    public Group appliedTo(Group group) {
      return group.with(Members.copyOf(group.members()).without(memberId), at);
    }
  }

  /**
   * Makes a member an admin or an admin a member.
   *
   * @param role anything but the owner's
   */
  record ChangeRole(ObjectId groupId, ObjectId memberId, Role role, ObjectId byId, Instant at)
      implements GroupChange {
    public ChangeRole {
      checkNotOwner(role);
    }

    @Override
    public @Nullable GroupChanged obstacle(Facts facts) {
      GroupChanged obstacle = facts.notInCharge();
      if (obstacle != null) {
        return obstacle;
      }
      if (byId.equals(memberId)) {
        return new GroupChanged.NotAllowed();
      }
      return switch (facts.member()) {
        case OWNER -> new GroupChanged.NotAllowed();
        case ADMIN, MEMBER -> facts.member() == role ? new GroupChanged.Unchanged() : null;
        case null -> new GroupChanged.NoMember();
      };
    }

    @Override
    public Group appliedTo(Group group) {
      return group.with(Members.copyOf(group.members()).withRole(memberId, role), at);
    }
  }

  /** Makes a member the owner, and the owner an admin. */
  record TransferOwnership(ObjectId groupId, ObjectId memberId, ObjectId byId, Instant at)
      implements GroupChange {
    @Override
    public @Nullable GroupChanged obstacle(Facts facts) {
      GroupChanged obstacle = facts.notOwner();
      if (obstacle != null) {
        return obstacle;
      }
      return switch (facts.member()) {
        case OWNER -> new GroupChanged.Unchanged();
        case ADMIN, MEMBER -> facts.isUser() ? null : new GroupChanged.NoMember();
        case null -> new GroupChanged.NoMember();
      };
    }

    @Override
    public Group appliedTo(Group group) {
      Members members =
          Members.copyOf(group.members()).withRole(byId, Role.ADMIN).withRole(memberId, Role.OWNER);
      return new Group(
          group.id(),
          group.name(),
          group.description(),
          memberId,
          members,
          group.isPrivate(),
          group.isActive(),
          group.createdAt(),
          at);
    }
  }

  /** Closes the group for good: it does not exist for anybody any more. */
  record CloseGroup(ObjectId groupId, ObjectId byId, Instant at) implements GroupChange {
    @Override
    public @Nullable ObjectId memberId() {
      return null;
    }

    @Override
    public @Nullable GroupChanged obstacle(Facts facts) {
      return facts.notOwner();
    }

    @Override
    public Group appliedTo(Group group) {
      return new Group(
          group.id(),
          group.name(),
          group.description(),
          group.ownerId(),
          group.members(),
          group.isPrivate(),
          /* isActive= */ false,
          group.createdAt(),
          at);
    }
  }
}
