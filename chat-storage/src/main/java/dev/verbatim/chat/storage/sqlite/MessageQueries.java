package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Questions about messages, on one connection. Group keys of 0 have none. */
final class MessageQueries {
  // CROSS JOIN keeps the tables in this order: the messages are found by their own indexes.
  private static final String SELECT =
      """
      SELECT m.place, m.id, g.id, s.id, m.content, m.type, m.is_deleted, m.temp_id, m.edited_at,
          m.created_at, coalesce(m.updated_at, m.created_at)
      FROM messages m
      CROSS JOIN groups g ON g.group_key = m.place >> 32
      CROSS JOIN users s ON s.user_key = m.sender_key
      """;

  private static final String GROUP_ID =
      """
      SELECT g.id
      FROM messages m
      CROSS JOIN groups g ON g.group_key = m.place >> 32
      WHERE m.id = ?
      """;
  private static final String BY_ID = SELECT + "WHERE m.id = ?";
  private static final String BY_TEMP_ID =
      SELECT
          + """
          WHERE m.place >> 32 = ? AND m.sender_key = ? AND m.temp_id = ?
              AND m.temp_id IS NOT NULL
          """;
  private static final String UPWARD =
      SELECT + "WHERE m.place BETWEEN ? AND ? ORDER BY m.place LIMIT ?";
  private static final String DOWNWARD =
      SELECT + "WHERE m.place BETWEEN ? AND ? ORDER BY m.place DESC LIMIT ?";
  private static final String NEWEST_SHOWN =
      SELECT + "WHERE m.place BETWEEN ? AND ? AND m.is_deleted = 0 ORDER BY m.place DESC LIMIT 1";
  private static final String NEWEST_PLACE =
      "SELECT place FROM messages WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT 1";
  private static final String NEWEST =
      """
      SELECT place, created_at FROM messages WHERE place BETWEEN ? AND ?
      ORDER BY place DESC LIMIT 1
      """;

  private final Statements statements;

  MessageQueries(Statements statements) {
    this.statements = statements;
  }

  Optional<Message> byId(ObjectId id) throws SQLException {
    return statements.get(BY_ID).bind(id).first(MessageQueries::message);
  }

  /** The id of the group in which this message is. */
  Optional<ObjectId> groupId(ObjectId id) throws SQLException {
    return statements.get(GROUP_ID).bind(id).first(row -> Columns.id(row, 1));
  }

  Optional<Message> byTempId(long groupKey, long senderKey, String tempId) throws SQLException {
    return statements
        .get(BY_TEMP_ID)
        .bind(groupKey)
        .bind(senderKey)
        .bind(tempId)
        .first(MessageQueries::message);
  }

  List<Message> upward(long groupKey, long first, long last, int limit) throws SQLException {
    return statements
        .get(UPWARD)
        .bind(Place.of(groupKey, first))
        .bind(Place.of(groupKey, last))
        .bind(Math.max(0, limit))
        .all(MessageQueries::message);
  }

  List<Message> downward(long groupKey, long last, int limit) throws SQLException {
    return statements
        .get(DOWNWARD)
        .bind(Place.of(groupKey, 0))
        .bind(Place.of(groupKey, last))
        .bind(Math.max(0, limit))
        .all(MessageQueries::message);
  }

  Optional<Newest> newest(long groupKey) throws SQLException {
    return statements
        .get(NEWEST)
        .bind(Place.of(groupKey, 0))
        .bind(Place.of(groupKey, Place.SEQ_MAX))
        .first(row -> new Newest(Place.seq(row.getLong(1)), Columns.instant(row, 2)));
  }

  /** The newest message that is not deleted, looked for among so many seqs. */
  Optional<Message> newestShown(long groupKey, int seqsMax) throws SQLException {
    long newest = newestSeq(groupKey);
    return statements
        .get(NEWEST_SHOWN)
        .bind(Place.of(groupKey, newest - seqsMax + 1))
        .bind(Place.of(groupKey, newest))
        .first(MessageQueries::message);
  }

  /** The newest seq, 0 for none. */
  long newestSeq(long groupKey) throws SQLException {
    return Place.seq(
        statements
            .get(NEWEST_PLACE)
            .bind(Place.of(groupKey, 0))
            .bind(Place.of(groupKey, Place.SEQ_MAX))
            .firstLong(0));
  }

  private static Message message(ResultSet row) throws SQLException {
    return new Message(
        Columns.id(row, 2),
        Columns.id(row, 3),
        Place.seq(row.getLong(1)),
        Columns.id(row, 4),
        row.getString(5),
        Columns.messageType(row, 6),
        Columns.flag(row, 7),
        Columns.text(row, 8),
        Columns.instantOrNull(row, 9),
        Columns.instant(row, 10),
        Columns.instant(row, 11));
  }

  /** Where a group's newest message stands, and since when. */
  record Newest(long seq, Instant createdAt) {}
}
