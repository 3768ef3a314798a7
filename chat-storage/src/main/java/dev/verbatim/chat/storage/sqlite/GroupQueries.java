package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.GroupStore.Standing;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Questions about groups and their members, on one connection. */
final class GroupQueries {
  private static final String SELECT =
      """
      SELECT g.group_key, g.id, g.name, g.description, o.id, g.is_private, g.is_active,
          g.created_at, g.updated_at
      FROM groups g
      CROSS JOIN users o ON o.user_key = g.owner_key
      """;
  private static final String BY_ID = SELECT + "WHERE g.id = ?";
  // Thirteen bytes of ones are above every id.
  private static final String DISCOVER =
      SELECT
          + """
          WHERE g.is_private = 0 AND g.is_active = 1
              AND g.id < coalesce(?, x'ffffffffffffffffffffffffff')
              AND NOT EXISTS
                  (SELECT 1 FROM members m WHERE m.user_key = ? AND m.group_key = g.group_key)
          ORDER BY g.id DESC
          LIMIT ?
          """;
  private static final String MEMBERS =
      """
      SELECT u.id, m.role, m.joined_at
      FROM members m
      CROSS JOIN users u ON u.user_key = m.user_key
      WHERE m.group_key = ?
      ORDER BY m.member_key
      """;
  private static final String OF_USER =
      """
      SELECT g.group_key, g.id, m.role, m.joined_at, coalesce(r.last_read, 0)
      FROM members m
      CROSS JOIN groups g ON g.group_key = m.group_key
      LEFT JOIN read_states r ON r.group_key = m.group_key AND r.user_key = m.user_key
      WHERE m.user_key = ? AND g.is_active = 1
      ORDER BY m.member_key
      """;

  private static final String ACTIVE =
      "SELECT group_key, is_private FROM groups WHERE id = ? AND is_active = 1";
  private static final String ROLE =
      """
      SELECT m.role
      FROM users u
      CROSS JOIN members m ON m.user_key = u.user_key
      WHERE u.id = ? AND m.group_key = ?
      """;

  private final Statements statements;
  private final MessageQueries messages;

  GroupQueries(Statements statements, MessageQueries messages) {
    this.statements = statements;
    this.messages = messages;
  }

  /** The group's key, 0 for none. */
  long key(ObjectId id) throws SQLException {
    return statements.get("SELECT group_key FROM groups WHERE id = ?").bind(id).firstLong(0);
  }

  /** What there is to say of a group without its members; nothing if it is closed or not there. */
  Optional<Active> active(ObjectId id) throws SQLException {
    return statements
        .get(ACTIVE)
        .bind(id)
        .first(row -> new Active(row.getLong(1), Columns.flag(row, 2)));
  }

  /** The role of a user in a group, null for none. */
  @Nullable Role role(long groupKey, ObjectId userId) throws SQLException {
    return statements
        .get(ROLE)
        .bind(userId)
        .bind(groupKey)
        .first(row -> Columns.role(row, 1))
        .orElse(null);
  }

  Optional<Group> byId(ObjectId id) throws SQLException {
    Optional<GroupRow> row = statements.get(BY_ID).bind(id).first(GroupQueries::group);
    return row.isEmpty() ? Optional.empty() : Optional.of(withMembers(row.get()));
  }

  List<Group> discover(long userKey, @Nullable ObjectId after, int limit) throws SQLException {
    List<Group> groups = new ArrayList<>();
    for (GroupRow row :
        statements
            .get(DISCOVER)
            .bind(after)
            .bind(userKey)
            .bind(Math.max(0, limit))
            .all(GroupQueries::group)) {
      groups.add(withMembers(row));
    }
    return groups;
  }

  List<Standing> standings(long userKey) throws SQLException {
    List<Standing> standings = new ArrayList<>();
    for (StandingRow row : statements.get(OF_USER).bind(userKey).all(GroupQueries::standing)) {
      Optional<Message> newest = messages.newest(row.groupKey());
      standings.add(
          new Standing(
              row.groupId(),
              row.role(),
              row.joinedAt(),
              newest.map(Message::seq).orElse(0L),
              shown(row.groupKey(), newest),
              row.lastReadSeq()));
    }
    return standings;
  }

  /** The newest message that is not deleted: mostly it is the newest. */
  private @Nullable Message shown(long groupKey, Optional<Message> newest) throws SQLException {
    if (newest.isEmpty() || !newest.get().isDeleted()) {
      return newest.orElse(null);
    }
    return messages.newestShown(groupKey).orElse(null);
  }

  private Group withMembers(GroupRow row) throws SQLException {
    Group group = row.group();
    return new Group(
        group.id(),
        group.name(),
        group.description(),
        group.ownerId(),
        statements.get(MEMBERS).bind(row.key()).all(GroupQueries::member),
        group.isPrivate(),
        group.isActive(),
        group.createdAt(),
        group.updatedAt());
  }

  private static GroupRow group(ResultSet row) throws SQLException {
    return new GroupRow(
        row.getLong(1),
        new Group(
            Columns.id(row, 2),
            row.getString(3),
            Columns.text(row, 4),
            Columns.id(row, 5),
            List.of(),
            Columns.flag(row, 6),
            Columns.flag(row, 7),
            Columns.instant(row, 8),
            Columns.instant(row, 9)));
  }

  private static Member member(ResultSet row) throws SQLException {
    return new Member(Columns.id(row, 1), Columns.role(row, 2), Columns.instant(row, 3));
  }

  private static StandingRow standing(ResultSet row) throws SQLException {
    return new StandingRow(
        row.getLong(1),
        Columns.id(row, 2),
        Columns.role(row, 3),
        Columns.instant(row, 4),
        row.getLong(5));
  }

  /** A group that is not closed. */
  record Active(long key, boolean isPrivate) {}

  /** A group's own row; its members stand in others. */
  private record GroupRow(long key, Group group) {}

  /** A member's row with that of the group and of what the member has read. */
  private record StandingRow(
      long groupKey, ObjectId groupId, Role role, Instant joinedAt, long lastReadSeq) {}
}
