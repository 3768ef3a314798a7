package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.model.IndexOptions;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.Changes;
import dev.verbatim.chat.store.Copied;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.MessageChange;
import dev.verbatim.chat.store.MessageChanged;
import dev.verbatim.chat.store.OtherWriters;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.UserChanged;
import dev.verbatim.chat.store.Write;
import dev.verbatim.chat.store.Write.Appended;
import dev.verbatim.chat.store.Write.Posted;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the store does while the network to its database fails. */
@Timeout(120)
abstract class FaultsContract extends DatabaseContract {
  /** Little time, so that an outage is soon one. */
  private static final Limits HASTY =
      Stores.LIMITS.withWaits(Duration.ofSeconds(4), Duration.ofSeconds(2), Duration.ofSeconds(1));

  /**
   * Little time for a commit, and for each answer as much as it takes on a machine that is busy.
   */
  private static final Limits BRIEF =
      Stores.LIMITS.withWaits(Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofSeconds(30));

  /** What the server runs with. */
  private static final Limits STANDARD =
      Limits.STANDARD.withIndexesWait(Stores.LIMITS.indexesWait());

  /** More than any test takes that does nothing wrong, on a machine that is busy. */
  private static final Duration BUSY = Duration.ofSeconds(20);

  private @Nullable FaultyProxy proxy;

  FaultsContract(MongoUnderTest server) {
    super(server);
  }

  @BeforeEach
  void startProxy() throws Exception {
    // The driver is at work before little time counts.
    var _ = stores().contents().probe().countDocuments();
    proxy = FaultyProxy.to(URI.create(server().uri()).getPort());
  }

  @AfterEach
  void stopProxy() throws Exception {
    // None where the run is not meant for this server.
    if (proxy != null) {
      proxy.close();
    }
  }

  private FaultyProxy proxy() {
    if (proxy == null) {
      throw new IllegalStateException("Not open");
    }
    return proxy;
  }

  /** A store behind the proxy, with users 1 to 3, group 1 of 1 and 2, and one message in it. */
  private MongoChatStore open(Limits limits) throws StoreException {
    MongoChatStore store =
        stores().open("a:1", limits, "mongodb://127.0.0.1:" + proxy().port() + "/");
    store.commit(
        List.of(
            new Write.PutUser(Samples.user(1)),
            new Write.PutUser(Samples.user(2)),
            new Write.PutUser(Samples.user(3)),
            new Write.PutGroup(Samples.group(1, 1, 2)),
            Samples.append(1, 1, 1)));
    return store;
  }

  @SuppressWarnings("unchecked")
  private static <R> R commit(MongoChatStore store, Write<R> write) throws StoreException {
    return (R) store.commit(List.of(write)).getFirst();
  }

  private static Appended.Stored append(MongoChatStore store, int id, String content)
      throws StoreException {
    return assertInstanceOf(
        Appended.Stored.class, commit(store, Samples.append(id, 1, 1, "t" + id, content)));
  }

  /** How many messages the database holds, of one content. */
  private long count(String content) {
    return stores().contents().messages().countDocuments(eq(Fields.CONTENT, content));
  }

  private static void assertLost(Future<Void> loss) throws Exception {
    loss.get(30, SECONDS);
  }

  @Test
  void acknowledgesOnceWhatIsWrittenAndOfWhichTheAnswerIsLost() throws Exception {
    MongoChatStore store = open(Stores.LIMITS);
    Future<Void> loss = proxy().loseAnswerTo("of a lost answer");
    Appended.Stored stored = append(store, 2, "of a lost answer");
    assertLost(loss);
    assertEquals(2, stored.message().seq());
    assertEquals(1, count("of a lost answer"));
    assertEquals(3, append(store, 3, "next").message().seq());
  }

  @Test
  void writesWhatTheDatabaseNeverGot() throws Exception {
    MongoChatStore store = open(Stores.LIMITS);
    Future<Void> loss = proxy().loseRequestWith("of a lost request");
    assertEquals(2, append(store, 2, "of a lost request").message().seq());
    assertLost(loss);
    assertEquals(1, count("of a lost request"));
  }

  @Test
  void keepsTheOrderOfABatchOfWhichTheAnswerIsLost() throws Exception {
    MongoChatStore store = open(Stores.LIMITS);
    Future<Void> loss = proxy().loseAnswerTo("of a lost batch");
    List<Object> outcomes =
        store.commit(
            List.of(
                Samples.append(2, 1, 1, null, "of a lost batch"),
                Samples.append(3, 2, 1, "t", "elsewhere"),
                Samples.append(4, 1, 1, "t4", "named")));
    assertLost(loss);
    assertEquals(
        List.of(2L, 1L, 3L),
        outcomes.stream().map(each -> ((Appended.Stored) each).message().seq()).toList());
    assertEquals(4, store.newestSeq(Samples.groupId(1)) + 1);
  }

