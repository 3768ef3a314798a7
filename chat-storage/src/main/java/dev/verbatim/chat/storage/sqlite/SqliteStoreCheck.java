package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.store.StoreException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Looks for what must not be in a store: gaps in a group's order, duplicates, references to
 * nothing, values that nobody writes ({@link StoreRules}), a schema that is not today's, damage to
 * the file. It only reads, from one moment, and takes no lock: the store may be in use by a server,
 * whose log cannot be cut while this goes on. It reads the whole file.
 */
public final class SqliteStoreCheck {
  /** The most findings told: whoever has as many needs a backup, not a longer list. */
  public static final int FINDINGS_MAX = 1_000;

  // What SQLite makes for itself is not in it, nor in what is expected.
  private static final String SCHEMA =
      """
      SELECT type, name, coalesce(sql, '') FROM sqlite_schema
      WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
      ORDER BY type DESC, name
      """;

  /** The lowest byte of an error's extended code is its kind (sqlite.org/rescode.html). */
  private static final int KIND = 0xff;

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

  /**
   * Whether there is a store in this directory. It only looks at its version, writes nothing and
   * takes no lock.
   *
   * @throws StoreException if a server could not open what is there
   */
  public static boolean isThere(Path directory) throws StoreException {
    return new Database(directory, Limits.STANDARD).canBePrepared();
  }

  private List<String> run() throws SQLException {
    try {
      // This compares indexes with their tables, so that an index tells the truth of duplicates.
      look(
          "PRAGMA integrity_check(" + FINDINGS_MAX + ")",
          row -> row.getString(1).equals("ok") ? null : "damage: " + row.getString(1));
      lookAtSchema();
      look("PRAGMA foreign_key_check", SqliteStoreCheck::missing);
      for (StoreRules.Rule rule : StoreRules.ALL) {
        look(rule.sql(), rule.finding());
      }
    } catch (SQLException e) {
      // A question that damage leaves without an answer is no failure of the check.
      if (findings.isEmpty() && !isDamage(e)) {
        throw e;
      }
      findings.add("the rest cannot be checked: " + e.getMessage());
    }
    return findings;
  }

  private static boolean isDamage(SQLException e) {
    return e instanceof SQLiteException sqlite
        && (sqlite.getResultCode().code & KIND) == SQLiteErrorCode.SQLITE_CORRUPT.code;
  }

  /** Without a unique index nothing would keep duplicates out. Tables of others are left alone. */
  private void lookAtSchema() throws SQLException {
    Map<String, SchemaRow> there =
        schema(statements).stream().collect(Collectors.toMap(SchemaRow::name, Function.identity()));
    try (Statements today = new Statements(DriverManager.getConnection("jdbc:sqlite::memory:"))) {
      Migrations.run(today);
      for (SchemaRow expected : schema(today)) {
        SchemaRow found = there.get(expected.name());
        if (found == null) {
          add("%s %s is missing".formatted(expected.type(), expected.name()));
        } else if (!found.equals(expected)) {
          add("%s %s is another one".formatted(expected.type(), expected.name()));
        }
      }
    } catch (StoreException e) {
      throw new IllegalStateException("An empty store cannot be too new", e);
    }
  }

  private static List<SchemaRow> schema(Statements statements) throws SQLException {
    return statements
        .get(SCHEMA)
        .all(row -> new SchemaRow(row.getString(1), row.getString(2), row.getString(3)));
  }

  private record SchemaRow(String type, String name, String sql) {}

  private void look(String sql, StoreRules.Finding finding) throws SQLException {
    statements
        .get(sql)
        .each(
            row -> {
              String found = finding.in(row);
              if (found != null) {
                add(found);
              }
            });
  }

  private void add(String finding) {
    if (findings.size() < FINDINGS_MAX) {
      findings.add(finding);
    }
  }

  private static String missing(ResultSet row) throws SQLException {
    String table = row.getString(1);
    @Nullable String number = row.getString(2);
    return "%s of %s refers to a row of %s that is not there"
        .formatted(number == null ? "a row" : "row " + number, table, row.getString(3));
  }
}
