package dev.verbatim.chat.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.storage.RandomWrites;
import dev.verbatim.chat.store.Changes;
import dev.verbatim.chat.store.Copied;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.Write;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is left of a commit that breaks off, wherever it does and whatever is in it: nothing, and
 * the next one finds everything as it was.
 */
class BrokenCommitTest {
  /** What {@link #EVERY_KIND} is about. */
  private static final List<Write<?>> BEFORE =
      List.of(
          Samples.append(100, 1, 1, "t", "to be edited"),
          Samples.append(101, 1, 2, "t", "to be deleted"),
          new Write.PutSession(Samples.session(200, 1, Samples.NOW)),
          new Write.PutSession(Samples.session(201, 2, Samples.NOW.minusSeconds(60))));

  private static final Message COPIED =
      new Message(
          Samples.id(300),
          Samples.groupId(2),
          1,
          Samples.userId(1),
          "copied",
          MessageType.TEXT,
          /* isDeleted= */ false,
          "c",
          /* editedAt= */ null,
          Samples.NOW,
          Samples.NOW);

  /** A write of each kind, each of which changes something but the questions. */
  private static final List<Write<?>> EVERY_KIND =
      List.of(
          Samples.append(102, 1, 3, "t", "new"),
          Samples.markRead(1, 2, 100, 102),
          new Write.PutUser(Samples.user(6), Samples.groupId(1)),
          new Write.PutGroup(Samples.group(4, 4)),
          new Write.PutSession(Samples.session(202, 4, Samples.NOW)),
          new Write.ChangeStatus(Samples.userId(4), Status.AWAY, Samples.NOW),
          new Write.EndSession(Samples.id(200), Samples.userId(1), Samples.NOW),
          new Write.EndSessionsBefore(Samples.NOW, Set.of()),
          Samples.findSent(1, 3, "t"),
          new Write.NewestSeq(Samples.groupId(1)),
          new Write.Probe(),
          Samples.ifMember(1, 1, Samples.append(150, 1, 1)),
          Changes.settings(1, "Other", "", true, 1),
          Changes.join(3, 4),
          Changes.remove(1, 2, 1),
          Changes.role(1, 3, Role.ADMIN, 1),
          Changes.transfer(1, 3, 1),
          Changes.close(3, 1),
          Changes.edit(100, 1, 1, "edited"),
          Changes.delete(101, 1, 3),
          new UserChange.Tell(Samples.user(2), true, Samples.NOW),
          new UserChange.Delete(Samples.user(4)),
          new Write.Once<>("msg_1", Samples.NOW, new Write.RevokeSession("sess_1", Samples.NOW)),
          new Write.RevokeSession("sess_2", Samples.NOW),
          new Write.Forget(Samples.NOW, Samples.NOW.plusMillis(1)),
          new Copied.Account(Samples.user(9), true, false, Samples.NOW),
          new Copied.Messages(Samples.groupId(2), List.of(COPIED)),
          new Copied.LastReads(Samples.groupId(2), Map.of(Samples.userId(1), 1L)),
          new Write.FindChange(Changes.edit(1, 1, 1, "edited")),
          new Write.CatchUp(Samples.groupId(1)),
          new Write.ReadGroup(Samples.groupId(1)),
          new Write.ReadUser(Samples.userId(1)));

  /** All that these writes do to tables. */
  private static final List<String> STATEMENTS =
      List.of(
          "INSERT ON users",
          "UPDATE OF last_seen ON users",
          "INSERT ON groups",
          "UPDATE OF updated_at ON groups",
          "UPDATE OF name ON groups",
          "UPDATE OF owner_key ON groups",
          "UPDATE OF is_active ON groups",
          "INSERT ON members",
          "UPDATE OF role ON members",
          "DELETE ON members",
          "INSERT ON messages",
          "UPDATE OF content ON messages",
          "INSERT ON read_states",
          "INSERT ON read_blocks",
          "INSERT ON sessions",
          "UPDATE OF status ON sessions",
          "DELETE ON sessions",
          "UPDATE OF told_at ON users",
          "UPDATE OF is_deleted ON users",
          "INSERT ON events",
          "INSERT ON revocations",
          "DELETE ON revocations");

  @TempDir Path directory;

