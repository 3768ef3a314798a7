package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.push;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoException;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.NotYetException;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.Write;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Old messages get their seqs beside the service, whoever else numbers them too. */
abstract class NumberingContract extends OldServiceContract {
  private final int manyMessages;

  NumberingContract(MongoUnderTest server, int manyMessages) {
    super(server);
    this.manyMessages = manyMessages;
  }

  @Test
  void numbersByItselfBesideTheService() throws Exception {
    old().messages(1, 30);
    try (MongoChatStore store =
        MongoChatStore.open(
            new MongoSettings(stores().database().uri(), stores().database().name(), "a:1"),
            new Heard())) {
      assertTimeoutPreemptively(
          Duration.ofMinutes(1),
          () -> {
            while (unwritten() > 0) {
              assertEquals(30, store.messagesUpward(GROUP, 1, 99, 99).size());
            }
          });
    }
  }

  @Test
  void tellsOfABugOnceAndTriesAgain() throws Exception {
    AtomicBoolean isBroken = new AtomicBoolean();
    CountDownLatch met = new CountDownLatch(2);
    InstantSource clock =
        () -> {
          if (isBroken.get()) {
            met.countDown();
            throw new IllegalStateException("The clock is broken");
          }
          return Samples.NOW;
        };
    Heard heard = new Heard();
    try (MongoChatStore store =
        MongoChatStore.open(
            new MongoSettings(stores().database().uri(), stores().database().name(), "a:1"),
            heard,
            LIMITS,
            clock)) {
      isBroken.set(true);
      store.numberInBackground();
      assertTrue(met.await(1, TimeUnit.MINUTES));
    }
    assertEquals(
        List.of("numbering old messages: java.lang.IllegalStateException: The clock is broken"),
        heard.faults());
    assertEquals(List.of(), heard.warnings());
  }

  @Test
  void countsAsReadWhatWasReadOrSentOnceItIsNumbered() throws Exception {
    old().messages(1, 6);
    stores()
        .contents()
        .messages()
        .updateOne(
            eq(Fields.ID, Values.bson(OldData.id(1, 4))), push(Fields.READ_BY, OldData.readBy(3)));
    MongoChatStore store = open("a:1");
    assertEquals(6, standing(store, 3).unreadCount());
    numberAll(store);
    assertEquals(5, standing(store, 1).lastReadSeq());
    assertEquals(6, standing(store, 2).lastReadSeq());
    assertEquals(4, standing(store, 3).lastReadSeq());
    assertEquals(2, standing(store, 3).unreadCount());
  }

  @Test
  void goesOnWithTheNumberingWhereAnotherProcessStopped() throws Exception {
    old().messages(1, 9).messages(3, 3);
    MongoChatStore first = open("a:1");
    assertEquals(9, first.newestSeq(GROUP));
    while (unwritten() > 7) {
      assertTrue(first.numberer().step());
    }
    first.close();
    MongoChatStore second = open("b:1");
    assertEquals(oldContents(1, 9), contents(second.messagesUpward(GROUP, 1, 99, 99)));
    numberAll(second);
    assertNumbered(1, 9);
    assertNumbered(3, 3);
    assertEquals(0, unwritten());
  }

  /** Whether old messages have their ranks as seqs, and other processes know of it. */
  private void assertNumbered(int group, int count) {
    List<Long> written = new ArrayList<>();
    for (int rank = 1; rank <= count; rank++) {
      Document message =
          stores()
              .contents()
              .messages()
              .find(eq(Fields.ID, Values.bson(OldData.id(group, rank))))
              .first();
      written.add(MessageDocuments.seq(Objects.requireNonNull(message)));
    }
    assertEquals(range(1, count), written);
    Document state =
        stores()
            .contents()
            .numbering()
            .find(eq(Fields.ID, Values.bson(Samples.groupId(group))))
            .first();
    assertTrue(Values.flag(Objects.requireNonNull(state), Fields.DONE, false));
    assertEquals(List.of(), MongoStoreCheck.findings(stores().contents()));
  }

  @Test
  void agreesWithAnotherProcessThatNumbersTheSameGroupInTurn() throws Exception {
    old().messages(1, 20);
    MongoChatStore a = open("a:1");
    MongoChatStore b = open("b:1");
    boolean isLeft = true;
    while (isLeft) {
      boolean isLeftToA = a.numberer().step();
      isLeft = b.numberer().step() || isLeftToA;
    }
    assertNumbered(1, 20);
    for (MongoChatStore store : List.of(a, b)) {
      assertEquals(oldContents(1, 20), contents(store.messagesUpward(GROUP, 1, 99, 99)));
    }
  }

