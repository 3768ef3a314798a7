package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Questions about sessions, on one connection. */
final class SessionQueries {
  private static final String OF_USER =
      """
      SELECT s.id, u.id, s.socket_id, s.status, s.last_activity, s.device_type, s.created_at,
          s.updated_at
      FROM users u CROSS JOIN sessions s USING (user_key)
      WHERE u.id = ?
      ORDER BY s.id
      """;

  private final Statements statements;

  SessionQueries(Statements statements) {
    this.statements = statements;
  }

  List<Session> ofUser(ObjectId userId) throws SQLException {
    return statements.get(OF_USER).bind(userId).all(SessionQueries::session);
  }

  private static Session session(ResultSet row) throws SQLException {
    return new Session(
        Columns.id(row, 1),
        Columns.id(row, 2),
        row.getString(3),
        Columns.status(row, 4),
        Columns.instant(row, 5),
        Columns.deviceType(row, 6),
        Columns.instant(row, 7),
        Columns.instant(row, 8));
  }
}
