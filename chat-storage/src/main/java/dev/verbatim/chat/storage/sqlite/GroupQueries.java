package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.GroupExcerpt;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.GroupStore.Affiliation;
import dev.verbatim.chat.store.GroupStore.Standing;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
      WHERE m.group_key = ? AND m.member_key > ?
      ORDER BY m.member_key
      LIMIT ?
      """;
  private static final String MEMBER_KEY =
      "SELECT member_key FROM members WHERE user_key = ? AND group_key = ?";
  private static final String MEMBER_COUNT = "SELECT count(*) FROM members WHERE group_key = ?";
  private static final String ROLES =
      """
      SELECT g.id, m.role
      FROM members m
      CROSS JOIN groups g ON g.group_key = m.group_key
      WHERE m.user_key = ? AND g.is_active = 1
      """;
  private static final String STANDINGS =
      """
      SELECT g.group_key, g.id, m.role, m.joined_at, coalesce(r.last_read, 0)
      FROM members m
      CROSS JOIN groups g ON g.group_key = m.group_key
      LEFT JOIN read_states r ON r.group_key = m.group_key AND r.user_key = m.user_key
      WHERE m.user_key = ? AND g.is_active = 1
      """;
  private static final String OF_USER = STANDINGS + "ORDER BY m.member_key";
  private static final String OF_USER_IN_GROUP = STANDINGS + "AND m.group_key = ?";

  private static final String ACTIVE =
      "SELECT group_key, is_private FROM groups WHERE id = ? AND is_active = 1";
  private static final String ROLE =
      """
      SELECT m.role
      FROM users u
      CROSS JOIN members m ON m.user_key = u.user_key
      WHERE u.id = ? AND m.group_key = ?
      """;

  private static final int ALL = Integer.MAX_VALUE;

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
    return row.isEmpty() ? Optional.empty() : Optional.of(withMembers(row.get(), ALL));
  }

  Optional<GroupExcerpt> excerpt(ObjectId id, int membersMax) throws SQLException {
    Optional<GroupRow> row = statements.get(BY_ID).bind(id).first(GroupQueries::group);
    return row.isEmpty() ? Optional.empty() : Optional.of(excerpt(row.get(), membersMax));
  }

  private GroupExcerpt excerpt(GroupRow row, int membersMax) throws SQLException {
    long count = statements.get(MEMBER_COUNT).bind(row.key()).firstLong(0);
    return new GroupExcerpt(withMembers(row, membersMax), Math.toIntExact(count));
  }

  /** The first members of a group. */
  List<Member> members(long groupKey, int limit) throws SQLException {
    return members(groupKey, 0, limit);
  }

  /** The members who joined after another; empty if that one is not in the group. */
  Optional<List<Member>> membersBehind(long groupKey, long userKey, int limit) throws SQLException {
    long memberKey = statements.get(MEMBER_KEY).bind(userKey).bind(groupKey).firstLong(0);
    return memberKey == 0 ? Optional.empty() : Optional.of(members(groupKey, memberKey, limit));
  }

  private List<Member> members(long groupKey, long afterKey, int limit) throws SQLException {
    return statements
        .get(MEMBERS)
        .bind(groupKey)
        .bind(afterKey)
        .bind(Math.max(0, limit))
        .all(GroupQueries::member);
  }

  /** What a user is to a group that is not closed. */
  Optional<Affiliation> affiliation(ObjectId userId, ObjectId groupId) throws SQLException {
    Optional<Active> group = active(groupId);
    return group.isEmpty()
        ? Optional.empty()
        : Optional.of(new Affiliation(group.get().isPrivate(), role(group.get().key(), userId)));
  }

  /** Whether a user is in a group, which is active. */
  boolean isMember(ObjectId userId, ObjectId groupId) throws SQLException {
    return affiliation(userId, groupId).filter(found -> found.role() != null).isPresent();
  }

  Map<ObjectId, Role> roles(long userKey) throws SQLException {
    Map<ObjectId, Role> roles = new HashMap<>();
    statements
        .get(ROLES)
        .bind(userKey)
        .each(row -> roles.put(Columns.id(row, 1), Columns.role(row, 2)));
    return roles;
  }

  List<GroupExcerpt> discover(long userKey, @Nullable ObjectId after, int limit)
      throws SQLException {
    List<GroupExcerpt> groups = new ArrayList<>();
    for (GroupRow row :
        statements
            .get(DISCOVER)
            .bind(after)
            .bind(userKey)
            .bind(Math.max(0, limit))
            .all(GroupQueries::group)) {
      groups.add(excerpt(row, 0));
    }
    return groups;
  }

  List<Standing> standings(long userKey) throws SQLException {
    List<Standing> standings = new ArrayList<>();
    for (StandingRow row : statements.get(OF_USER).bind(userKey).all(GroupQueries::standing)) {
      standings.add(standing(row));
    }
    return standings;
  }

  Optional<Standing> standing(long userKey, long groupKey) throws SQLException {
    Optional<StandingRow> row =
        statements.get(OF_USER_IN_GROUP).bind(userKey).bind(groupKey).first(GroupQueries::standing);
    return row.isEmpty() ? Optional.empty() : Optional.of(standing(row.get()));
  }

  private Standing standing(StandingRow row) throws SQLException {
    Optional<MessageQueries.Newest> newest = messages.newest(row.groupKey());
    return new Standing(
        row.groupId(),
        row.role(),
        row.joinedAt(),
        newest.map(MessageQueries.Newest::seq).orElse(0L),
        newest.map(MessageQueries.Newest::createdAt).orElse(null),
        row.lastReadSeq());
  }

  private Group withMembers(GroupRow row, int membersMax) throws SQLException {
    Group group = row.group();
    return new Group(
        group.id(),
        group.name(),
        group.description(),
        group.ownerId(),
        members(row.key(), membersMax),
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
