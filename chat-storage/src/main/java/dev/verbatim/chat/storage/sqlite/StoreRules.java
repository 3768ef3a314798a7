package dev.verbatim.chat.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What holds in a whole store and no constraint of its schema keeps: each rule is a question whose
 * answer's rows are looked at one by one. None has to be sorted for while the indexes are there, so
 * that a large store costs time, but no memory.
 */
final class StoreRules {
  private static final String GAPS =
      """
      SELECT lower(hex(g.id)), min(m.place & 4294967295), max(m.place & 4294967295), count(*)
      FROM groups g
      CROSS JOIN messages m
          ON m.place BETWEEN g.group_key << 32 AND g.group_key << 32 | 4294967295
      GROUP BY g.group_key
      HAVING min(m.place & 4294967295) <> 1 OR max(m.place & 4294967295) <> count(*)
      """;

  // A place names its group by its upper half, which no foreign key can say.
  private static final String STRAYS =
      """
      SELECT count(*) FROM messages m
      WHERE NOT EXISTS (SELECT 1 FROM groups g WHERE g.group_key = m.place >> 32)
      """;

  // A repeated place can make up for a gap in the counts. Where the unique indexes are, they have
  // been compared with their tables; these find what came in while one was not there.
  private static final String REPEATED_SEQS =
      """
      SELECT coalesce(lower(hex(g.id)), '?'), m.place & 4294967295, m.count
      FROM (SELECT place, count(*) AS count FROM messages GROUP BY place HAVING count(*) > 1) m
      LEFT JOIN groups g ON g.group_key = m.place >> 32
      """;
  private static final String REPEATED_TEMP_IDS =
      """
      SELECT coalesce(lower(hex(g.id)), '?'), coalesce(lower(hex(u.id)), '?'), m.count
      FROM (
        SELECT place >> 32 AS group_key, sender_key, count(*) AS count
        FROM messages
        WHERE temp_id IS NOT NULL
        GROUP BY place >> 32, temp_id, sender_key
        HAVING count(*) > 1
      ) m
      LEFT JOIN groups g ON g.group_key = m.group_key
      LEFT JOIN users u ON u.user_key = m.sender_key
      """;
  private static final String REPEATED_IDS =
      """
      SELECT 'user', lower(hex(id)), count(*) FROM users GROUP BY id HAVING count(*) > 1
      UNION ALL SELECT 'group', lower(hex(id)), count(*)
          FROM groups GROUP BY id HAVING count(*) > 1
      UNION ALL SELECT 'message', lower(hex(id)), count(*)
          FROM messages GROUP BY id HAVING count(*) > 1
      UNION ALL SELECT 'clerkId of user', max(lower(hex(id))), count(*)
          FROM users GROUP BY clerk_id HAVING count(*) > 1
      """;
  private static final String REPEATED_MEMBERS =
      """
      SELECT coalesce(lower(hex(u.id)), '?'), coalesce(lower(hex(g.id)), '?'), m.count
      FROM (
        SELECT user_key, group_key, count(*) AS count
        FROM members
        GROUP BY user_key, group_key
        HAVING count(*) > 1
      ) m
      LEFT JOIN users u USING (user_key)
      LEFT JOIN groups g USING (group_key)
      """;

  private static final String IDS =
      """
      SELECT 'user', hex(id) FROM users WHERE length(id) <> 12
      UNION ALL SELECT 'group', hex(id) FROM groups WHERE length(id) <> 12
      UNION ALL SELECT 'message', hex(id) FROM messages WHERE length(id) <> 12
      UNION ALL SELECT 'session', hex(id) FROM sessions WHERE length(id) <> 12
      """;

  // Everybody in a closed group may have gone.
  private static final String OWNERS =
      """
      SELECT lower(hex(g.id)), o.role, (
          SELECT count(*) FROM members m WHERE m.group_key = g.group_key AND m.role = 0)
      FROM groups g
      LEFT JOIN members o ON o.user_key = g.owner_key AND o.group_key = g.group_key
      WHERE g.is_active = 1
      """;

  // A character of UTF-16 is at most three bytes of UTF-8. length() would stop at a NUL.
  private static final String CONTENTS =
      """
      SELECT lower(hex(id)), is_deleted, octet_length(content)
      FROM messages
      WHERE (is_deleted <> 0) <> (octet_length(content) = 0) OR octet_length(content) > 12000
      """;

  // The numbers of closed sets; each is a place in a list of Columns.
  private static final String CODES =
      """
      SELECT 'message ' || lower(hex(id)), 'type', type FROM messages
          WHERE type NOT BETWEEN 0 AND 3
      UNION ALL SELECT 'message ' || lower(hex(id)), 'is_deleted', is_deleted FROM messages
          WHERE is_deleted NOT BETWEEN 0 AND 1
      UNION ALL SELECT 'row ' || member_key || ' of members', 'role', role FROM members
          WHERE role NOT BETWEEN 0 AND 2
      UNION ALL SELECT 'session ' || lower(hex(id)), 'status', status FROM sessions
          WHERE status NOT BETWEEN 0 AND 2
      UNION ALL SELECT 'session ' || lower(hex(id)), 'device_type', device_type FROM sessions
          WHERE device_type NOT BETWEEN 0 AND 2
      """;

