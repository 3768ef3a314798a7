package dev.verbatim.chat.storage.mongo;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.model.IndexOptions;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.UserChanged;
import dev.verbatim.chat.store.Write;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** What opening a store makes of a database that others have made. */
abstract class OpeningContract extends DatabaseContract {
  OpeningContract(MongoUnderTest server) {
    super(server);
  }

  private static void assertAppends(MongoChatStore store) throws StoreException {
    store.ping();
    store.commit(List.of(Samples.append(1, 1, 1)));
    assertEquals(1, store.newestSeq(Samples.groupId(1)));
  }

  private List<String> indexes() {
    List<String> names = new ArrayList<>();
    stores().contents().users().listIndexes().forEach(each -> names.add(each.getString("name")));
    return names;
  }

  @Test
  void makesTheIndexesOfAnEmptyDatabaseAndFindsThemAgain() throws Exception {
    assertAppends(stores().open("a:1"));
    assertTrue(indexes().contains("verbatim_clerk"));
    stores().open("b:1").ping();
    assertEquals(List.of(), stores().warnings());
  }

  @Test
  void takesAnIndexThatOthersHaveMade() throws Exception {
    stores()
        .contents()
        .users()
        .createIndex(
            new Document(Fields.CLERK_ID, 1), new IndexOptions().unique(true).name("clerkId_1"));
    assertAppends(stores().open("a:1"));
    assertFalse(indexes().contains("verbatim_clerk"));
    assertEquals(List.of(), stores().warnings());
  }

  @Test
  void warnsOfAnIndexThatKeepsNobodyApart() throws Exception {
    stores()
        .contents()
        .users()
        .createIndex(new Document(Fields.CLERK_ID, 1), new IndexOptions().name("clerkId_1"));
    assertAppends(stores().open("a:1"));
    assertEquals(1, stores().warnings().size());
  }

  @Test
  void warnsOfUniqueIndexesOfOthersThatMayRefuseWhatIsWritten() throws Exception {
    var users = stores().contents().users();
    String _ = users.createIndex(new Document(Fields.EMAIL, 1), new IndexOptions().unique(true));
    String _ = users.createIndex(new Document(Fields.CLERK_ID, 1), new IndexOptions().unique(true));
    String _ = users.createIndex(new Document("floor", 1), new IndexOptions().unique(true));
    String _ = users.createIndex(new Document(Fields.USERNAME, 1));
    stores().open("a:1").ping();
    List<String> told = awaitWarnings(2);
    assertTrue(told.get(0).contains("email_1 of users (email)"), told::toString);
    assertTrue(told.get(1).contains("floor_1 of users (floor)"), told::toString);
    assertEquals(
        told,
        MongoChatStore.check(
            new MongoSettings(stores().database().uri(), stores().database().name(), "check")));
  }

  @Test
  void saysNothingOfAnIndexOfWhatIsNeverWritten() throws Exception {
    server().assumeHonours(Demand.LISTS_SPARSE_INDEXES);
    IndexOptions sparse = new IndexOptions().unique(true).sparse(true);
    String _ = stores().contents().users().createIndex(new Document("badge", 1), sparse);
    assertEquals(List.of(), ForeignIndexes.warnings(stores().contents()));
  }