  @Test
  void agreesWithAnotherProcessThatNumbersTheSameGroupAtTheSameTime() throws Exception {
    server().assumeHonours(Demand.ATOMIC_UPDATES);
    old().messages(1, 40);
    MongoChatStore a = open("a:1");
    MongoChatStore b = open("b:1");
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Callable<Boolean>> both = List.of(() -> numberAll(a), () -> numberAll(b));
      for (Future<Boolean> each : threads.invokeAll(both)) {
        assertTrue(each.get());
      }
    }
    assertNumbered(1, 40);
  }

  @Test
  void refusesOnlyAGroupWhoseOldMessagesAreBeingCounted() throws Exception {
    old().messages(1, 9).messages(3, 3);
    MongoChatStore store =
        stores().open("a:1", LIMITS.withCountedMax(5), stores().database().uri());
    assertInstanceOf(Write.Rejected.class, commit(store, Samples.append(100, 1, 1)));
    assertThrows(NotYetException.class, () -> store.messagesUpward(GROUP, 1, 9, 9));
    // Nobody else is told that the database is away.
    store.ping();
    // Its members come in, and have their other groups.
    Map<ObjectId, Long> newest = new HashMap<>();
    store
        .standings(Samples.userId(2))
        .forEach(standing -> newest.put(standing.groupId(), standing.newestSeq()));
    assertEquals(0L, newest.get(GROUP));
    List<ObjectId> both = List.of(GROUP, Samples.groupId(3));
    assertEquals(Set.of(Samples.groupId(3)), store.lastMessages(both, 10, 0).keySet());
    store.others().orElseThrow().listen(both);
    assertEquals(
        4,
        assertInstanceOf(Write.Appended.Stored.class, commit(store, Samples.append(101, 3, 1)))
            .message()
            .seq());
    numberAll(store);
    assertEquals(
        10,
        assertInstanceOf(Write.Appended.Stored.class, commit(store, Samples.append(102, 1, 1)))
            .message()
            .seq());
    assertNumbered(1, 9);
    assertNumbered(3, 3);
  }

  @Test
  void goesOnWithOtherGroupsAndTellsOfOneThatFails() throws Exception {
    old().messages(1, 9).messages(3, 9);
    try (FaultyProxy proxy = FaultyProxy.to(URI.create(server().uri()).getPort())) {
      MongoChatStore store =
          stores().open("a:1", LIMITS, "mongodb://127.0.0.1:" + proxy.port() + "/");
      String writtenFirst = MessageKeys.seqKey(GROUP, 2);
      for (int i = 1; i <= 3; i++) {
        assertEquals(List.of(), stores().warnings());
        Future<Void> loss = proxy.loseRequestWith(writtenFirst);
        assertThrows(MongoException.class, () -> numberAll(store));
        assertTrue(loss.isDone());
      }
      assertEquals(1, stores().warnings().size(), () -> stores().warnings().toString());
      assertTrue(unwritten() < 18);
      numberAll(store);
      assertNumbered(1, 9);
      assertNumbered(3, 9);
    }
  }

  @Test
  void givesSeqsToMessagesWithoutATimeToo() throws Exception {
    old().messages(1, 3);
    Document undated = OldData.message(1, 9);
    undated.remove(Fields.CREATED_AT);
    stores().contents().messages().insertOne(undated);
    MongoChatStore store = open("a:1");
    numberAll(store);
    assertEquals(range(1, 4), seqs(store.messagesUpward(GROUP, 1, 9, 9)));
    assertEquals(List.of(), MongoStoreCheck.findings(stores().contents()));
  }

  @Test
  void numbersManyMessagesInTime() throws Exception {
    old().messages(1, manyMessages);
    MongoChatStore store =
        stores().open("a:1", Stores.LIMITS.withNumberingPiece(50), stores().database().uri());
    assertTimeout(Duration.ofMinutes(1), () -> numberAll(store));
    assertEquals(0, unwritten());
    assertEquals(
        oldContents(manyMessages - 9, manyMessages),
        contents(store.messagesDownward(GROUP, Long.MAX_VALUE, 10).reversed()));
  }
}