  private static final String READ =
      """
      SELECT lower(hex(u.id)), lower(hex(g.id)), r.last_read,
          (SELECT max(m.place) FROM messages m
           WHERE m.place BETWEEN r.group_key << 32 AND r.group_key << 32 | 4294967295)
      FROM read_states r
      CROSS JOIN users u USING (user_key)
      CROSS JOIN groups g USING (group_key)
      """;
  private static final String READ_BLOCKS =
      """
      SELECT lower(hex(u.id)), lower(hex(g.id)), b.block, b.bits, coalesce(r.last_read, 0)
      FROM read_blocks b
      LEFT JOIN read_states r USING (group_key, user_key)
      CROSS JOIN users u USING (user_key)
      CROSS JOIN groups g USING (group_key)
      """;

  static final List<Rule> ALL =
      List.of(
          new Rule(GAPS, StoreRules::gap),
          new Rule(STRAYS, StoreRules::stray),
          new Rule(
              REPEATED_SEQS,
              row ->
                  "group %s has seq %d %d times"
                      .formatted(row.getString(1), row.getLong(2), row.getLong(3))),
          new Rule(
              REPEATED_TEMP_IDS,
              row ->
                  "group %s has %3$d messages of user %2$s with the same tempId"
                      .formatted(row.getString(1), row.getString(2), row.getLong(3))),
          new Rule(
              REPEATED_IDS,
              row ->
                  "%s %s is there %d times"
                      .formatted(row.getString(1), row.getString(2), row.getLong(3))),
          new Rule(
              REPEATED_MEMBERS,
              row ->
                  "user %s is in group %s %d times"
                      .formatted(row.getString(1), row.getString(2), row.getLong(3))),
          new Rule(
              IDS,
              row -> "%s id of a wrong length: %s".formatted(row.getString(1), row.getString(2))),
          new Rule(OWNERS, StoreRules::owner),
          new Rule(CONTENTS, StoreRules::content),
          new Rule(
              CODES,
              row ->
                  "%s has %s %d, which is none"
                      .formatted(row.getString(1), row.getString(2), row.getLong(3))),
          new Rule(READ, StoreRules::read),
          new Rule(READ_BLOCKS, StoreRules::block));

  private StoreRules() {}

  private static String gap(ResultSet row) throws SQLException {
    return "group %s has %d messages, but seqs from %d to %d"
        .formatted(row.getString(1), row.getLong(4), row.getLong(2), row.getLong(3));
  }

  private static @Nullable String stray(ResultSet row) throws SQLException {
    long count = row.getLong(1);
    return count == 0 ? null : "%d messages are of a group that is not there".formatted(count);
  }

  private static @Nullable String owner(ResultSet row) throws SQLException {
    String groupId = row.getString(1);
    String role = Columns.text(row, 2);
    if (role == null) {
      return "the owner of group %s is no member of it".formatted(groupId);
    }
    if (!role.equals("0")) {
      return "the owner of group %s has another role in it".formatted(groupId);
    }
    long owners = row.getLong(3);
    return owners == 1 ? null : "group %s has %d owners".formatted(groupId, owners);
  }

  private static String content(ResultSet row) throws SQLException {
    String id = row.getString(1);
    long bytes = row.getLong(3);
    if (row.getLong(2) != 0) {
      return "message %s is deleted, but has %d bytes of content".formatted(id, bytes);
    }
    return bytes == 0
        ? "message %s is not deleted, but has no content".formatted(id)
        : "message %s has %d bytes of content".formatted(id, bytes);
  }

  private static @Nullable String read(ResultSet row) throws SQLException {
    long last = row.getLong(3);
    return last > Place.seq(row.getLong(4))
        ? "%s goes up to seq %d, which is not there".formatted(reader(row), last)
        : null;
  }

  private static @Nullable String block(ResultSet row) throws SQLException {
    long number = row.getLong(3);
    try {
      long highest = Columns.block(row, 4).highest(number);
      long last = row.getLong(5);
      return highest > last
          ? "%s has seq %d, but ends at %d".formatted(reader(row), highest, last)
          : null;
    } catch (SQLException e) {
      return "%s is %s".formatted(reader(row), e.getMessage());
    }
  }

  private static String reader(ResultSet row) throws SQLException {
    return "what user %s read of group %s".formatted(row.getString(1), row.getString(2));
  }

  /** A question, and what a row of its answer tells. */
  record Rule(String sql, Finding finding) {}

  /** What a row tells, null for nothing wrong. */
  interface Finding {
    @Nullable String in(ResultSet row) throws SQLException;
  }
}
