package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.GroupChange;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.GroupPut;
import dev.verbatim.chat.store.Write.PutGroup;
import java.sql.SQLException;
import java.util.Optional;

/** Writes of groups and their members. Confined to the writer. */
final class GroupWrites {
  private static final String PUT =
      """
      INSERT INTO groups
          (id, name, description, owner_key, is_private, is_active, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;
  private static final String ADD_MEMBER =
      """
      INSERT INTO members (group_key, user_key, role, joined_at) VALUES (?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;
  // What the member has read stays: it is exact for good, and there again for who comes back.
  private static final String REMOVE_MEMBER =
      "DELETE FROM members WHERE group_key = ? AND user_key = ?";
  private static final String CHANGE_ROLE =
      "UPDATE members SET role = ? WHERE group_key = ? AND user_key = ?";
  private static final String CHANGE_OWNER = "UPDATE groups SET owner_key = ? WHERE group_key = ?";
  private static final String CHANGE_SETTINGS =
      """
      UPDATE groups
      SET name = coalesce(?, name), description = iif(?, nullif(?, ''), description), is_private = ?
      WHERE group_key = ?
      """;
  private static final String CLOSE = "UPDATE groups SET is_active = 0 WHERE group_key = ?";
  private static final String TOUCH = "UPDATE groups SET updated_at = ? WHERE group_key = ?";

  private final Queries queries;
  private final Keys keys;

  GroupWrites(Queries queries, Keys keys) {
    this.queries = queries;
    this.keys = keys;
  }

  GroupPut put(PutGroup write) throws SQLException, StoreException {
    Group group = write.group();
    int inserted =
        queries
            .statements()
            .get(PUT)
            .bind(group.id())
            .bind(group.name())
            .bind(group.description())
            .bind(keys.user(group.ownerId()))
            .bind(group.isPrivate())
            .bind(group.isActive())
            .bind(group.createdAt())
            .bind(group.updatedAt())
            .update();
    if (inserted == 1) {
      long groupKey = keys.head(group.id()).groupKey;
      for (Member member : group.members()) {
        if (addMember(groupKey, member) == 0) {
          throw new StoreException("User %s is twice in a group".formatted(member.userId()));
        }
      }
    }
    return new GroupPut(queries.groups().byId(group.id()).orElseThrow(), inserted == 1);
  }

  GroupChanged change(GroupChange change) throws SQLException, StoreException {
    Optional<GroupQueries.Active> found = queries.groups().active(change.groupId());
    if (found.isEmpty()) {
      return new GroupChanged.NoGroup();
    }
    GroupQueries.Active group = found.get();
    GroupChanged obstacle = change.obstacle(facts(change, group));
    if (obstacle != null) {
      return obstacle;
    }
    int changed = apply(change, group);
    if (changed != 1) {
      // Of what is changed nothing: names and descriptions are what people say.
      throw new StoreException(
          "%s of group %s changed %d rows"
              .formatted(change.getClass().getSimpleName(), change.groupId(), changed));
    }
    queries.statements().get(TOUCH).bind(change.at()).bind(group.key()).update();
    return new GroupChanged.Done();
  }

  private GroupChange.Facts facts(GroupChange change, GroupQueries.Active group)
      throws SQLException {
    ObjectId memberId = change.memberId();
    return new GroupChange.Facts(
        group.isPrivate(),
        queries.groups().role(group.key(), change.byId()),
        memberId == null ? null : queries.groups().role(group.key(), memberId),
        memberId != null && queries.users().isActive(memberId));
  }

  /** Does what {@link GroupChange#appliedTo} does but for the time, to exactly one row each. */
  private int apply(GroupChange change, GroupQueries.Active group)
      throws SQLException, StoreException {
    return switch (change) {
      case GroupChange.ChangeSettings settings -> changeSettings(settings, group);
      case GroupChange.AddMember add -> addMember(group.key(), add.member());
      case GroupChange.RemoveMember remove ->
          queries
              .statements()
              .get(REMOVE_MEMBER)
              .bind(group.key())
              .bind(keys.user(remove.memberId()))
              .update();
      case GroupChange.ChangeRole role -> changeRole(group.key(), role.memberId(), role.role());
      case GroupChange.TransferOwnership transfer -> transfer(transfer, group.key());
      case GroupChange.CloseGroup _ -> queries.statements().get(CLOSE).bind(group.key()).update();
    };
  }

  private int changeSettings(GroupChange.ChangeSettings settings, GroupQueries.Active group)
      throws SQLException {
    Boolean isPrivate = settings.isPrivate();
    return queries
        .statements()
        .get(CHANGE_SETTINGS)
        .bind(settings.name())
        .bind(settings.description() != null)
        .bind(settings.description())
        .bind(isPrivate != null ? isPrivate : group.isPrivate())
        .bind(group.key())
        .update();
  }

  private int addMember(long groupKey, Member member) throws SQLException, StoreException {
    return queries
        .statements()
        .get(ADD_MEMBER)
        .bind(groupKey)
        .bind(keys.user(member.userId()))
        .bind(Columns.code(member.role()))
        .bind(member.joinedAt())
        .update();
  }

  private int changeRole(long groupKey, ObjectId userId, Role role)
      throws SQLException, StoreException {
    return queries
        .statements()
        .get(CHANGE_ROLE)
        .bind(Columns.code(role))
        .bind(groupKey)
        .bind(keys.user(userId))
        .update();
  }

  private int transfer(GroupChange.TransferOwnership transfer, long groupKey)
      throws SQLException, StoreException {
    int _ = changeRole(groupKey, transfer.byId(), Role.ADMIN);
    int _ = changeRole(groupKey, transfer.memberId(), Role.OWNER);
    return queries
        .statements()
        .get(CHANGE_OWNER)
        .bind(keys.user(transfer.memberId()))
        .bind(groupKey)
        .update();
  }
}
