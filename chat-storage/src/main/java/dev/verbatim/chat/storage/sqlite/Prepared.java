package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.ObjectId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement whose parameters are bound one after the other. Confined to the owner of its
 * connection.
 */
final class Prepared {
  private final PreparedStatement statement;
  private int bound;

  Prepared(PreparedStatement statement) {
    this.statement = statement;
  }

  Prepared bind(long value) throws SQLException {
    statement.setLong(++bound, value);
    return this;
  }

  Prepared bind(boolean value) throws SQLException {
    return bind(value ? 1 : 0);
  }

  /** Text of any UTF-16 without unpaired surrogates, NUL included: the driver gives its length. */
  Prepared bind(@Nullable String value) throws SQLException {
    statement.setString(++bound, value);
    return this;
  }

  Prepared bind(@Nullable ObjectId value) throws SQLException {
    statement.setBytes(++bound, value == null ? null : Columns.bytes(value));
    return this;
  }

  Prepared bind(byte[] value) throws SQLException {
    statement.setBytes(++bound, value);
    return this;
  }

  Prepared bind(@Nullable Instant value) throws SQLException {
    if (value == null) {
      statement.setObject(++bound, null);
      return this;
    }
    return bind(value.toEpochMilli());
  }

  /** Runs it and returns the number of rows it changed. */
  int update() throws SQLException {
    bound = 0;
    return statement.executeUpdate();
  }

  /** Its first row. */
  <T> Optional<T> first(Row<T> row) throws SQLException {
    bound = 0;
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() ? Optional.of(row.read(rows)) : Optional.empty();
    }
  }

  /** The integer in its first row, or another if there is none. */
  long firstLong(long otherwise) throws SQLException {
    bound = 0;
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() ? rows.getLong(1) : otherwise;
    }
  }

  /** All its rows. */
  <T> List<T> all(Row<T> row) throws SQLException {
    List<T> all = new ArrayList<>();
    each(one -> all.add(row.read(one)));
    return all;
  }

  /** Shows its rows one after the other. */
  void each(RowReader reader) throws SQLException {
    bound = 0;
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        reader.read(rows);
      }
    }
  }

  /** Shows its rows one after the other until somebody has enough of them. */
  void eachUntil(Row<Boolean> isEnough) throws SQLException {
    bound = 0;
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next() && !isEnough.read(rows)) {}
    }
  }

  /** Whoever reads rows. */
  interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  /** What a row holds. */
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }
}