  @Test
  void findsAndTellsWhatWasWrittenThoughItWasRefused() throws Exception {
    MongoChatStore store = open(HASTY);
    proxy().dropAnswers();
    assertThrows(StoreException.class, () -> append(store, 2, "refused"));
    assertEquals(1, count("refused"));
    proxy().pass();
    Stores.awaitBack(store);
    Appended known = commit(store, Samples.append(9, 1, 1, "t2", "retry"));
    assertInstanceOf(Appended.Known.class, known);
    assertEquals("refused", known.message().content());
    assertEquals(2, known.message().seq());
    assertEquals(List.of(known.message()), known.before().stream().map(Posted::message).toList());
    Appended.Stored third = append(store, 3, "third");
    assertEquals(3, third.message().seq());
    assertEquals(List.of(), third.before());
  }

  @Test
  void refusesWithinABoundWhileTheDatabaseIsAwayAndGoesOnByItself() throws Exception {
    MongoChatStore store = open(HASTY);
    proxy().refuse();
    assertRefusesUntilItIsBack(store);
  }

  @Test
  void refusesWithinABoundWhileTheDatabaseDoesNotAnswerAndGoesOnByItself() throws Exception {
    MongoChatStore store = open(HASTY);
    proxy().swallow();
    assertRefusesUntilItIsBack(store);
  }

  private void assertRefusesUntilItIsBack(MongoChatStore store) throws Exception {
    long before = System.nanoTime();
    String first = refusal(store);
    assertTrue(first.startsWith("The database is away: "), first);
    // The last attempt begins in time and ends within an answer's.
    assertWithin(before, HASTY.commitWait().plus(HASTY.answerWait()));
    // Which is what it says when it has asked nobody.
    assertEquals("The database is away", refusal(store));
    assertThrows(StoreException.class, store::ping);
    proxy().pass();
    Stores.awaitBack(store);
    assertEquals(2, append(store, 2, "later").message().seq());
    assertEquals(0, count("away"));
  }

  private static String refusal(MongoChatStore store) {
    return String.valueOf(
        assertThrows(StoreException.class, () -> append(store, 9, "away")).getMessage());
  }

  private static void assertWithin(long beforeNanos, Duration bound) {
    Duration taken = Duration.ofNanos(System.nanoTime() - beforeNanos);
    assertTrue(taken.compareTo(bound.plus(BUSY)) < 0, taken.toString());
  }

  @Test
  void acknowledgesLateWhatTheDatabaseAnswersLate() throws Exception {
    MongoChatStore store = open(Stores.LIMITS);
    proxy().delay(Duration.ofSeconds(1));
    long before = System.nanoTime();
    assertEquals(2, append(store, 2, "slow").message().seq());
    assertTrue(System.nanoTime() - before > SECONDS.toNanos(2));
    proxy().pass();
    assertEquals(3, append(store, 3, "fast").message().seq());
    assertEquals(1, count("slow"));
  }

