package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.storage.ReadBlock;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.MarkRead;
import dev.verbatim.chat.store.Write.MarkedRead;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes of who read what. Confined to the writer. */
final class ReadWrites {
  private static final String PLACE =
      "SELECT place FROM messages WHERE id = ? AND place >> 32 = ? AND sender_key <> ?";
  private static final String BLOCK =
      "SELECT bits FROM read_blocks WHERE group_key = ? AND block = ? AND user_key = ?";
  private static final String PUT_BLOCK =
      """
      INSERT INTO read_blocks (group_key, block, user_key, read_at, bits) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET read_at = excluded.read_at, bits = excluded.bits
      """;
  private static final String RAISE =
      """
      INSERT INTO read_states (group_key, user_key, last_read) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET last_read = max(last_read, excluded.last_read)
      """;

  private final Statements statements;
  private final Keys keys;
  private final Prepared raise;
  private final Map<Sender, Long> sentSeqs = new HashMap<>();

  ReadWrites(Statements statements, Keys keys) throws SQLException {
    this.statements = statements;
    this.keys = keys;
    this.raise = statements.get(RAISE);
  }

  MarkedRead markRead(MarkRead write) throws SQLException, StoreException {
    Keys.Head head = keys.headOrNull(write.groupId());
    if (head == null) {
      return new MarkedRead(List.of());
    }
    long groupKey = head.groupKey;
    long userKey = keys.user(write.userId());
    Map<Long, ReadBlock> blocks = new HashMap<>();
    List<ObjectId> newlyRead = new ArrayList<>();
    long highest = 0;
    for (ObjectId id : write.messageIds()) {
      long place = statements.get(PLACE).bind(id).bind(groupKey).bind(userKey).firstLong(0);
      if (place == 0) {
        continue;
      }
      long seq = Place.seq(place);
      long number = ReadBlock.number(seq);
      ReadBlock block = blocks.get(number);
      if (block == null) {
        block = block(groupKey, number, userKey);
        blocks.put(number, block);
      }
      if (!block.contains(seq)) {
        block.add(seq);
        newlyRead.add(id);
        highest = Math.max(highest, seq);
      }
    }
    // Of blocks in which all was read before none is written, or what they tell would change.
    for (Map.Entry<Long, ReadBlock> each : blocks.entrySet()) {
      if (each.getValue().hasChanged()) {
        statements
            .get(PUT_BLOCK)
            .bind(groupKey)
            .bind(each.getKey())
            .bind(userKey)
            .bind(write.readAt())
            .bind(each.getValue().bytes())
            .update();
      }
    }
    if (highest > 0) {
      raise(groupKey, userKey, highest);
    }
    return new MarkedRead(newlyRead);
  }

  private ReadBlock block(long groupKey, long number, long userKey) throws SQLException {
    return statements
        .get(BLOCK)
        .bind(groupKey)
        .bind(number)
        .bind(userKey)
        .first(row -> Columns.block(row, 1))
        .orElseGet(ReadBlock::unread);
  }

  /** Own messages count as read: what is sent is kept back until the end of the commit. */
  void sent(long groupKey, long userKey, long seq) {
    sentSeqs.put(new Sender(groupKey, userKey), seq);
  }

  /** Writes what was kept back: each sender's last seq, once. */
  void finish() throws SQLException {
    for (Map.Entry<Sender, Long> sent : sentSeqs.entrySet()) {
      raise(sent.getKey().groupKey(), sent.getKey().userKey(), sent.getValue());
    }
    sentSeqs.clear();
  }

  void raise(long groupKey, long userKey, long seq) throws SQLException {
    int _ = raise.bind(groupKey).bind(userKey).bind(seq).update();
  }

  private record Sender(long groupKey, long userKey) {}
}
