package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.Copied;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What whoever copies the store asks, on one connection. */
final class CopyQueries {
  private static final String ACCOUNTS =
      """
      SELECT id, clerk_id, email, first_name, last_name, username, profile_image_url, is_active,
          last_seen, created_at, updated_at, is_banned, is_deleted, told_at
      FROM users
      WHERE id > coalesce(?, x'')
      ORDER BY id
      LIMIT ?
      """;
  private static final String GROUPS =
      "SELECT id FROM groups WHERE id > coalesce(?, x'') ORDER BY id LIMIT ?";
  private static final String LAST_READS =
      """
      SELECT u.id, r.last_read
      FROM read_states r CROSS JOIN users u ON u.user_key = r.user_key
      WHERE r.group_key = ?
      """;

  private final Statements statements;
  private final GroupQueries groups;

  CopyQueries(Statements statements, GroupQueries groups) {
    this.statements = statements;
    this.groups = groups;
  }

  List<Copied.Account> accounts(@Nullable ObjectId after, int limit) throws SQLException {
    return statements
        .get(ACCOUNTS)
        .bind(after)
        .bind(limit)
        .all(
            row ->
                new Copied.Account(
                    UserQueries.user(row),
                    Columns.flag(row, 12),
                    Columns.flag(row, 13),
                    Columns.instantOrNull(row, 14)));
  }

  List<Group> groups(@Nullable ObjectId after, int limit) throws SQLException {
    List<Group> found = new ArrayList<>();
    for (ObjectId id :
        statements.get(GROUPS).bind(after).bind(limit).all(row -> Columns.id(row, 1))) {
      // To pass over it would end what is asked group by group, as if none were behind it.
      found.add(
          groups
              .byId(id)
              .orElseThrow(
                  () -> new SQLException("group %s has an owner who is not there".formatted(id))));
    }
    return found;
  }

  Map<ObjectId, Long> lastReads(ObjectId groupId) throws SQLException {
    Map<ObjectId, Long> seqs = new HashMap<>();
    statements
        .get(LAST_READS)
        .bind(groups.key(groupId))
        .each(row -> seqs.put(Columns.id(row, 1), row.getLong(2)));
    return seqs;
  }
}
