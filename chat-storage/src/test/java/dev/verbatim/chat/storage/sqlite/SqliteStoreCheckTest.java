package dev.verbatim.chat.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreCheckTest {
  @TempDir Path directory;

  @BeforeEach
  void putMessages() throws Exception {
    try (SqliteChatStore store = SqliteChatStore.open(directory)) {
      store.commit(
          List.of(
              new Write.PutUser(Samples.user(1)),
              new Write.PutUser(Samples.user(2)),
              new Write.PutGroup(Samples.group(1, 1, 2)),
              Samples.append(1, 1, 1, "a", "one"),
              Samples.append(2, 1, 2, "b", "two"),
              Samples.append(3, 1, 1, "c", "three"),
              Samples.markRead(1, 2, 1)));
    }
  }

  private List<String> findingsAfter(String sql) throws Exception {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Database.FILE));
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
    return SqliteStoreCheck.findings(directory);
  }

  @Test
  void findsNothingInAWholeStore() throws Exception {
    assertEquals(List.of(), SqliteStoreCheck.findings(directory));
  }

  @Test
  void findsNothingInAStoreInUse() throws Exception {
    try (SqliteChatStore store = SqliteChatStore.open(directory)) {
      store.commit(List.of(Samples.append(4, 1, 1)));
      assertEquals(List.of(), SqliteStoreCheck.findings(directory));
      store.commit(List.of(Samples.append(5, 1, 1)));
    }
  }

  @Test
  void findsAGap() throws Exception {
    assertEquals(
        List.of("group %s has 2 messages, but seqs from 1 to 3".formatted(Samples.groupId(1))),
        findingsAfter("DELETE FROM messages WHERE content = 'two'"));
  }

  @Test
  void findsMessagesOfNoGroup() throws Exception {
    assertEquals(
        List.of("1 messages are of a group that is not there"),
        findingsAfter(
            "INSERT INTO messages VALUES (99, 9 << 32 | 1, x'000000000000000000000000', 1, 0, 0, 0,"
                + " NULL, NULL, NULL, 'x')"));
  }

  @Test
  void findsReferencesToNothing() throws Exception {
    assertEquals(
        List.of("a row of members refers to a row of users that is not there"),
        findingsAfter("INSERT INTO members VALUES (9, 1, 99, 2, 0)"));
  }

  @Test
  void findsADuplicateThatTheIndexDoesNotKnow() throws Exception {
    List<String> findings =
        findingsAfter(
            """
            PRAGMA writable_schema = ON;
            DELETE FROM sqlite_schema WHERE name = 'messages_temp_id';
            PRAGMA writable_schema = RESET;
            UPDATE messages SET temp_id = 'a' WHERE content = 'three';
            PRAGMA writable_schema = ON;
            """);
    assertTrue(findings.size() > 0, findings.toString());
  }

  @Test
  void findsReadStatesOfWhatIsNotThere() throws Exception {
    assertEquals(
        List.of(
            "what user %s read of group %s goes up to seq 7, which is not there"
                .formatted(Samples.userId(1), Samples.groupId(1)),
            "what user %s read of group %s has seq 4, but ends at 2"
                .formatted(Samples.userId(2), Samples.groupId(1))),
        findingsAfter(
            "UPDATE read_states SET last_read = 7 WHERE user_key = 1;"
                + "UPDATE read_blocks SET bits = x'08' WHERE user_key = 2"));
  }

  @Test
  void findsABlockThatIsNone() throws Exception {
    assertEquals(
        List.of(
            "what user %s read of group %s is damaged: a block of 129 bytes"
                .formatted(Samples.userId(2), Samples.groupId(1))),
        findingsAfter("UPDATE read_blocks SET bits = zeroblob(129)"));
  }

  @Test
  void refusesWhatIsNoStore() throws Exception {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThrows(StoreException.class, () -> SqliteStoreCheck.findings(empty));
    try (var files = Files.list(empty)) {
      assertEquals(0, files.count(), "a store was made");
    }
  }
}
