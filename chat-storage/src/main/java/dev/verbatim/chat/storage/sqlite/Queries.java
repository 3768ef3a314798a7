package dev.verbatim.chat.storage.sqlite;

import java.sql.SQLException;

/** A connection with all its questions. Confined to whoever borrowed it. */
record Queries(
    Statements statements,
    MessageQueries messages,
    ReadQueries reads,
    GroupQueries groups,
    UserQueries users,
    SessionQueries sessions,
    CopyQueries copies)
    implements AutoCloseable {

  static Queries on(Statements statements) {
    MessageQueries messages = new MessageQueries(statements);
    GroupQueries groups = new GroupQueries(statements, messages);
    return new Queries(
        statements,
        messages,
        new ReadQueries(statements),
        groups,
        new UserQueries(statements),
        new SessionQueries(statements),
        new CopyQueries(statements, groups));
  }

  @Override
  public void close() throws SQLException {
    statements.close();
  }
}
