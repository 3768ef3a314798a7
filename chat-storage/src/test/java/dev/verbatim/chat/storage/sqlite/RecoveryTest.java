package dev.verbatim.chat.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.store.BusyException;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import dev.verbatim.chat.store.Write.Appended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of commits and questions when something is in their way, and afterwards. */
class RecoveryTest {
  private static final List<Write<?>> GROUP =
      List.of(new Write.PutUser(Samples.user(1)), new Write.PutGroup(Samples.group(1, 1)));

  @TempDir Path directory;

  private static List<Write<?>> messages(int first, int count) {
    List<Write<?>> writes = new ArrayList<>();
    for (int id = first; id < first + count; id++) {
      writes.add(Samples.append(id, 1, 1, "t" + id, "x".repeat(1000)));
    }
    return writes;
  }

  private static Message append(SqliteChatStore store, int id) throws StoreException {
    List<Object> outcomes = store.commit(List.of(Samples.append(id, 1, 1, "t" + id, "x")));
    return assertInstanceOf(Appended.Stored.class, outcomes.getFirst()).message();
  }

  private static void assertHoldsOnly(SqliteChatStore store, Message... messages)
      throws StoreException {
    assertEquals(
        List.of(messages), store.messagesUpward(Samples.groupId(1), 1, Long.MAX_VALUE, 1000));
  }

  @Test
  void holdsNothingOfABatchThatDoesNotFitAndGoesOn() throws Exception {
    try (SqliteChatStore store =
        SqliteChatStore.open(directory, Limits.STANDARD.withPagesMax(100))) {
      store.commit(GROUP);
      Message first = append(store, 1);
      for (int attempt = 0; attempt < 3; attempt++) {
        StoreException full =
            assertThrows(StoreException.class, () -> store.commit(messages(2, 500)));
        assertTrue(full.toString().contains("SQLITE_FULL"), full.toString());
        assertHoldsOnly(store, first);
      }
      Message second = append(store, 2);
      assertEquals(2, second.seq());
      assertHoldsOnly(store, first, second);
    }
    try (SqliteChatStore store = SqliteChatStore.open(directory)) {
      assertEquals(500, store.commit(messages(3, 500)).size());
      assertEquals(502, store.newestSeq(Samples.groupId(1)));
    }
    assertEquals(List.of(), SqliteStoreCheck.findings(directory));
  }

  @Test
  void makesNoNewStoreInPlaceOfOneThatWentAway() throws Exception {
    Path file = directory.resolve(Database.FILE);
    Path away = directory.resolve("away");
    try (SqliteChatStore store =
        SqliteChatStore.open(directory, Limits.STANDARD.withPagesMax(100))) {
      store.commit(GROUP);
      Message first = append(store, 1);
      assertThrows(StoreException.class, () -> store.commit(messages(2, 500)));
      Files.move(file, away);
      for (int attempt = 0; attempt < 3; attempt++) {
        assertThrows(StoreException.class, () -> append(store, 2));
        assertFalse(Files.exists(file));
      }
      Files.move(away, file);
      assertHoldsOnly(store, first, append(store, 2));
    }
    assertEquals(List.of(), SqliteStoreCheck.findings(directory));
  }

