package dev.verbatim.chat.storage.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * One connection and the statements prepared on it, kept by their text. Confined to whoever
 * borrowed the connection; the texts are constants, so that there are never more than a few dozen.
 */
final class Statements implements AutoCloseable {
  private final Connection connection;
  private final Map<String, Prepared> prepared = new HashMap<>();

  Statements(Connection connection) {
    this.connection = connection;
  }

  Prepared get(String sql) throws SQLException {
    Prepared statement = prepared.get(sql);
    if (statement == null) {
      statement = new Prepared(connection.prepareStatement(sql));
      prepared.put(sql, statement);
    }
    return statement;
  }

  /** Runs statements that are not worth keeping, several at once if need be. */
  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
