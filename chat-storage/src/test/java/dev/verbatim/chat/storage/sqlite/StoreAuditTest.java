package dev.verbatim.chat.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.BrokenPromises.Kind;
import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatListener;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.StoreAudit;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chat that looks at its own store, in which somebody else has been. */
class StoreAuditTest {
  /** More than a page. */
  private static final int MESSAGES = 1_100;

  private static final Duration STEP = ChatSettings.defaults().auditInterval();

  @TempDir Path directory;

  private final HeldTime time = new HeldTime();
  private final List<String> told = new ArrayList<>();
  private SqliteChatStore store;
  private Chat chat;

  private final ChatListener listener =
      new ChatListener() {
        @Override
        public void onBrokenPromise(Kind kind, String words) {
          told.add(kind + " " + words);
        }
      };

  @AfterEach
  void close() throws Exception {
    chat.close();
  }

  /** A large group and two small ones, of which one is empty. */
  @BeforeEach
  void open() throws Exception {
    store = SqliteChatStore.open(directory);
    List<Write<?>> writes = new ArrayList<>();
    writes.add(new Write.PutUser(Samples.user(1)));
    writes.add(new Write.PutUser(Samples.user(2)));
    for (int group = 1; group <= 3; group++) {
      writes.add(new Write.PutGroup(Samples.group(group, 1, 2)));
    }
    for (int i = 1; i <= MESSAGES; i++) {
      writes.add(Samples.append(i, 1, 1 + i % 2, "t" + i, "words"));
    }
    writes.add(Samples.append(MESSAGES + 1, 3, 1, "t", "words"));
    store.commit(writes);
    audit();
  }

  private void audit() throws Exception {
    chat = Chat.open(store, ChatSettings.defaults(), listener, time, time, Runnable::run);
    chat.audit().start();
  }

  private StoreAudit.State after(int steps) {
    time.advance(STEP.multipliedBy(steps));
    return chat.audit().state();
  }

  private void harm(String sql) throws Exception {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Database.FILE));
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  @Test
  void looksAtAllThereIsRoundAndRound() throws Exception {
    StoreAudit.State first = after(1);
    assertEquals(500, first.messages());
    assertEquals(1, first.groups());
    StoreAudit.State round = after(2);
    assertEquals(MESSAGES + 1, round.messages());
    assertEquals(3, round.groups());
    assertEquals(1, round.rounds());
    assertNotNull(round.roundEndedAt());
    assertTrue(round.busy().isPositive());
    assertEquals(2 * (MESSAGES + 1), after(3).messages());
    assertEquals(List.of(), told);
  }

  @Test
  void takesNoMessageForMissingThatIsBeingSent() throws Exception {
    Thread sender =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    for (int i = 2; i <= 1_000; i++) {
                      store.commit(List.of(Samples.append(MESSAGES + i, 1, 1)));
                    }
                  } catch (StoreException e) {
                    throw new IllegalStateException(e);
                  }
                });
    while (sender.isAlive()) {
      after(1);
    }
    sender.join();
    after(10);
    assertEquals(List.of(), told);
  }

  @Test
  void tellsOfAGapOnceAndOnlyWhenItIsThereAtASecondLook() throws Exception {
    harm("DELETE FROM messages WHERE place & 4294967295 IN (600, 601)");
    after(2);
    assertEquals(List.of(), told);
    after(1);
    String finding = "group %s has no seqs 600 to 601".formatted(Samples.groupId(1));
    assertEquals(List.of("ORDER " + finding), told);
    after(20);
    assertEquals(1, told.size());
    assertEquals(1, chat.brokenPromises().counts().get(Kind.ORDER));
    assertEquals(finding, chat.brokenPromises().first().getFirst().words());
    assertTrue(chat.audit().state().rounds() > 1);
  }

  @Test
  void tellsOfAReplayThatIsNotWhole() throws Exception {
    harm("DELETE FROM messages WHERE place & 4294967295 = 900");
    assertThrows(
        StoreException.class, () -> chat.replays().replay(Samples.groupId(1), 800, MESSAGES));
    assertEquals(
        List.of("REPLAY a replay of group %s lacked seq 900".formatted(Samples.groupId(1))), told);
  }

  @Test
  void tellsOfAGroupWithoutItsOwner() throws Exception {
    harm("UPDATE members SET role = 2 WHERE group_key = 2");
    after(5);
    assertEquals(
        List.of(
            "OWNER group %s has 0 owners among its members, and names another"
                .formatted(Samples.groupId(2))),
        told);
  }

  @Test
  void tellsOfATempIdThatIsThereTwice() throws Exception {
    harm("DROP INDEX messages_temp_id");
    harm("UPDATE messages SET temp_id = 't1' WHERE place & 4294967295 = 3");
    after(2);
    assertEquals(
        List.of(
            "DUPLICATE message %s has the tempId of another of its sender's"
                .formatted(Samples.id(3))),
        told);
  }

  @Test
  void tellsOfPagesThatAreOverwritten() throws Exception {
    chat.close();
    long page;
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Database.FILE));
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT rootpage FROM sqlite_schema WHERE name = 'messages_place'")) {
      page = row.getLong(1);
    }
    try (var file = FileChannel.open(directory.resolve(Database.FILE), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(4_096), (page - 1) * 4_096);
    }
    store = SqliteChatStore.open(directory);
    audit();
    StoreAudit.State state = after(2);
    assertEquals(2, state.failures());
    assertEquals(List.of(), told);
    after(20);
    assertTrue(
        told.getFirst()
            .startsWith(
                "READABLE group %s cannot be read from seq 1 on: ".formatted(Samples.groupId(1))),
        told.toString());
    // Nothing else of it is lost sight of: all groups had their turn.
    assertTrue(chat.audit().state().rounds() >= 1);
    chat.ping();
  }
}