  @Test
  void commitsWhileQuestionsHaveAllTheirConnections() throws Exception {
    MongoChatStore store = open(Stores.LIMITS);
    int questions = Stores.LIMITS.connectionsMax();
    CountDownLatch held = new CountDownLatch(questions);
    CountDownLatch answered = new CountDownLatch(1);
    proxy()
        .ahead(
            "nobody_known",
            () -> {
              held.countDown();
              unchecked(() -> answered.await(1, MINUTES));
            });
    try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<User>>> answers = new ArrayList<>();
      for (int i = 0; i < questions; i++) {
        answers.add(askers.submit(() -> store.userByClerkId("nobody_known")));
      }
      try {
        held.await();
        // Of all that the writer asks for: of a group that it does not know, too.
        assertEquals(1, commit(store, Samples.append(2, 2, 1)).message().seq());
        assertEquals(new GroupChanged.Done(), commit(store, Changes.join(1, 3)));
        assertInstanceOf(
            MessageChanged.Done.class, commit(store, Changes.edit(1, 1, 1, "meanwhile")));
        assertEquals(
            new Write.MarkedRead(List.of(Samples.id(1))), commit(store, Samples.markRead(1, 2, 1)));
        assertEquals(1, answered.getCount());
      } finally {
        answered.countDown();
      }
      for (Future<Optional<User>> answer : answers) {
        assertEquals(Optional.empty(), answer.get());
      }
    }
  }

  @Test
  void endsACommitThatTakesTooLongThoughTheDatabaseAnswersEverything() throws Exception {
    MongoChatStore store = open(BRIEF);
    List<Write<?>> many = new ArrayList<>();
    for (int group = 2; group < 30; group++) {
      many.add(new Write.PutGroup(Samples.group(group, 1)));
    }
    proxy().delay(Duration.ofMillis(150));
    assertThrows(StoreException.class, () -> store.commit(many));
    long written = stores().contents().groups().countDocuments();
    assertTrue(written < many.size(), () -> written + " groups");
    passAgain(store);
    assertEquals(2, append(store, 2, "next").message().seq());
  }

  @Test
  void tellsInTimeOfAMixedBatchOnASlowDatabaseAndGoesOnByItself() throws Exception {
    MongoChatStore store = open(STANDARD);
    List<Write<?>> mixed =
        List.of(
            new Write.PutUser(Samples.user(4)),
            Samples.append(2, 1, 1, "t2", "of a slow batch"),
            Samples.markRead(1, 2, 1),
            Changes.join(1, 3),
            new Write.PutSession(Samples.session(9, 1, Samples.NOW)),
            Changes.edit(1, 1, 1, "edited"),
            new Write.PutGroup(Samples.group(2, 1, 2)),
            Samples.append(3, 2, 1, "t3", "of a slow batch"));
    // An answer takes two seconds, and the batch more of them than there is time for.
    proxy().delay(Duration.ofSeconds(1));
    long before = System.nanoTime();
    assertThrows(StoreException.class, () -> store.commit(mixed));
    assertWithin(before, STANDARD.commitWait().plus(STANDARD.answerWait()));
    passAgain(store);
    List<Object> outcomes = store.commit(mixed);
    assertEquals(2, assertInstanceOf(Appended.class, outcomes.get(1)).message().seq());
    assertEquals(1, assertInstanceOf(Appended.Stored.class, outcomes.get(7)).message().seq());
    assertEquals(2, count("of a slow batch"));
    assertEquals(3, append(store, 4, "next").message().seq());
    assertEquals(3, store.group(Samples.groupId(1)).orElseThrow().members().size());
  }

  @Test
  void endsNoPieceOfACopyWhichNobodyWaitsFor() throws Exception {
    MongoChatStore store = open(BRIEF);
    List<Write<?>> piece = new ArrayList<>();
    for (int user = 4; user < 13; user++) {
      piece.add(new Copied.Account(Samples.user(user), false, false, null));
    }
    proxy().delay(Duration.ofMillis(150));
    long before = System.nanoTime();
    assertEquals(Set.of(Write.Done.DONE), Set.copyOf(store.commit(piece)));
    assertTrue(System.nanoTime() - before > BRIEF.commitWait().toNanos());
  }

  @Test
  void givesUpWhereOthersAreAlwaysFirst() throws Exception {
    MongoChatStore store = open(HASTY);
    MongoChatStore other = stores().open("b:1");
    AtomicInteger id = new AtomicInteger(100);
    proxy().ahead("contended", () -> unchecked(() -> append(other, id.incrementAndGet(), "won")));
    assertThrows(StoreException.class, () -> append(store, 2, "contended"));
    assertEquals(0, count("contended"));
    assertEquals(id.get() - 100, count("won"));
    // Three at once, and pauses behind them: of 25 ms on average at first.
    assertTrue(id.get() < 200, id::toString);
  }

  @Test
  void waitsForWhatAnotherHasPutAndAMajorityDoesNotHaveYet() throws Exception {
    MongoChatStore store = open(Stores.LIMITS);
    Collections contents = stores().contents();
    Document user = UserDocuments.document(Samples.user(4));
    AtomicInteger asked = new AtomicInteger();
    proxy()
        .ahead(
            "user_4",
            () -> {
              switch (asked.incrementAndGet()) {
                // It is asked for, put, looked for by the index, and asked for until it is seen.
                case 2, 5 -> contents.users().insertOne(user);
                case 4 -> contents.users().deleteOne(user);
                default -> {}
              }
            });
    assertEquals(
        new Write.UserPut(Samples.user(4), false, null),
        commit(store, new Write.PutUser(Samples.user(4))));
    assertEquals(5, asked.get());
    Document group = GroupDocuments.document(Samples.group(2, 1, 2));
    AtomicInteger sent = new AtomicInteger();
    proxy()
        .ahead(
            "groups",
            () -> {
              switch (sent.incrementAndGet()) {
                case 1, 4 -> contents.groups().insertOne(group);
                case 3 -> contents.groups().deleteOne(eq(Fields.ID, group.get(Fields.ID)));
                default -> {}
              }
            });
    assertEquals(
        new Write.GroupPut(Samples.group(2, 1, 2), false),
        commit(store, new Write.PutGroup(Samples.group(2, 1))));
    assertEquals(4, sent.get());
  }

  @Test
  void keepsUpToWhereAMemberHasReadThoughTheFirstAttemptKeptTheReadingOnly() throws Exception {
    MongoChatStore store = open(HASTY);
    assertEquals(2, append(store, 2, "second").message().seq());
    refuseFrom("lastRead");
    assertThrows(StoreException.class, () -> commit(store, Samples.markRead(1, 2, 1, 2)));
    passAgain(store);
    assertEquals(new Write.MarkedRead(List.of()), commit(store, Samples.markRead(1, 2, 1, 2)));
    assertEquals(2, lastRead(store, 2));
    refuseFrom("lastRead");
    assertThrows(StoreException.class, () -> append(store, 3, "third"));
    passAgain(store);
    assertInstanceOf(Appended.Known.class, commit(store, Samples.append(9, 1, 1, "t3", "retry")));
    assertEquals(3, lastRead(store, 1));
  }

  private static long lastRead(MongoChatStore store, int user) throws StoreException {
    return Objects.requireNonNull(store.lastReads(Samples.groupId(1)).get(Samples.userId(user)));
  }

  @Test
  void raisesWhatOthersRaiseAtTheSameTime() throws Exception {
    server().assumeHonours(Demand.ERRORS_IN_BULK_UPDATES);
    MongoChatStore store = open(Stores.LIMITS);
    var reads = stores().contents().reads();
    // As where two upserts of one id meet: the first attempt is refused.
    String index =
        reads.createIndex(new Document(Fields.LAST_READ, 1), new IndexOptions().unique(true));
    AtomicInteger asked = new AtomicInteger();
    proxy()
        .ahead(
            "lastRead",
            () -> {
              if (asked.incrementAndGet() == 2) {
                reads.dropIndex(index);
              }
            });
    assertEquals(
        new Write.MarkedRead(List.of(Samples.id(1))), commit(store, Samples.markRead(1, 2, 1)));
    assertEquals(2, asked.get());
    assertEquals(1, lastRead(store, 2));
  }

  @Test
  void endsManySessionsInPieces() throws Exception {
    MongoChatStore store = open(Stores.LIMITS);
    Instant longAgo = Samples.NOW.minusSeconds(7_200);
    List<Document> foreign = new ArrayList<>();
    for (int id = 1; id <= 2_500; id++) {
      foreign.add(SessionDocuments.document(Samples.session(id, 1, longAgo), "b:1"));
    }
    Session others = Samples.session(2_501, 1, Samples.NOW.minusSeconds(60));
    foreign.add(SessionDocuments.document(others, "b:1"));
    Session living = Samples.session(2_502, 1, longAgo);
    foreign.add(SessionDocuments.document(living, "a:1"));
    foreign.add(SessionDocuments.document(Samples.session(2_503, 1, longAgo), "a:1"));
    awaitIndexes();
    var _ = stores().contents().sessions().insertMany(foreign);
    AtomicInteger pieces = new AtomicInteger();
    proxy().ahead("delete", pieces::incrementAndGet);
    assertEquals(
        Write.Done.DONE,
        commit(store, new Write.EndSessionsBefore(Samples.NOW, Set.of(living.id()))));
    assertEquals(Set.of(others, living), Set.copyOf(store.sessions(Samples.userId(1))));
    assertEquals(3, pieces.get());
  }

  /** Waits for the last of the indexes, which are made one after the other. */
  private void awaitIndexes() {
    var last = stores().contents().revocations();
    while (last.listIndexes().into(new ArrayList<>()).stream()
        .noneMatch(index -> "verbatim_at".equals(index.getString("name")))) {
      Thread.onSpinWait();
    }
  }

  @Test
  void offersWhatWasWrittenThoughItWasRefusedOnceTheDatabaseIsBack() throws Exception {
    MongoChatStore store = open(HASTY);
    OtherWriters others = store.others().orElseThrow();
    assertEquals(Set.of(), others.newMessages());
    proxy().dropAnswers();
    assertThrows(StoreException.class, () -> append(store, 2, "refused"));
    assertThrows(StoreException.class, others::newMessages);
    passAgain(store);
    assertEquals(Set.of(Samples.groupId(1)), others.newMessages());
    assertEquals(
        List.of("refused"),
        commit(store, new Write.CatchUp(Samples.groupId(1))).messages().stream()
            .map(each -> each.message().content())
            .toList());
  }

  @Test
  void findsAChangeThatWasRefusedAndMadeUntilAnotherFollowsIt() throws Exception {
    MongoChatStore store = open(HASTY);
    commit(store, new Write.PutGroup(Samples.group(1, 1)));
    var _ = append(store, 2, "before");
    MessageChange edit = edit("after", 1);
    assertEquals(Optional.empty(), commit(store, new Write.FindChange(edit)));
    proxy().ahead("update", proxy()::dropAnswers);
    assertThrows(StoreException.class, () -> commit(store, edit));
    passAgain(store);
    assertEquals(
        Optional.of("after"),
        commit(store, new Write.FindChange(edit)).map(done -> done.message().content()));
    assertInstanceOf(MessageChanged.Done.class, commit(store, edit("again", 2)));
    assertEquals(Optional.empty(), commit(store, new Write.FindChange(edit)));
  }

  private static MessageChange edit(String content, int second) {
    Instant at = Samples.NOW.plusSeconds(second);
    return new MessageChange.EditMessage(
        Samples.id(2), Samples.groupId(1), Samples.userId(1), content, at, 0);
  }

  /** Resets all connections from the next request on that holds a word. */
  private void refuseFrom(String word) {
    proxy().ahead(word, proxy()::refuse);
  }

  /** Passes everything on, and waits until the store takes writes again by itself. */
  private void passAgain(MongoChatStore store) {
    proxy().pass();
    Stores.awaitBack(store);
  }

  private static void unchecked(Callable<?> action) {
    try {
      var _ = action.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void makesEveryChangeOnceOfWhichTheAnswerIsLost() throws Exception {
    MongoChatStore store = open(Stores.LIMITS);
    GroupChanged done = new GroupChanged.Done();
    assertEquals(done, lost(store, "$push", Changes.join(1, 3)));
    assertEquals(done, lost(store, "new name", Changes.settings(1, "new name", "", false, 1)));
    assertEquals(done, lost(store, "admin", Changes.role(1, 3, Role.ADMIN, 1)));
    assertEquals(
        new Write.MarkedRead(List.of(Samples.id(1))),
        lost(store, "$push", Samples.markRead(1, 2, 1)));
    assertInstanceOf(
        MessageChanged.Done.class, lost(store, "new text", Changes.edit(1, 1, 1, "new text")));
    assertEquals(done, lost(store, "admin", Changes.transfer(1, 2, 1)));
    assertEquals(done, lost(store, "$pull", Changes.leave(1, 1)));
    assertInstanceOf(MessageChanged.Done.class, lost(store, "isDeleted", Changes.delete(1, 1, 2)));
    assertEquals(done, lost(store, "updatedAt", Changes.close(1, 2)));
    assertEquals(
        new Write.GroupPut(Samples.group(2, 1), true),
        lost(store, "Group 2", new Write.PutGroup(Samples.group(2, 1))));
    User user = Samples.user(4);
    assertEquals(
        new Write.UserPut(user, true, null), lost(store, "user4@", new Write.PutUser(user)));
    assertEquals(
        new UserChanged.Done(user, false),
        lost(store, "isBanned", new UserChange.Tell(user, false, Samples.NOW)));
    assertEquals(
        Write.Done.DONE,
        lost(store, "socket-9", new Write.PutSession(Samples.session(9, 1, Samples.NOW))));
    Group group = store.group(Samples.groupId(1)).orElseThrow();
    assertEquals(
        List.of(Samples.userId(2), Samples.userId(3)),
        group.members().stream().map(each -> each.userId()).toList());
    Message message = store.message(Samples.id(1)).orElseThrow();
    assertEquals(
        List.of(Samples.userId(2)),
        store.readers(group.id(), 1, 1, 9).of(message).stream()
            .map(each -> each.userId())
            .toList());
  }

  /** Commits a write of which the answer is lost, the request being told by a word. */
  private <R> R lost(MongoChatStore store, String word, Write<R> write) throws Exception {
    Future<Void> loss = proxy().loseAnswerTo(word);
    R outcome = commit(store, write);
    assertLost(loss);
    return outcome;
  }
}
