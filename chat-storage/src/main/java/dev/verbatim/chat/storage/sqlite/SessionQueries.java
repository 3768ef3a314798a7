package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.store.IdentityStore.Revocation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Questions about sessions, ours and the identity provider's, on one connection. */
final class SessionQueries {
  private static final String OF_USER =
      """
      SELECT s.id, u.id, s.socket_id, s.status, s.last_activity, s.device_type, s.created_at,
          s.updated_at
      FROM users u CROSS JOIN sessions s USING (user_key)
      WHERE u.id = ?
      ORDER BY s.id
      """;

  private static final String REVOCATIONS =
      "SELECT session_id, at FROM revocations WHERE at >= ? ORDER BY at";

  private final Statements statements;

  SessionQueries(Statements statements) {
    this.statements = statements;
  }

  List<Session> ofUser(ObjectId userId) throws SQLException {
    return statements.get(OF_USER).bind(userId).all(SessionQueries::session);
  }

  List<Revocation> revocations(Instant since) throws SQLException {
    return statements
        .get(REVOCATIONS)
        .bind(since)
        .all(row -> new Revocation(row.getString(1), Columns.instant(row, 2)));
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
