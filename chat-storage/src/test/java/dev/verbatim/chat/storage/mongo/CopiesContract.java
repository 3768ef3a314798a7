package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.exists;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.storage.RandomWrites;
import dev.verbatim.chat.storage.sqlite.SqliteChatStore;
import dev.verbatim.chat.storage.sqlite.SqliteStoreCheck;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreCopy;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.Write;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies between the two kinds of stores, of what the old service has left, too. */
abstract class CopiesContract extends DatabaseContract {
  private static final ObjectId GROUP = Samples.groupId(1);
  private static final Limits LIMITS = Stores.LIMITS.withReadByMax(2);

  /** Little time for what fails, and much for an answer. */
  private static final Limits HASTY =
      LIMITS.withWaits(Duration.ofSeconds(5), Duration.ofMinutes(1), Duration.ofMillis(500));

  /** More than a piece of a copy. */
  private static final int MANY = 620;

  @TempDir private Path directory;

  CopiesContract(MongoUnderTest server) {
    super(server);
  }

  private SqliteChatStore sqlite(String name) throws Exception {
    return SqliteChatStore.open(Files.createDirectories(directory.resolve(name)));
  }

  private static StoreCopy copy(ChatStore from, ChatStore to) {
    return new StoreCopy(from, to, _ -> {});
  }

  private static long assertSame(ChatStore from, ChatStore to) throws StoreException {
    StoreCopy.Result result = copy(from, to).compare();
    assertEquals(List.of(), result.findings());
    return result.messages();
  }

  private MongoChatStore open() throws StoreException {
    return stores().open("a:1", LIMITS, stores().database().uri());
  }

  private static void numberAll(MongoChatStore store) {
    while (store.numberer().step()) {
      // On to the next piece.
    }
  }

  /** What the old service has left, and what became of it here; nothing is late. */
  private MongoChatStore fill() throws Exception {
    OldData.in(stores().contents()).messages(1, 5).messages(2, 3);
    MongoChatStore store = open();
    numberAll(store);
    RandomWrites random = new RandomWrites(42);
    store.commit(RandomWrites.BEGINNING);
    for (int i = 0; i < 60; i++) {
      store.commit(random.batch());
    }
    List<Write<?>> writes = new ArrayList<>();
    for (int id = 1_000; id < 1_000 + MANY; id++) {
      writes.add(Samples.append(id, 1, 1 + id % 3, id % 2 == 0 ? "m" + id : null, "word " + id));
    }
    for (int user = 2; user <= 5; user++) {
      writes.add(Samples.markRead(1, user, 1_000, 1_000 + 100 * user));
    }
    writes.add(new UserChange.Tell(Samples.user(3), /* isBanned= */ true, Samples.NOW));
    writes.add(new UserChange.Delete(Samples.user(7)));
    writes.add(new Write.RevokeSession("sess_1", Samples.NOW));
    store.commit(writes);
    return store;
  }

  /** Puts messages as the old service does, long after anybody has looked for such. */
  private void putLate() {
    stores()
        .contents()
        .messages()
        .insertMany(
            List.of(
                OldData.message(1, 900),
                OldData.message(1, 901).append("note", "of another service"),
                OldData.message(3, 902),
                // Nobody has a group of these.
                OldData.message(9, 903),
                new Document(Fields.ID, "no id of ours").append(Fields.CONTENT, "passed over")));
  }

  private static List<String> contents(ChatStore store, int group, long above)
      throws StoreException {
    return store.messagesUpward(Samples.groupId(group), above + 1, Long.MAX_VALUE, 9).stream()
        .map(Message::content)
        .toList();
  }

  @Test
  void copiesWhatTheOldServicePutThereAndNobodyHasNumbered() throws Exception {
    MongoChatStore store = fill();
    long newest = store.newestSeq(GROUP);
    long newestOfThird = store.newestSeq(Samples.groupId(3));
    putLate();
    numberAll(store);
    assertEquals(newest, store.newestSeq(GROUP), "they are too old to be looked for");
    try (SqliteChatStore target = sqlite("one")) {
      copy(store, target).copy();
      assertEquals(
          List.of(OldData.content(900), OldData.content(901)), contents(target, 1, newest));
      assertEquals(List.of(OldData.content(902)), contents(target, 3, newestOfThird));
      long _ = assertSame(store, target);
    }
    assertEquals(1, stores().contents().messages().countDocuments(exists(Fields.SEQ, false)));
    assertEquals(List.of(), SqliteStoreCheck.findings(directory.resolve("one")));
  }

  @Test
  void copiesADatabaseThatIsOpenedForTheFirstTime() throws Exception {
    OldData.in(stores().contents()).messages(1, 9).messages(3, 3);
    MongoChatStore store =
        stores().open("a:1", LIMITS.withCountedMax(5), stores().database().uri());
    try (SqliteChatStore target = sqlite("one")) {
      copy(store, target).copy();
      assertEquals(12, assertSame(store, target));
      assertEquals(9, target.newestSeq(GROUP));
    }
  }

  @Test
  void copiesNothingBeforeEverythingIsNumbered() throws Exception {
    long newest = fill().newestSeq(GROUP);
    putLate();
    try (FaultyProxy proxy = FaultyProxy.to(URI.create(server().uri()).getPort());
        SqliteChatStore target = sqlite("one")) {
      MongoChatStore store =
          stores().open("b:1", HASTY, "mongodb://127.0.0.1:" + proxy.port() + "/");
      proxy.ahead(MessageKeys.seqKey(GROUP, newest + 1), proxy::refuse);
      assertThrows(StoreException.class, copy(store, target)::copy);
      assertEquals(List.of(), target.accounts(null, 9));
      proxy.pass();
      Stores.awaitBack(store);
      copy(store, target).copy();
      long _ = assertSame(store, target);
    }
  }

  @Test
  void copiesThereAndBackThoughItIsBrokenOffOnce() throws Exception {
    MongoChatStore first = fill();
    putLate();
    try (Stores others = Stores.on(server());
        FaultyProxy proxy = FaultyProxy.to(URI.create(server().uri()).getPort());
        SqliteChatStore second = sqlite("second");
        SqliteChatStore fourth = sqlite("fourth")) {
      copy(first, second).copy();
      MongoChatStore third = others.open("a:1", HASTY, "mongodb://127.0.0.1:" + proxy.port() + "/");
      // In the second piece of the first group.
      String broken = "word " + (1_000 + MANY - 10);
      proxy.ahead(broken, proxy::refuse);
      assertThrows(StoreException.class, copy(second, third)::copy);
      proxy.pass();
      Stores.awaitBack(third);
      assertNotEquals(List.of(), copy(second, third).compare().findings());
      assertEquals(List.of(), copy(second, third).strangers());
      copy(second, third).copy();
      copy(third, fourth).copy();
      long messages = assertSame(first, second);
      assertTrue(messages > MANY, () -> messages + " messages");
      assertEquals(messages, assertSame(second, third));
      assertEquals(messages, assertSame(third, fourth));
      assertEquals(messages, assertSame(first, fourth));
      assertEquals(second.revocations(Samples.NOW), fourth.revocations(Samples.NOW));
      assertEquals(List.of(), MongoStoreCheck.findings(others.contents()));
    }
    assertEquals(List.of(), SqliteStoreCheck.findings(directory.resolve("fourth")));
  }
}