  /** They come from a thread in the background. */
  private List<String> awaitWarnings(int count) {
    return assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          while (stores().warnings().size() < count) {
            Thread.onSpinWait();
          }
          return stores().warnings();
        });
  }

  @Test
  void takesTheOldestOfSeveralUsersOfOneClerkId() throws Exception {
    User older = Samples.user(1);
    for (int number : new int[] {2, 1}) {
      Document document = UserDocuments.document(Samples.user(number));
      document.put(Fields.CLERK_ID, older.clerkId());
      stores().contents().users().insertOne(document);
    }
    MongoChatStore store = stores().open("a:1");
    assertAppends(store);
    assertEquals(1, stores().warnings().size());
    assertEquals(
        List.of(new Write.UserPut(older, false, null)),
        store.commit(List.of(new Write.PutUser(older))));
    assertEquals(
        List.of(new UserChanged.Done(older, false)),
        store.commit(List.of(new UserChange.Tell(older, false, Samples.NOW))));
    assertEquals(older, store.userByClerkId(older.clerkId()).orElseThrow());
  }

  @Test
  void appendsNothingToMessagesThatHaveNoOrder() throws Exception {
    for (int id : new int[] {1, 2}) {
      stores()
          .contents()
          .messages()
          .insertOne(
              new Document(Fields.ID, Values.bson(Samples.id(id)))
                  .append(Fields.GROUP_ID, Values.bson(Samples.groupId(1)))
                  .append(Fields.SEQ, 1L)
                  .append(Fields.SEQ_KEY, MessageKeys.seqKey(Samples.groupId(1), 1)));
    }
    MongoChatStore store = stores().open("a:1");
    assertThrows(StoreException.class, store::ping);
    assertThrows(StoreException.class, () -> store.commit(List.of(Samples.append(3, 1, 1))));
    assertThrows(
        StoreException.class,
        () -> store.commit(List.of(Samples.ifMember(1, 1, Samples.append(3, 1, 1)))));
    store.commit(List.of(new Write.PutUser(Samples.user(1))));
  }

  @Test
  void appendsOnceWhatKeptAnIndexFromBeingBuiltIsGone() throws Exception {
    for (int id : new int[] {11, 12}) {
      stores()
          .contents()
          .messages()
          .insertOne(
              new Document(Fields.ID, Values.bson(Samples.id(id)))
                  .append(Fields.GROUP_ID, Values.bson(Samples.groupId(2)))
                  .append(Fields.SEND_KEY, "twice"));
    }
    MongoChatStore store =
        stores()
            .open(
                "a:1",
                Stores.LIMITS.withIndexesAgain(Duration.ofMillis(10)),
                stores().database().uri());
    assertThrows(StoreException.class, store::ping);
    stores().contents().messages().deleteOne(new Document(Fields.ID, Values.bson(Samples.id(12))));
    awaitReady(store);
    assertAppends(store);
    assertEquals(1, stores().warnings().size(), () -> stores().warnings().toString());
  }

  private static void awaitReady(MongoChatStore store) {
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          while (!isReady(store)) {
            Thread.onSpinWait();
          }
        });
  }

  private static boolean isReady(MongoChatStore store) {
    try {
      store.ping();
      return true;
    } catch (StoreException _) {
      return false;
    }
  }

  @Test
  void appendsNothingBeforeTheServerHasAnsweredThatAnIndexIsBuilt() throws Exception {
    Limits limits =
        Stores.LIMITS
            .withWaits(Duration.ofSeconds(8), Duration.ofSeconds(1), Duration.ofSeconds(2))
            .withIndexesWait(Duration.ZERO);
    try (FaultyProxy proxy = FaultyProxy.to(URI.create(server().uri()).getPort())) {
      String uri = "mongodb://127.0.0.1:" + proxy.port() + "/";
      FaultyProxy.Held building = proxy.holdAnswerTo("verbatim_seq");
      MongoChatStore store = stores().open("a:1", limits, uri);
      building.asked().get(1, MINUTES);
      FaultyProxy.Held waiting = proxy.holdAnswerTo("verbatim_seq");
      // For longer than an answer of another kind may take, after which it would be listed.
      MongoChatStore other =
          stores().open("b:1", limits.withIndexesWait(Duration.ofMillis(2_500)), uri);
      waiting.asked().get(1, MINUTES);
      for (MongoChatStore each : List.of(store, other)) {
        assertThrows(StoreException.class, each::ping);
        assertThrows(StoreException.class, () -> each.commit(List.of(Samples.append(1, 1, 1))));
      }
      building.released().complete(null);
      waiting.released().complete(null);
      awaitReady(store);
      awaitReady(other);
      assertAppends(store);
    }
    assertEquals(List.of(), stores().warnings());
  }

  @Test
  void tellsNothingOfAnAddressThatIsNone() {
    for (String uri : List.of("mongodb://user:secret@", "postgres://user:secret@host/", "secret")) {
      StoreException refusal =
          assertThrows(
              StoreException.class,
              () ->
                  MongoChatStore.open(
                      new MongoSettings(uri, "chat", "a:1"),
                      new Heard(),
                      Stores.LIMITS,
                      InstantSource.system()));
      assertFalse(refusal.toString().contains("secret"), refusal::toString);
      assertEquals(null, refusal.getCause());
    }
  }
}
