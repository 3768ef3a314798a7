package dev.verbatim.chat.storage.sqlite;

import java.sql.SQLException;

/** A connection with all its questions. Confined to whoever borrowed it. */
record Queries(
    Statements statements,
    MessageQueries messages,
    ReadQueries reads,
    GroupQueries groups,
    UserQueries users,
    SessionQueries sessions)
    implements AutoCloseable {

  static Queries on(Statements statements) {
    MessageQueries messages = new MessageQueries(statements);
    return new Queries(
        statements,
        messages,
        new ReadQueries(statements),
        new GroupQueries(statements, messages),
        new UserQueries(statements),
        new SessionQueries(statements));
  }

  @Override
  public void close() throws SQLException {
    statements.close();
  }
}
