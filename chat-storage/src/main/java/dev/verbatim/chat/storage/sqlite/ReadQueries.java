package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.storage.ReadBlock;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Questions about who read what, on one connection. */
final class ReadQueries {
  // The bytes of the window alone decide whether a row is looked at: zeros are the least of bytes,
  // also when there are fewer of them. The users of a block come in the order of their keys, which
  // is that of its rows.
  private static final String READERS =
      """
      SELECT u.id, b.read_at, b.bits
      FROM read_blocks b
      CROSS JOIN users u ON u.user_key = b.user_key
      WHERE b.group_key = ? AND b.block = ?
          AND (b.bits = x'' OR substr(b.bits, ?, ?) > zeroblob(?))
      ORDER BY b.user_key
      """;

  private final Statements statements;

  ReadQueries(Statements statements) {
    this.statements = statements;
  }

  /** At most {@code limit} readers of each seq from first to last, which exist. */
  Readers readers(long groupKey, long first, long last, int limit) throws SQLException {
    Map<Long, List<Readers.Reader>> readers = new HashMap<>();
    long from = first;
    while (from <= last && limit > 0) {
      long number = ReadBlock.number(from);
      long to = Math.min(last, ReadBlock.first(number + 1) - 1);
      look(groupKey, from, to, limit, readers);
      from = to + 1;
    }
    return new Readers(readers);
  }

  /** Looks at the readers of seqs of one block until each seq has enough of them. */
  private void look(
      long groupKey, long first, long last, int limit, Map<Long, List<Readers.Reader>> readers)
      throws SQLException {
    List<Long> wanting = new ArrayList<>();
    for (long seq = first; seq <= last; seq++) {
      wanting.add(seq);
    }
    int bytes = ReadBlock.byteOf(last) - ReadBlock.byteOf(first) + 1;
    statements
        .get(READERS)
        .bind(groupKey)
        .bind(ReadBlock.number(first))
        .bind(ReadBlock.byteOf(first) + 1)
        .bind(bytes)
        .bind(bytes)
        .eachUntil(
            row -> {
              ReadBlock block = Columns.block(row, 3);
              Readers.Reader reader =
                  new Readers.Reader(Columns.id(row, 1), Columns.instant(row, 2));
              wanting.removeIf(
                  seq -> {
                    if (!block.contains(seq)) {
                      return false;
                    }
                    List<Readers.Reader> some =
                        readers.computeIfAbsent(seq, _ -> new ArrayList<>());
                    some.add(reader);
                    return some.size() == limit;
                  });
              return wanting.isEmpty();
            });
  }
}
