package dev.verbatim.chat.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.BrokenPromises.Kind;
import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatListener;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.StoreAudit;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chat that looks at its own store, in which somebody else has been. */
class StoreAuditTest {
  /** More than a page. */
  private static final int MESSAGES = 1_100;

  /** One reader, for whom nobody waits. */
  private static final Limits LIMITS = Limits.STANDARD.withReaders(1, Duration.ofMillis(1));

  private static final String TAKE_AWAY = "ALTER TABLE messages RENAME TO away";
  private static final String BRING_BACK = "ALTER TABLE away RENAME TO messages";

  private static final Duration STEP = ChatSettings.defaults().auditInterval();

  @TempDir Path directory;

  private final HeldTime time = new HeldTime();
  private final List<String> told = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private SqliteChatStore store;
  private Chat chat;

  private final ChatListener listener =
      new ChatListener() {
        @Override
        public void onBrokenPromise(Kind kind, String words) {
          told.add(kind + " " + words);
        }

        @Override
        public void onFault(String doing, Throwable cause) {
          faults.add(doing + ": " + cause);
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
    chat = audited(store);
  }

  private Chat audited(ChatStore store) throws Exception {
    Chat opened = Chat.open(store, ChatSettings.defaults(), listener, time, time, Runnable::run);
    opened.audit().start();
    return opened;
  }

  /** What a test does before each question to the store, and when it is over. */
  private interface Around {
    void at(String question, boolean isOver) throws Exception;
  }

  /** Audits the same store anew, while something is done around each question. */
  private void audit(Around around) throws Exception {
    chat.close();
    store = SqliteChatStore.open(directory, LIMITS);
    ChatStore real = store;
    InvocationHandler handler =
        (_, method, arguments) -> {
          around.at(method.getName(), false);
          try {
            return method.invoke(real, arguments);
          } catch (InvocationTargetException e) {
            throw Objects.requireNonNull(e.getCause());
          } finally {
            around.at(method.getName(), true);
          }
        };
    chat =
        audited(
            (ChatStore)
                Proxy.newProxyInstance(
                    ChatStore.class.getClassLoader(), new Class<?>[] {ChatStore.class}, handler));
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
    assertNull(first.roundEndedAt());
    StoreAudit.State round = after(2);
    assertEquals(MESSAGES + 1, round.messages());
    assertEquals(3, round.groups());
    assertEquals(1, round.rounds());
    assertEquals(3, round.steps());
    assertEquals(time.instant(), round.roundEndedAt());
    assertTrue(round.busy().isPositive());
    assertEquals(2 * (MESSAGES + 1), after(3).messages());
    assertEquals(List.of(), told);
  }

  @Test
  void endsAStepBehindALargeGroup() throws Exception {
    int[] users = IntStream.rangeClosed(1, ChatSettings.defaults().auditMembersMax()).toArray();
    store.commit(
        IntStream.of(users)
            .skip(2)
            .mapToObj(user -> new Write.PutUser(Samples.user(user)))
            .toList());
    store.commit(List.of(new Write.PutGroup(Samples.group(0, users))));
    StoreAudit.State state = after(1);
    assertEquals(1, state.groups());
    assertEquals(0, state.messages());
    assertEquals(500, after(1).messages());
  }

  @Test
  void endsAStepBehindAPageOfMessagesOfSeveralGroups() throws Exception {
    store.commit(
        List.of(new Write.PutGroup(Samples.group(0, 1, 2)), Samples.append(MESSAGES + 2, 0, 1)));
    assertEquals(500, after(1).messages());
  }

  @Test
  void endsAStepBehindManyGroups() throws Exception {
    int most = ChatSettings.defaults().auditGroupsMax();
    store.commit(
        IntStream.rangeClosed(4, 4 + most)
            .mapToObj(group -> new Write.PutGroup(Samples.group(group, 1)))
            .toList());
    // Two steps for the pages of the first one.
    assertEquals(1 + most, after(3).groups());
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
  void tellsOfANewestMessageThatCannotBeShown() throws Exception {
    harm("UPDATE messages SET sender_key = 99 WHERE place & 4294967295 = %d".formatted(MESSAGES));
    after(20);
    assertEquals(
        List.of("ORDER group %s has no seq %d".formatted(Samples.groupId(1), MESSAGES)), told);
  }

  @Test
  void looksTwiceAtTheSamePageHoweverManyGroupsAreBeforeIt() throws Exception {
    store.commit(
        List.of(
            new Write.PutGroup(Samples.group(0, 1, 2)),
            Samples.append(MESSAGES + 2, 0, 1),
            Samples.append(MESSAGES + 3, 0, 1),
            Samples.append(MESSAGES + 4, 0, 1)));
    harm("DROP INDEX messages_temp_id");
    // The large group's page ends at 498, for three messages are before it.
    harm("DELETE FROM messages WHERE place & 4294967295 = 100");
    harm("UPDATE messages SET temp_id = 't499' WHERE place & 4294967295 = 501");
    after(30);
    assertEquals(
        List.of(
            "ORDER group %s has no seqs 100 to 100".formatted(Samples.groupId(1)),
            "DUPLICATE message %s has the tempId of another of its sender's"
                .formatted(Samples.id(501))),
        told);
  }

  @Test
  void tellsOfAReplayThatIsNotWhole() throws Exception {
    harm("DELETE FROM messages WHERE place & 4294967295 IN (900, 1000)");
    assertThrows(
        StoreException.class, () -> chat.replays().replay(Samples.groupId(1), 800, MESSAGES));
    // Who has more of the same group lacks something else of it.
    assertThrows(
        StoreException.class, () -> chat.replays().replay(Samples.groupId(1), 950, MESSAGES));
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
    chat = audited(store);
    StoreAudit.State state = after(2);
    assertEquals(2, state.failures());
    assertEquals(List.of(), told);
    after(20);
    assertEquals(3, told.size(), "each group once");
    assertTrue(
        told.getFirst()
            .startsWith(
                "READABLE group %s cannot be read from seq 1 on: ".formatted(Samples.groupId(1))),
        told.toString());
    // Nothing else of it is lost sight of: all groups had their turn.
    assertTrue(chat.audit().state().rounds() >= 1);
    chat.ping();
  }

  @Test
  void takesABusyStoreForNoDamage() throws Exception {
    AtomicInteger pings = new AtomicInteger();
    try (Occupant occupant = new Occupant()) {
      audit(
          (question, isOver) -> {
            if (question.equals("ping")) {
              if (isOver) {
                occupant.enter();
              } else {
                pings.incrementAndGet();
                occupant.leave();
              }
            }
          });
      occupant.enter();
      StoreAudit.State state = after(10);
      assertEquals(10, state.failures());
      assertEquals(0, state.steps());
      occupant.leave();
    }
    // Nor does it count among the failures of which one too many makes it look into the page.
    assertEquals(0, pings.get());
    assertEquals(1, after(3).rounds());
    assertEquals(List.of(), told);
    assertEquals(List.of(), faults);
  }

  @Test
  void takesAStoreForNoDamageThatIsBusyWhenAPageIsLookedInto() throws Exception {
    try (Occupant occupant = new Occupant()) {
      audit(
          (question, isOver) -> {
            if (question.equals("ping")) {
              if (isOver) {
                occupant.enter();
              } else {
                harm(BRING_BACK);
              }
            }
          });
      harm(TAKE_AWAY);
      assertEquals(3, after(3).failures());
      occupant.leave();
    }
    assertEquals(1, after(3).rounds());
    assertEquals(List.of(), told);
  }

  /** Keeps the store's one reader busy for as long as a test wants. */
  private final class Occupant implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable CountDownLatch leaving;
    private @Nullable Future<?> question;

    void enter() throws Exception {
      CountDownLatch isIn = new CountDownLatch(1);
      CountDownLatch isLeaving = new CountDownLatch(1);
      leaving = isLeaving;
      // The reader looks for one after the other.
      Collection<ObjectId> ids =
          new AbstractCollection<>() {
            @Override
            public Iterator<ObjectId> iterator() {
              isIn.countDown();
              try {
                isLeaving.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return Collections.emptyIterator();
            }

            @Override
            public int size() {
              return 0;
            }
          };
      question = threads.submit(() -> store.users(ids));
      isIn.await();
    }

    void leave() throws Exception {
      Objects.requireNonNull(leaving).countDown();
      Object _ = Objects.requireNonNull(question).get();
    }

    @Override
    public void close() {
      threads.close();
    }
  }

  @Test
  void tellsNothingOfAPageThatCanBeReadWhenTheStoreAnswers() throws Exception {
    audit(
        (question, isOver) -> {
          if (question.equals("ping") && !isOver) {
            harm(BRING_BACK);
          }
        });
    harm(TAKE_AWAY);
    assertEquals(3, after(3).failures());
    assertEquals(1, after(3).rounds());
    assertEquals(List.of(), told);
  }

  @Test
  void countsTheFailuresOfEachPageByThemselves() throws Exception {
    // The last page of the first group fails once, then the second group, and the third one twice.
    Set<Integer> failing = Set.of(3, 5, 7, 8);
    AtomicInteger asked = new AtomicInteger();
    audit(
        (question, isOver) -> {
          if (question.equals("newestSeq")
              && failing.contains(isOver ? asked.get() : asked.incrementAndGet())) {
            harm(isOver ? BRING_BACK : TAKE_AWAY);
          }
        });
    assertEquals(4, after(6).failures());
    assertEquals(1, after(1).rounds());
    assertEquals(List.of(), told);
  }

  @Test
  void tellsOfAGroupThatCannotBeReadInsteadOfEndingTheRound() throws Exception {
    harm("UPDATE groups SET owner_key = 99 WHERE group_key = 2");
    StoreAudit.State state = after(20);
    assertEquals(0, state.rounds());
    assertTrue(state.messages() > MESSAGES, "the group before it is looked at again");
    assertEquals(
        List.of(
            "READABLE the group behind %s cannot be read: The store cannot answer: group %s has an"
                    .formatted(Samples.groupId(1), Samples.groupId(2))
                + " owner who is not there"),
        told);
  }

  @Test
  void tellsOfNoFaultOnceItIsClosed() throws Exception {
    audit(
        (question, isOver) -> {
          if (question.equals("newestSeq") && !isOver) {
            chat.close();
            throw new IllegalStateException("as is to be tested");
          }
        });
    assertEquals(1, after(1).failures());
    assertEquals(List.of(), faults);
  }

  @Test
  void tellsOnceOfAFaultByWhichAPageCannotBeRead() throws Exception {
    harm("UPDATE messages SET type = 99 WHERE place & 4294967295 = 600");
    StoreAudit.State state = after(30);
    assertTrue(state.rounds() > 1);
    assertEquals(
        List.of(
            "READABLE group %s cannot be read from seq 501 on: ArrayIndexOutOfBoundsException"
                .formatted(Samples.groupId(1))),
        told);
    assertEquals(1, faults.size());
    assertTrue(
        faults
            .getFirst()
            .startsWith("looking at the store: java.lang.ArrayIndexOutOfBoundsException"),
        faults.toString());
  }
}