  @BeforeEach
  void putWhatIsThereBefore() throws Exception {
    try (SqliteChatStore store = SqliteChatStore.open(directory)) {
      store.commit(RandomWrites.BEGINNING);
      store.commit(BEFORE);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Database.FILE));
  }

  /** Every row of every table. */
  private List<String> everything() throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet names =
          statement.executeQuery("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
        while (names.next()) {
          tables.add(names.getString(1));
        }
      }
      for (String table : tables) {
        try (ResultSet row = statement.executeQuery("SELECT * FROM " + table)) {
          while (row.next()) {
            StringBuilder text = new StringBuilder(table);
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
              text.append('|').append(row.getString(i));
            }
            rows.add(text.toString());
          }
        }
      }
    }
    return rows;
  }

  /** Asserts that a commit of every kind goes as if nothing had been tried before. */
  private void assertWorks(SqliteChatStore store) throws Exception {
    try (InMemoryChatStore model = new InMemoryChatStore()) {
      model.commit(RandomWrites.BEGINNING);
      model.commit(BEFORE);
      assertEquals(model.commit(EVERY_KIND), store.commit(EVERY_KIND));
    }
    assertEquals(List.of(), SqliteStoreCheck.findings(directory));
  }

  /** The kinds of writes there are. */
  private static Set<String> kinds(Class<?> type) {
    Set<String> kinds = new TreeSet<>();
    if (type.isRecord()) {
      kinds.add(type.getSimpleName());
    } else {
      for (Class<?> kind : type.getPermittedSubclasses()) {
        kinds.addAll(kinds(kind));
      }
    }
    return kinds;
  }

  @Test
  void triesEveryKindOfWrite() {
    assertEquals(
        kinds(Write.class),
        EVERY_KIND.stream()
            .map(write -> write.getClass().getSimpleName())
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** As SQLite itself ends a statement, or takes the whole transaction back, at an I/O error. */
  @Test
  void leavesNothingWhenAnyStatementFails() throws Exception {
    List<String> before = everything();
    try (SqliteChatStore store = SqliteChatStore.open(directory);
        Connection other = connect();
        Statement statement = other.createStatement()) {
      for (String at : STATEMENTS) {
        for (String how : List.of("ABORT", "FAIL", "ROLLBACK")) {
          statement.executeUpdate(
              "CREATE TRIGGER fault AFTER %s BEGIN SELECT RAISE(%s, 'a fault'); END"
                  .formatted(at, how));
          StoreException failed =
              assertThrows(StoreException.class, () -> store.commit(EVERY_KIND), at);
          assertTrue(failed.toString().contains("a fault"), failed::toString);
          assertEquals(before, everything(), at);
          statement.executeUpdate("DROP TRIGGER fault");
        }
      }
      assertWorks(store);
    }
  }

  @Test
  void leavesNothingWhenTheCallerBreaksOffBehindAnyWrite() throws Exception {
    List<String> before = everything();
    try (SqliteChatStore store = SqliteChatStore.open(directory)) {
      for (int count = 0; count < EVERY_KIND.size(); count++) {
        Batch broken =
            new Batch(
                count,
                () -> {
                  throw new IllegalStateException("a fault");
                });
        assertThrows(IllegalStateException.class, () -> store.commit(broken));
        assertEquals(before, everything());
      }
      assertWorks(store);
    }
  }

  @Test
  void leavesNothingWhenTheConnectionIsLostBehindAnyWrite() throws Exception {
    List<String> before = everything();
    Database database = new Database(directory, Limits.STANDARD);
    // The last one is not followed by another write, but by the end of the commit.
    for (int count = 0; count <= EVERY_KIND.size(); count++) {
      Statements connection = database.connectWriter();
      Transactions transactions = new Transactions(connection, Limits.STANDARD);
      Batch broken =
          new Batch(
              count,
              () -> {
                try {
                  connection.close();
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThrows(SQLException.class, () -> transactions.commit(broken));
      assertEquals(before, everything());
    }
    try (SqliteChatStore store = SqliteChatStore.open(directory)) {
      assertWorks(store);
    }
  }

  @Test
  void leavesNothingOfAnyKindWhenTheDiskIsFull() throws Exception {
    List<String> before = everything();
    List<Write<?>> tooMuch = new ArrayList<>(EVERY_KIND);
    for (int id = 1_000; id < 1_500; id++) {
      tooMuch.add(Samples.append(id, 1, 1, "t" + id, "x".repeat(1000)));
    }
    try (SqliteChatStore store =
        SqliteChatStore.open(directory, Limits.STANDARD.withPagesMax(100))) {
      StoreException full = assertThrows(StoreException.class, () -> store.commit(tooMuch));
      assertTrue(full.toString().contains("SQLITE_FULL"), full.toString());
      assertEquals(before, everything());
      assertWorks(store);
    }
  }

  /** The writes of every kind, behind some of which something happens. */
  private static final class Batch extends AbstractList<Write<?>> {
    private final int count;
    private final Runnable fault;

    Batch(int count, Runnable fault) {
      this.count = count;
      this.fault = fault;
    }

    @Override
    public Write<?> get(int index) {
      if (index == count) {
        fault.run();
      }
      return index == EVERY_KIND.size()
          ? new Write.NewestSeq(Samples.groupId(1))
          : EVERY_KIND.get(index);
    }

    @Override
    public int size() {
      return EVERY_KIND.size() + 1;
    }
  }
}
