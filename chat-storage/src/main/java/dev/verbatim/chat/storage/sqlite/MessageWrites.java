package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.AppendMessage;
import dev.verbatim.chat.store.Write.Appended;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Writes of messages. Confined to the writer. */
final class MessageWrites {
  // Without a target: whichever unique index refuses it, the sender's tempId is asked next.
  private static final String APPEND =
      """
      INSERT INTO messages
          (place, id, sender_key, type, is_deleted, created_at, temp_id, content)
      VALUES (?, ?, ?, ?, 0, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;

  private final Queries queries;
  private final Keys keys;
  private final ReadWrites reads;
  private final Prepared append;

  MessageWrites(Queries queries, Keys keys, ReadWrites reads) throws SQLException {
    this.queries = queries;
    this.keys = keys;
    this.reads = reads;
    this.append = queries.statements().get(APPEND);
  }

  Appended append(AppendMessage write) throws SQLException, StoreException {
    Keys.Head head = keys.head(write.groupId());
    long senderKey = keys.user(write.senderId());
    long seq = head.newestSeq + 1;
    if (seq > Place.SEQ_MAX) {
      throw new StoreException("Group " + write.groupId() + " is full");
    }
    int inserted =
        append
            .bind(Place.of(head.groupKey, seq))
            .bind(write.id())
            .bind(senderKey)
            .bind(Columns.code(write.type()))
            .bind(write.createdAt())
            .bind(write.tempId())
            .bind(write.content())
            .update();
    if (inserted == 0) {
      return new Appended.Known(known(write, head.groupKey, senderKey));
    }
    head.newestSeq = seq;
    reads.sent(head.groupKey, senderKey, seq);
    return new Appended.Stored(stored(write, seq));
  }

  private Message known(AppendMessage write, long groupKey, long senderKey)
      throws SQLException, StoreException {
    Optional<Message> known =
        write.tempId() == null
            ? Optional.empty()
            : queries.messages().byTempId(groupKey, senderKey, write.tempId());
    return known.orElseThrow(
        () -> new StoreException("Message " + write.id() + " is there already"));
  }

  private static Message stored(AppendMessage write, long seq) {
    Instant createdAt = Columns.kept(write.createdAt());
    return new Message(
        write.id(),
        write.groupId(),
        seq,
        write.senderId(),
        write.content(),
        write.type(),
        false,
        write.tempId(),
        null,
        createdAt,
        createdAt);
  }
}
