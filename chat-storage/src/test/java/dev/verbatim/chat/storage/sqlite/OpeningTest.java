package dev.verbatim.chat.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpeningTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve(Database.FILE);
  }

  private void run(String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private String refusal() {
    return String.valueOf(
        assertThrows(StoreException.class, () -> SqliteChatStore.open(directory).close())
            .getMessage());
  }

  @Test
  void refusesAStoreThatIsOpenAlready() throws Exception {
    try (SqliteChatStore open = SqliteChatStore.open(directory)) {
      assertEquals("The store in " + directory + " is in use by another process", refusal());
      open.ping();
    }
    SqliteChatStore.open(directory).close();
  }

  @Test
  void givesTheLockBackWhenItCannotOpen() throws Exception {
    Files.writeString(file, "no database, but long enough to be taken for one".repeat(100));
    assertEquals(file + " is not a Verbatim store", refusal());
    Files.delete(file);
    SqliteChatStore.open(directory).close();
  }

  @Test
  void leavesTheDatabaseOfAnotherProgramAsItIs() throws Exception {
    run("CREATE TABLE theirs (a)");
    byte[] before = Files.readAllBytes(file);
    assertEquals(file + " is not a Verbatim store", refusal());
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void refusesTheStoreOfANewerProgram() throws Exception {
    SqliteChatStore.open(directory).close();
    run("PRAGMA user_version = 99");
    assertEquals(
        "The store is of version 99, but this program knows versions up to %d only"
            .formatted(Migrations.newest()),
        refusal());
  }

  @Test
  void takesAnEmptyFileForANewStore() throws Exception {
    Files.createFile(file);
    SqliteChatStore.open(directory).close();
  }

  @Test
  void saysWhetherThereIsAStore() throws Exception {
    assertFalse(SqliteStoreCheck.isThere(directory.resolve("none")));
    Files.createFile(file);
    assertFalse(SqliteStoreCheck.isThere(directory));
    try (SqliteChatStore store = SqliteChatStore.open(directory)) {
      assertTrue(SqliteStoreCheck.isThere(directory));
      store.commit(List.of(new Write.PutUser(Samples.user(1))));
    }
    List<String> before = files();
    assertTrue(SqliteStoreCheck.isThere(directory));
    assertEquals(before, files());
    run("PRAGMA user_version = 0");
    assertTrue(SqliteStoreCheck.isThere(directory), "An older store is brought up to date");
    run("PRAGMA user_version = 99");
    assertThrows(StoreException.class, () -> SqliteStoreCheck.isThere(directory));
    Files.writeString(file, "no database, but long enough to be taken for one".repeat(100));
    assertThrows(StoreException.class, () -> SqliteStoreCheck.isThere(directory));
  }

  @Test
  void makesTheDirectoryWhateverItsName() throws Exception {
    Path odd = directory.resolve("new/what? 100%41 #1 \u00fc;&");
    try (SqliteChatStore store = SqliteChatStore.open(odd)) {
      store.commit(List.of(new Write.PutUser(Samples.user(1))));
    }
    assertTrue(Files.exists(odd.resolve(Database.FILE)));
    try (SqliteChatStore store = SqliteChatStore.open(odd)) {
      assertEquals(Optional.of(Samples.user(1)), store.user(Samples.userId(1)));
    }
  }

  @Test
  void leavesOneFileAndItsLockWhenClosed() throws Exception {
    try (SqliteChatStore store = SqliteChatStore.open(directory)) {
      store.commit(List.of(new Write.PutUser(Samples.user(1))));
      store.ping();
    }
    assertEquals(List.of(Database.FILE, StoreLock.FILE), files());
  }

  @Test
  void answersNothingOnceClosed() throws Exception {
    SqliteChatStore store = SqliteChatStore.open(directory);
    store.close();
    store.close();
    assertThrows(StoreException.class, store::ping);
    assertThrows(
        StoreException.class, () -> store.commit(List.of(new Write.PutUser(Samples.user(1)))));
  }

  @Test
  void canBeReadByAnotherProgramWhileOpen() throws Exception {
    try (SqliteChatStore store = SqliteChatStore.open(directory)) {
      store.commit(List.of(new Write.PutUser(Samples.user(1))));
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT clerk_id FROM users")) {
        assertTrue(rows.next());
        assertEquals("user_1", rows.getString(1));
      }
    }
  }

  private String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void makesFilesThatTheirOwnerAloneMayRead() throws Exception {
    Path parent = directory.resolve("new");
    Path made = parent.resolve("store");
    try (SqliteChatStore store = SqliteChatStore.open(made)) {
      var _ = store.commit(List.of(new Write.PutUser(Samples.user(1))));
      assertEquals("rwx------", rights(made));
      assertEquals("rwx------", rights(parent));
      try (var files = Files.list(made)) {
        List<Path> all = files.toList();
        assertEquals(4, all.size(), all.toString());
        for (Path each : all) {
          assertEquals("rw-------", rights(each), each.toString());
        }
      }
    }
  }

  @Test
  void leavesTheRightsOfWhatIsThereAsTheyAre() throws Exception {
    SqliteChatStore.open(directory).close();
    for (String name : List.of(Database.FILE, StoreLock.FILE)) {
      Files.setPosixFilePermissions(
          directory.resolve(name), PosixFilePermissions.fromString("rw-r-----"));
    }
    SqliteChatStore.open(directory).close();
    for (String name : List.of(Database.FILE, StoreLock.FILE)) {
      assertEquals("rw-r-----", rights(directory.resolve(name)));
    }
  }
}
