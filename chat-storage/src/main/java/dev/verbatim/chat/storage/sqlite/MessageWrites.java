package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.SeqRanges;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.AppendMessage;
import dev.verbatim.chat.store.Write.Appended;
import dev.verbatim.chat.store.Write.MarkRead;
import dev.verbatim.chat.store.Write.MarkedRead;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes of messages and of who read them. Confined to the writer. */
final class MessageWrites {
  // Without a target: whichever unique index refuses it, the sender's tempId is asked next.
  private static final String APPEND =
      """
      INSERT INTO messages
          (place, id, sender_key, type, is_deleted, created_at, temp_id, content)
      VALUES (?, ?, ?, ?, 0, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;
  private static final String LAST_SENT =
      """
      INSERT INTO read_states (group_key, user_key, seqs_read, last_sent) VALUES (?, ?, '', ?)
      ON CONFLICT DO UPDATE SET last_sent = excluded.last_sent
      """;
  private static final String PLACE_TO_READ =
      "SELECT place FROM messages WHERE id = ? AND place >> 32 = ? AND sender_key <> ?";
  private static final String SEQS_READ =
      "SELECT seqs_read FROM read_states WHERE group_key = ? AND user_key = ?";
  private static final String MARK_READ =
      """
      INSERT INTO read_states (group_key, user_key, seqs_read, last_sent, read_at)
      VALUES (?, ?, ?, 0, ?)
      ON CONFLICT DO UPDATE SET seqs_read = excluded.seqs_read, read_at = excluded.read_at
      """;

  private final Queries queries;
  private final Keys keys;
  private final Prepared append;
  private final Prepared lastSent;
  private final Map<Sender, Long> sentSeqs = new HashMap<>();

  MessageWrites(Queries queries, Keys keys) throws SQLException {
    this.queries = queries;
    this.keys = keys;
    this.append = queries.statements().get(APPEND);
    this.lastSent = queries.statements().get(LAST_SENT);
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
    sentSeqs.put(new Sender(head.groupKey, senderKey), seq);
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

  MarkedRead markRead(MarkRead write) throws SQLException, StoreException {
    Keys.Head head = keys.headOrNull(write.groupId());
    if (head == null) {
      return new MarkedRead(List.of());
    }
    long groupKey = head.groupKey;
    long userKey = keys.user(write.userId());
    SeqRanges before =
        queries
            .statements()
            .get(SEQS_READ)
            .bind(groupKey)
            .bind(userKey)
            .first(row -> SeqRanges.parse(row.getString(1)))
            .orElse(SeqRanges.EMPTY);
    SeqRanges read = before;
    List<ObjectId> newlyRead = new ArrayList<>();
    for (ObjectId id : write.messageIds()) {
      long place =
          queries
              .statements()
              .get(PLACE_TO_READ)
              .bind(id)
              .bind(groupKey)
              .bind(userKey)
              .firstLong(0);
      if (place != 0 && !read.contains(Place.seq(place))) {
        read = read.with(Place.seq(place));
        newlyRead.add(id);
      }
    }
    if (!newlyRead.isEmpty()) {
      queries
          .statements()
          .get(MARK_READ)
          .bind(groupKey)
          .bind(userKey)
          .bind(read.toString())
          .bind(write.readAt())
          .update();
    }
    return new MarkedRead(newlyRead);
  }

  /** Writes what is kept back until the end of a commit: each sender's last seq, once. */
  void finish() throws SQLException {
    for (Map.Entry<Sender, Long> sent : sentSeqs.entrySet()) {
      lastSent
          .bind(sent.getKey().groupKey())
          .bind(sent.getKey().userKey())
          .bind(sent.getValue())
          .update();
    }
    sentSeqs.clear();
  }

  private record Sender(long groupKey, long userKey) {}
}
