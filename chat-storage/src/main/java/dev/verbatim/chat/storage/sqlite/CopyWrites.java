package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.Copied;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.Done;
import java.sql.SQLException;
import java.util.Map;

/** Writes of what is copied from another store. Confined to the writer. */
final class CopyWrites {
  private static final String TELL =
      "UPDATE users SET is_banned = ?, is_deleted = ?, told_at = ? WHERE id = ?";
  private static final String PUT_MESSAGE =
      """
      INSERT INTO messages
          (place, id, sender_key, type, is_deleted, created_at, updated_at, edited_at, temp_id,
          content)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO NOTHING
      """;

  private final Statements statements;
  private final Keys keys;
  private final UserWrites users;
  private final ReadWrites reads;

  CopyWrites(Statements statements, Keys keys, UserWrites users, ReadWrites reads) {
    this.statements = statements;
    this.keys = keys;
    this.users = users;
    this.reads = reads;
  }

  Done put(Copied piece) throws SQLException, StoreException {
    switch (piece) {
      case Copied.Account account -> put(account);
      case Copied.Messages messages -> put(messages);
      case Copied.LastReads lastReads -> put(lastReads);
    }
    return Done.DONE;
  }

  private void put(Copied.Account account) throws SQLException {
    if (users.insert(account.user())) {
      int _ =
          statements
              .get(TELL)
              .bind(account.isBanned())
              .bind(account.isDeleted())
              .bind(account.toldAt())
              .bind(account.user().id())
              .update();
    }
  }

  private void put(Copied.Messages messages) throws SQLException, StoreException {
    Keys.Head head = keys.head(messages.groupId());
    for (Message message : messages.messages()) {
      boolean isChanged = !message.updatedAt().equals(message.createdAt());
      int _ =
          statements
              .get(PUT_MESSAGE)
              .bind(Place.of(head.groupKey, message.seq()))
              .bind(message.id())
              .bind(keys.user(message.senderId()))
              .bind(Columns.code(message.type()))
              .bind(message.isDeleted())
              .bind(message.createdAt())
              .bind(isChanged ? message.updatedAt() : null)
              .bind(message.editedAt())
              .bind(message.tempId())
              .bind(message.content())
              .update();
      head.newestSeq = Math.max(head.newestSeq, message.seq());
    }
  }

  private void put(Copied.LastReads lastReads) throws SQLException, StoreException {
    long groupKey = keys.head(lastReads.groupId()).groupKey;
    for (Map.Entry<ObjectId, Long> each : lastReads.seqs().entrySet()) {
      reads.raise(groupKey, keys.user(each.getKey()), each.getValue());
    }
  }
}