  @Test
  void goesOnOnceAnotherProgramStopsWriting() throws Exception {
    Limits impatient = Limits.STANDARD.withLockWait(Duration.ofMillis(10));
    try (SqliteChatStore store = SqliteChatStore.open(directory, impatient);
        Connection other =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Database.FILE));
        Statement statement = other.createStatement()) {
      store.commit(GROUP);
      statement.executeUpdate("BEGIN IMMEDIATE");
      assertThrows(StoreException.class, () -> append(store, 1));
      statement.executeUpdate("ROLLBACK");
      assertHoldsOnly(store, append(store, 1));
    }
  }

  @Test
  void writesAProbeThoughItChangesNothing() throws Exception {
    try (SqliteChatStore store = SqliteChatStore.open(directory)) {
      store.commit(GROUP);
      Message first = append(store, 1);
      Path log = directory.resolve(Database.FILE + "-wal");
      long logged = Files.size(log);
      store.commit(List.of(new Write.NewestSeq(Samples.groupId(1))));
      assertEquals(logged, Files.size(log));
      store.commit(List.of(new Write.Probe()));
      assertTrue(Files.size(log) > logged);
      assertHoldsOnly(store, first);
    }
    assertEquals(List.of(), SqliteStoreCheck.findings(directory));
  }

  @Test
  void refusesWritesOfUsersAndGroupsThatAreNotThere() throws Exception {
    try (SqliteChatStore store = SqliteChatStore.open(directory)) {
      store.commit(GROUP);
      Message first = append(store, 1);
      for (Write<?> write :
          List.of(
              Samples.append(2, 1, 9),
              Samples.append(2, 9, 1),
              Samples.append(1, 1, 1),
              Samples.markRead(1, 9, 1),
              new Write.PutGroup(Samples.group(2, 9)),
              new Write.PutGroup(Samples.group(2, 1, 1)),
              new Write.PutSession(Samples.session(1, 9, Samples.NOW)))) {
        assertThrows(
            StoreException.class, () -> store.commit(List.of(Samples.append(3, 1, 1), write)));
        assertHoldsOnly(store, first);
        assertEquals(Optional.empty(), store.group(Samples.groupId(2)));
      }
      assertEquals(2, append(store, 2).seq());
    }
  }

  @Test
  void refusesTwoThreadsThatCommitAtOnce() throws Exception {
    CountDownLatch isCommitting = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    List<Write<?>> slow =
        new AbstractList<>() {
          @Override
          public Write<?> get(int index) {
            isCommitting.countDown();
            try {
              assertTrue(mayGoOn.await(30, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return Samples.append(1, 1, 1);
          }

          @Override
          public int size() {
            return 1;
          }
        };
    try (SqliteChatStore store = SqliteChatStore.open(directory);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      store.commit(GROUP);
      Future<List<Object>> first = threads.submit(() -> store.commit(slow));
      assertTrue(isCommitting.await(30, TimeUnit.SECONDS));
      assertThrows(IllegalStateException.class, () -> store.commit(GROUP));
      mayGoOn.countDown();
      assertEquals(1, first.get().size());
      assertEquals(1, store.newestSeq(Samples.groupId(1)));
    }
  }

  @Test
  void failsAQuestionWhenAllReadersStayBusy() throws Exception {
    SqliteChatStore.open(directory).close();
    Limits limits = Limits.STANDARD.withReaders(1, Duration.ofMillis(10));
    CountDownLatch isReading = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    try (Readers readers = new Readers(new Database(directory, limits), limits);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> first =
          threads.submit(
              () ->
                  readers.ask(
                      _ -> {
                        isReading.countDown();
                        return await(mayGoOn);
                      }));
      assertTrue(isReading.await(30, TimeUnit.SECONDS));
      assertThrows(BusyException.class, () -> readers.ask(_ -> 0));
      mayGoOn.countDown();
      assertTrue(first.get());
      assertEquals("an answer", readers.ask(_ -> "an answer"));
    }
  }

  @Test
  void answersAgainAfterAQuestionThatFailed() throws Exception {
    SqliteChatStore.open(directory).close();
    Limits limits = Limits.STANDARD.withReaders(1, Duration.ofMillis(10));
    try (Readers readers = new Readers(new Database(directory, limits), limits)) {
      assertThrows(
          StoreException.class,
          () -> readers.ask(q -> q.statements().get("SELECT nothing").firstLong(0)));
      assertThrows(
          IllegalStateException.class,
          () ->
              readers.ask(
                  _ -> {
                    throw new IllegalStateException();
                  }));
      assertEquals("an answer", readers.ask(_ -> "an answer"));
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
