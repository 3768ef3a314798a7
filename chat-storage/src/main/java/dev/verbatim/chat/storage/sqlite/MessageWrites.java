package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.store.MessageChange;
import dev.verbatim.chat.store.MessageChanged;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.AppendMessage;
import dev.verbatim.chat.store.Write.Appended;
import dev.verbatim.chat.store.Write.FindSent;
import dev.verbatim.chat.store.Write.Found;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
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
  private static final String CHANGE =
      """
      UPDATE messages SET content = ?, is_deleted = ?, edited_at = ?, updated_at = ? WHERE id = ?
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
      return known(write);
    }
    head.newestSeq = seq;
    reads.sent(head.groupKey, senderKey, seq);
    return new Appended.Stored(stored(write, seq));
  }

  MessageChanged change(MessageChange change) throws SQLException {
    Optional<GroupQueries.Active> group = queries.groups().active(change.groupId());
    Optional<Message> found =
        queries
            .messages()
            .byId(change.messageId())
            .filter(message -> message.groupId().equals(change.groupId()));
    if (group.isEmpty() || found.isEmpty()) {
      return new MessageChanged.NoMessage();
    }
    long groupKey = group.get().key();
    MessageChanged obstacle =
        change.obstacle(found.get(), queries.groups().role(groupKey, change.byId()));
    if (obstacle != null) {
      return obstacle;
    }
    Message changed = change.appliedTo(found.get());
    queries
        .statements()
        .get(CHANGE)
        .bind(changed.content())
        .bind(changed.isDeleted())
        .bind(changed.editedAt())
        .bind(changed.updatedAt())
        .bind(changed.id())
        .update();
    long seq = changed.seq();
    return new MessageChanged.Done(
        queries.messages().byId(changed.id()).orElseThrow(),
        queries.reads().readers(groupKey, seq, seq, change.readersMax()).of(changed));
  }

  private Appended.Known known(AppendMessage write) throws SQLException, StoreException {
    FindSent question =
        new FindSent(write.groupId(), write.senderId(), write.tempId(), write.readersMax());
    return switch (find(question)) {
      case Appended.Known known -> known;
      case Found.Nothing() ->
          throw new StoreException("Message " + write.id() + " is there already");
    };
  }

  Found find(FindSent question) throws SQLException {
    if (question.tempId() == null) {
      return new Found.Nothing();
    }
    long groupKey = queries.groups().key(question.groupId());
    long senderKey = queries.users().key(question.senderId());
    Optional<Message> sent = queries.messages().byTempId(groupKey, senderKey, question.tempId());
    return sent.isEmpty()
        ? new Found.Nothing()
        : new Appended.Known(sent.get(), readersFor(question, groupKey, sent.get()));
  }

  /** Who has read a message, as its sender sees it, who may have left the group since. */
  private List<Readers.Reader> readersFor(FindSent question, long groupKey, Message sent)
      throws SQLException {
    return queries.groups().isMember(question.senderId(), question.groupId())
        ? queries.reads().readers(groupKey, sent.seq(), sent.seq(), question.readersMax()).of(sent)
        : List.of();
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
