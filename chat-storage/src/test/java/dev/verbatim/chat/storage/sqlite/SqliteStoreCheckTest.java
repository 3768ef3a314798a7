package dev.verbatim.chat.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
              Samples.markRead(1, 2, 1),
              new Write.PutSession(Samples.session(1, 1, Samples.NOW))));
    }
  }

  private Connection connect() throws Exception {
    return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Database.FILE));
  }

  private List<String> findingsAfter(String sql) throws Exception {
    try (Connection connection = connect();
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
  void findsNothingInATableOfSomebodyElse() throws Exception {
    assertEquals(List.of(), findingsAfter("CREATE TABLE replicas (seq INTEGER)"));
  }

  @Test
  void findsAGap() throws Exception {
    assertEquals(
        List.of("group %s has 2 messages, but seqs from 1 to 3".formatted(Samples.groupId(1))),
        findingsAfter("DELETE FROM messages WHERE content = 'two'"));
  }

  @Test
  void findsAGapAtTheStart() throws Exception {
    assertEquals(
        List.of("group %s has 2 messages, but seqs from 2 to 3".formatted(Samples.groupId(1))),
        findingsAfter("DELETE FROM messages WHERE content = 'one'"));
  }

  @Test
  void findsASeqBelowTheFirst() throws Exception {
    assertEquals(
        List.of("group %s has 3 messages, but seqs from 0 to 3".formatted(Samples.groupId(1))),
        findingsAfter("UPDATE messages SET place = place - 1 WHERE content = 'one'"));
  }

  @Test
  void findsMessagesOfNoGroup() throws Exception {
    assertEquals(
        List.of("1 messages are of a group that is not there"),
        findingsAfter(
            "INSERT INTO messages VALUES (99, 9 << 32 | 1, x'000000000000000000000000', 1, 0, 0, 0,"
                + " NULL, NULL, NULL, 'x')"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INSERT INTO members VALUES (9, 1, 99, 2, 0)                | row 9 of members    | users
          INSERT INTO members VALUES (9, 99, 2, 2, 0)                | row 9 of members    | groups
          UPDATE messages SET sender_key = 99 WHERE content = 'two'  | row 2 of messages   | users
          INSERT INTO read_states VALUES (99, 1, 1)                  | a row of read_states | groups
          INSERT INTO read_states VALUES (1, 99, 1)                  | a row of read_states | users
          INSERT INTO read_blocks VALUES (1, 0, 99, 1, x'01')        | a row of read_blocks | users
          INSERT INTO read_blocks VALUES (99, 0, 1, 1, x'01')        | a row of read_blocks | groups
          UPDATE sessions SET user_key = 99                          | a row of sessions   | users
          """)
  void findsReferencesToNothing(String damage, String row, String table) throws Exception {
    assertEquals(
        List.of("%s refers to a row of %s that is not there".formatted(row, table)),
        findingsAfter(damage));
  }

  @Test
  void findsAnOwnerWhoIsNotThere() throws Exception {
    assertEquals(
        List.of(
            "row 1 of groups refers to a row of users that is not there",
            "the owner of group %s is no member of it".formatted(Samples.groupId(1))),
        findingsAfter("UPDATE groups SET owner_key = 99"));
  }

  @Test
  void findsAnOwnerWhoIsNoMember() throws Exception {
    assertEquals(
        List.of("the owner of group %s is no member of it".formatted(Samples.groupId(1))),
        findingsAfter("DELETE FROM members WHERE user_key = 1"));
  }

  @Test
  void findsAnOwnerOfAnotherRole() throws Exception {
    assertEquals(
        List.of("the owner of group %s has another role in it".formatted(Samples.groupId(1))),
        findingsAfter("UPDATE members SET role = 1"));
  }

  @Test
  void findsTwoOwners() throws Exception {
    assertEquals(
        List.of("group %s has 2 owners".formatted(Samples.groupId(1))),
        findingsAfter("UPDATE members SET role = 0"));
  }

  @Test
  void findsNoFaultInAClosedGroupThatIsEmpty() throws Exception {
    assertEquals(List.of(), findingsAfter("UPDATE groups SET is_active = 0; DELETE FROM members"));
  }

  @Test
  void findsRepeatedSeqsThatMakeUpForAGap() throws Exception {
    assertEquals(
        List.of(
            "index messages_place is missing",
            "group %s has seq 1 2 times".formatted(Samples.groupId(1))),
        findingsAfter(
            "DROP INDEX messages_place; UPDATE messages SET place = place - 1 WHERE content ="
                + " 'two'"));
  }

  @Test
  void findsARepeatedTempId() throws Exception {
    assertEquals(
        List.of(
            "index messages_temp_id is missing",
            "group %s has 2 messages of user %s with the same tempId"
                .formatted(Samples.groupId(1), Samples.userId(1))),
        findingsAfter(
            "DROP INDEX messages_temp_id; UPDATE messages SET temp_id = 'a' WHERE content ="
                + " 'three'"));
  }

  @Test
  void findsARepeatedMember() throws Exception {
    assertEquals(
        List.of(
            "index members_user is missing",
            "user %s is in group %s 2 times".formatted(Samples.userId(2), Samples.groupId(1))),
        findingsAfter("DROP INDEX members_user; INSERT INTO members VALUES (9, 1, 2, 2, 0)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          messages_id    | UPDATE messages SET id = (SELECT min(id) FROM messages)   | message %s is there 3 times
          users_id       | UPDATE users SET id = (SELECT min(id) FROM users)         | user %s is there 2 times
          groups_id      | INSERT INTO groups SELECT 9, id, name, NULL, 1, 0, 0, 0, 0 FROM groups | group %s is there 2 times
          users_clerk_id | UPDATE users SET clerk_id = 'user_1'                      | clerkId of user %s is there 2 times
          """)
  void findsRepeatedIds(String index, String damage, String finding) throws Exception {
    // The ids that tests make differ in the kind's digit and the number alone.
    List<String> findings = findingsAfter("DROP INDEX " + index + "; " + damage);
    assertEquals(2, findings.size(), findings.toString());
    assertEquals("index %s is missing".formatted(index), findings.getFirst());
    assertTrue(
        findings.getLast().matches(finding.replace("%s", "[0-9a-f]{24}")), findings.toString());
  }

  @Test
  void findsAnIndexThatIsAnotherOne() throws Exception {
    assertEquals(
        List.of("index messages_place is another one"),
        findingsAfter(
            "DROP INDEX messages_place; CREATE INDEX messages_place ON messages (place)"));
  }

  @Test
  void findsATableThatIsMissing() throws Exception {
    List<String> findings = findingsAfter("DROP TABLE read_blocks");
    assertEquals("table read_blocks is missing", findings.getFirst());
    assertTrue(findings.getLast().startsWith("the rest cannot be checked: "), findings.toString());
  }

  @Test
  void findsRowsThatAnIndexLacks() throws Exception {
    List<String> findings =
        findingsAfter(
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, 'IS NOT NULL', 'IS NULL')
                WHERE name = 'messages_temp_id';
            PRAGMA writable_schema = RESET;
            UPDATE messages SET temp_id = 'a' WHERE content = 'three';
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, 'IS NULL', 'IS NOT NULL')
                WHERE name = 'messages_temp_id';
            PRAGMA writable_schema = RESET;
            """);
    assertTrue(
        findings.stream().anyMatch(each -> each.matches("damage: .*messages_temp_id.*")),
        findings.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"messages", "messages_place", "messages_id", "members", "groups_id"})
  void findsPagesThatAreOverwritten(String name) throws Exception {
    long page;
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT rootpage FROM sqlite_schema WHERE name = '" + name + "'")) {
      page = row.getLong(1);
    }
    try (var file = FileChannel.open(directory.resolve(Database.FILE), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(4_096), (page - 1) * 4_096);
    }
    List<String> findings = SqliteStoreCheck.findings(directory);
    assertTrue(findings.getFirst().startsWith("damage: "), findings.toString());
  }

  @Test
  void refusesAFileThatIsCutShort() throws Exception {
    try (var file = FileChannel.open(directory.resolve(Database.FILE), StandardOpenOption.WRITE)) {
      file.truncate(file.size() - 3 * 4_096);
    }
    StoreException refusal =
        assertThrows(StoreException.class, () -> SqliteStoreCheck.findings(directory));
    assertTrue(String.valueOf(refusal.getMessage()).contains("malformed"), refusal.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"users", "groups", "messages", "sessions"})
  void findsIdsThatAreNone(String table) throws Exception {
    assertEquals(
        List.of("%s id of a wrong length: ABCD".formatted(table.replaceAll("s$", ""))),
        findingsAfter(
            "UPDATE %1$s SET id = x'abcd' WHERE id = (SELECT max(id) FROM %1$s)".formatted(table)));
  }

  @Test
  void findsContentOfDeletedMessages() throws Exception {
    assertEquals(
        List.of("message %s is deleted, but has 3 bytes of content".formatted(Samples.id(2))),
        findingsAfter("UPDATE messages SET is_deleted = 1 WHERE content = 'two'"));
  }

  @Test
  void findsNoFaultInADeletedMessage() throws Exception {
    assertEquals(
        List.of(),
        findingsAfter("UPDATE messages SET is_deleted = 1, content = '' WHERE content = 'two'"));
  }

  @Test
  void findsContentThatIsGoneOrTooLong() throws Exception {
    assertEquals(
        List.of(
            "message %s is not deleted, but has no content".formatted(Samples.id(1)),
            "message %s has 12001 bytes of content".formatted(Samples.id(2))),
        findingsAfter(
            "UPDATE messages SET content = '' WHERE content = 'one';"
                + "UPDATE messages SET content = printf('%12001s', '') WHERE content = 'two'"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UPDATE messages SET type = 4 WHERE content = 'two'        | message \\w+ has type 4
          UPDATE messages SET is_deleted = 2, content = '' WHERE content = 'two' | message \\w+ has is_deleted 2
          UPDATE members SET role = 3 WHERE user_key = 2            | row 2 of members has role 3
          UPDATE sessions SET status = -1                           | session \\w+ has status -1
          UPDATE sessions SET device_type = 7                       | session \\w+ has device_type 7
          """)
  void findsValuesThatAreNone(String damage, String finding) throws Exception {
    List<String> findings = findingsAfter(damage);
    assertEquals(1, findings.size(), findings.toString());
    assertTrue(findings.getFirst().matches(finding + ", which is none"), findings.toString());
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
