package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Questions about users, on one connection. */
final class UserQueries {
  /** A user that may come in. */
  private static final String ACTIVE = "(is_active AND NOT is_banned AND NOT is_deleted)";

  private static final String SELECT =
      """
      SELECT id, clerk_id, email, first_name, last_name, username, profile_image_url, %s,
          last_seen, created_at, updated_at
      FROM users
      """
          .formatted(ACTIVE);
  private static final String IS_ACTIVE = "SELECT " + ACTIVE + " FROM users WHERE id = ?";

  private final Statements statements;

  UserQueries(Statements statements) {
    this.statements = statements;
  }

  Optional<User> byId(ObjectId id) throws SQLException {
    return statements.get(SELECT + "WHERE id = ?").bind(id).first(UserQueries::user);
  }

  Optional<User> byClerkId(String clerkId) throws SQLException {
    return statements.get(SELECT + "WHERE clerk_id = ?").bind(clerkId).first(UserQueries::user);
  }

  /** The user's key, 0 for none. */
  long key(ObjectId id) throws SQLException {
    return statements.get("SELECT user_key FROM users WHERE id = ?").bind(id).firstLong(0);
  }

  /** Whether there is such a user, and nothing bars it. */
  boolean isActive(ObjectId id) throws SQLException {
    return statements.get(IS_ACTIVE).bind(id).firstLong(0) != 0;
  }

  /** The user in the first eleven columns of a row. */
  static User user(ResultSet row) throws SQLException {
    return new User(
        Columns.id(row, 1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        Columns.text(row, 6),
        Columns.text(row, 7),
        Columns.flag(row, 8),
        Columns.instantOrNull(row, 9),
        Columns.instant(row, 10),
        Columns.instant(row, 11));
  }
}
