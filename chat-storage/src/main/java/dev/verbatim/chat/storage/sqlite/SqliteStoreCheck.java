package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.store.StoreException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what must not be in a store: gaps in a group's order, duplicates, references to
 * nothing, damage to the file. It only reads, from one moment, and takes no lock: the store may be
 * in use by a server, whose log cannot be cut while this goes on. It reads the whole file.
 */
public final class SqliteStoreCheck {
  /** The most findings told: whoever has as many needs a backup, not a longer list. */
  public static final int FINDINGS_MAX = 1_000;

  // A place names its group by its upper half, which no foreign key can say.
  private static final String GAPS =
      """
      SELECT nullif(lower(hex(g.id)), ''), m.group_key, m.lowest, m.highest, m.count
      FROM (
        SELECT place >> 32 AS group_key, min(place & 4294967295) AS lowest,
            max(place & 4294967295) AS highest, count(*) AS count
        FROM messages
        GROUP BY place >> 32
      ) m
      LEFT JOIN groups g USING (group_key)
      WHERE g.group_key IS NULL OR m.lowest <> 1 OR m.highest <> m.count
      ORDER BY g.id
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
  private static final String IDS =
      """
      SELECT 'user', hex(id) FROM users WHERE length(id) <> 12
      UNION ALL SELECT 'group', hex(id) FROM groups WHERE length(id) <> 12
      UNION ALL SELECT 'message', hex(id) FROM messages WHERE length(id) <> 12
      UNION ALL SELECT 'session', hex(id) FROM sessions WHERE length(id) <> 12
      """;

  private final Statements statements;
  private final List<String> findings = new ArrayList<>();

  private SqliteStoreCheck(Statements statements) {
    this.statements = statements;
  }

  /**
   * What is wrong with the store in this directory, a line each; nothing if it is whole.
   *
   * @throws StoreException if there is no store, it is of another version or cannot be read
   */
  public static List<String> findings(Path directory) throws StoreException {
    Database database = new Database(directory, Limits.STANDARD);
    database.check();
    try (Statements statements = database.connectReader()) {
      statements.get("BEGIN").update();
      return new SqliteStoreCheck(statements).run();
    } catch (SQLException e) {
      throw new StoreException("Cannot check the store: " + e.getMessage(), e);
    }
  }

  private List<String> run() throws SQLException {
    // Duplicates are what the unique indexes do not tell of: this compares them with their tables.
    look(
        "PRAGMA integrity_check(" + FINDINGS_MAX + ")",
        row -> row.getString(1).equals("ok") ? null : "damage: " + row.getString(1));
    look("PRAGMA foreign_key_check", SqliteStoreCheck::missing);
    look(GAPS, SqliteStoreCheck::gap);
    look(READ, SqliteStoreCheck::read);
    look(READ_BLOCKS, SqliteStoreCheck::block);
    look(IDS, row -> "%s id of a wrong length: %s".formatted(row.getString(1), row.getString(2)));
    return findings;
  }

  private void look(String sql, Finding finding) throws SQLException {
    statements
        .get(sql)
        .each(
            row -> {
              String found = finding.in(row);
              if (found != null && findings.size() < FINDINGS_MAX) {
                findings.add(found);
              }
            });
  }

  private static String missing(ResultSet row) throws SQLException {
    return "a row of %s refers to a row of %s that is not there"
        .formatted(row.getString(1), row.getString(3));
  }

  private static String gap(ResultSet row) throws SQLException {
    String groupId = Columns.text(row, 1);
    if (groupId == null) {
      return "%d messages are of a group that is not there".formatted(row.getLong(5));
    }
    return "group %s has %d messages, but seqs from %d to %d"
        .formatted(groupId, row.getLong(5), row.getLong(3), row.getLong(4));
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
      long highest = ReadBlock.parse(row.getBytes(4)).highest(number);
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

  /** What a row tells, null for nothing wrong. */
  private interface Finding {
    @Nullable String in(ResultSet row) throws SQLException;
  }
}
