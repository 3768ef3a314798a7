package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Updates.push;
import static com.mongodb.client.model.Updates.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers.Reader;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.Changes;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.GroupStore.Affiliation;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.MessageChange;
import dev.verbatim.chat.store.MessageChanged;
import dev.verbatim.chat.store.OtherWriters;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.UserChanged;
import dev.verbatim.chat.store.Write;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What other services left in a database works at once, and is numbered beside that. */
abstract class OldDataContract extends DatabaseContract {
  private static final ObjectId GROUP = Samples.groupId(1);

  /** Two at a step, of which the tests hold each. */
  private static final Limits LIMITS = Stores.LIMITS.withNumberingPiece(2);

  private final int manyMessages;
  private OldData old;

  OldDataContract(MongoUnderTest server, int manyMessages) {
    super(server);
    this.manyMessages = manyMessages;
  }

  @BeforeEach
  void fill() {
    old = OldData.in(stores().contents());
  }

  private MongoChatStore open(String name) throws StoreException {
    return stores().open(name, LIMITS, stores().database().uri());
  }

  private static boolean numberAll(MongoChatStore store) {
    while (store.numberer().step()) {
      // On to the next piece.
    }
    return true;
  }

  private static <R> Object commit(ChatStore store, Write<R> write) throws StoreException {
    return store.commit(List.of(write)).getFirst();
  }

  private long unwritten() {
    return stores().contents().messages().countDocuments(exists(Fields.SEQ, false));
  }

  private static List<Long> seqs(List<Message> messages) {
    return messages.stream().map(Message::seq).toList();
  }

  private static List<String> contents(List<Message> messages) {
    return messages.stream().map(Message::content).toList();
  }

  private static List<String> oldContents(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(OldData::content).toList();
  }

  private static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  @Test
  void tellsOldMessagesBeforeAnyIsNumbered() throws Exception {
    old.messages(1, 7);
    MongoChatStore store = open("a:1");
    List<Message> all = store.messagesUpward(GROUP, 1, Long.MAX_VALUE, 100);
    assertEquals(range(1, 7), seqs(all));
    assertEquals(oldContents(1, 7), contents(all));
    assertEquals(all.reversed(), store.messagesDownward(GROUP, Long.MAX_VALUE, 100));
    for (Message message : all) {
      assertEquals(Optional.of(message), store.message(message.id()));
    }
    assertEquals(7, store.newestSeq(GROUP));
    assertEquals(new Write.Newest(7), commit(store, new Write.NewestSeq(GROUP)));
    assertEquals(all.getLast().createdAt(), standing(store, 1).newestAt());
    assertEquals(7, standing(store, 1).newestSeq());
    assertEquals(7, unwritten());
  }

  private static Standing standing(ChatStore store, int user) throws StoreException {
    return store.standing(Samples.userId(user), GROUP).orElseThrow();
  }

  @Test
  void tellsPagesOverTheBoundaryAtEveryStateOfTheNumbering() throws Exception {
    old.messages(1, 5);
    MongoChatStore store = open("a:1");
    for (int i = 1; i <= 3; i++) {
      assertEquals(
          5 + i,
          assertInstanceOf(
                  Write.Appended.Stored.class, commit(store, Samples.append(100 + i, 1, 3)))
              .message()
              .seq());
    }
    long before = -1;
    boolean isLeft = true;
    while (isLeft) {
      if (unwritten() != before) {
        before = unwritten();
        assertPages(store);
      }
      isLeft = store.numberer().step();
    }
    assertPages(store);
    assertEquals(0, unwritten());
    assertEquals(List.of(), MongoStoreCheck.findings(stores().contents()));
  }

  /** Pages of a group in which eight messages are, five of them old ones. */
  private static void assertPages(ChatStore store) throws StoreException {
    for (int first = -1; first <= 9; first++) {
      for (int last = first; last <= 10; last++) {
        for (int limit : new int[] {2, 100}) {
          List<Long> shown = range(Math.max(1, first), Math.min(8, last));
          int count = Math.min(limit, shown.size());
          assertEquals(
              shown.subList(0, count), seqs(store.messagesUpward(GROUP, first, last, limit)));
        }
      }
      for (int limit : new int[] {0, 1, 3, 100}) {
        List<Long> shown = range(1, Math.min(8, first)).reversed();
        assertEquals(
            shown.subList(0, Math.min(limit, shown.size())),
            seqs(store.messagesDownward(GROUP, first, limit)));
      }
    }
    assertEquals(oldContents(1, 5), contents(store.messagesUpward(GROUP, 1, 5, 9)));
  }

  @Test
  void tellsReadersOfOldMessagesAndCountsThemAsRead() throws Exception {
    old.messages(1, 4);
    for (int user : new int[] {2, 1}) {
      stores()
          .contents()
          .messages()
          .updateOne(
              eq(Fields.ID, Values.bson(OldData.id(1, 1))),
              push(Fields.READ_BY, OldData.readBy(user)));
    }
    MongoChatStore store = open("a:1");
    Message first = store.messagesUpward(GROUP, 1, 1, 1).getFirst();
    assertEquals(
        List.of(new Reader(Samples.userId(2), Samples.NOW)),
        store.readers(GROUP, 1, 4, 10).of(first));
    assertEquals(
        new Write.MarkedRead(List.of(OldData.id(1, 3))),
        commit(
            store,
            new Write.MarkRead(
                GROUP,
                Samples.userId(2),
                List.of(OldData.id(1, 1), OldData.id(1, 3), OldData.id(1, 4)),
                Samples.NOW)));
    assertEquals(3, standing(store, 2).lastReadSeq());
  }

  @Test
  void numbersByItselfBesideTheService() throws Exception {
    old.messages(1, 30);
    try (MongoChatStore store =
        MongoChatStore.open(
            new MongoSettings(stores().database().uri(), stores().database().name(), "a:1"),
            _ -> {})) {
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
  void countsAsReadWhatWasReadOrSentOnceItIsNumbered() throws Exception {
    old.messages(1, 6);
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
  void tellsNoContentOfOldDeletedMessages() throws Exception {
    old.messages(1, 3);
    stores()
        .contents()
        .messages()
        .updateOne(eq(Fields.ID, Values.bson(OldData.id(1, 3))), set(Fields.IS_DELETED, true));
    MongoChatStore store = open("a:1");
    Message deleted = store.message(OldData.id(1, 3)).orElseThrow();
    assertTrue(deleted.isDeleted());
    assertEquals("", deleted.content());
    assertEquals(
        2,
        Objects.requireNonNull(store.lastMessages(List.of(GROUP), 10, 5).get(GROUP))
            .message()
            .seq());
    assertEquals(Map.of(), store.lastMessages(List.of(GROUP), 1, 5));
  }

  @Test
  void goesOnWithTheNumberingWhereAnotherProcessStopped() throws Exception {
    old.messages(1, 9).messages(3, 3);
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
    old.messages(1, 20);
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
    old.messages(1, 40);
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
  void givesMessagesOfOtherServicesTheNextSeqsAndTellsOfThem() throws Exception {
    old.messages(1, 3);
    MongoChatStore store = open("a:1");
    OtherWriters others = store.others().orElseThrow();
    var _ = commit(store, Samples.append(100, 1, 1));
    assertEquals(Set.of(), others.newMessages());
    var _ = commit(store, Samples.append(101, 1, 1));
    stores().contents().messages().insertOne(late(1, 1));
    stores().contents().messages().insertOne(late(2, 3));
    assertEquals(Set.of(GROUP, Samples.groupId(3)), others.newMessages());
    assertEquals(Set.of(), others.newMessages());
    assertEquals("late 1", store.messagesUpward(GROUP, 6, 6, 1).getFirst().content());
    assertEquals(6, standing(store, 2).lastReadSeq());
    assertEquals(
        7,
        assertInstanceOf(Write.Appended.Stored.class, commit(store, Samples.append(102, 1, 1)))
            .message()
            .seq());
    numberAll(store);
    assertEquals(List.of(), MongoStoreCheck.findings(stores().contents()));
  }

  /** A message that another service writes now, user 2's. */
  private static Document late(int number, int group) {
    return OldData.message(group, 2)
        .append(Fields.ID, Values.bson(ObjectId.next(Samples.NOW)))
        .append(Fields.CONTENT, "late " + number)
        .append(Fields.CREATED_AT, Values.bson(Samples.NOW));
  }

  @Test
  void findsMessagesThatCameWhileNobodyLooked() throws Exception {
    old.messages(1, 3);
    MongoChatStore before = open("a:1");
    numberAll(before);
    OtherWriters others = before.others().orElseThrow();
    assertEquals(Set.of(), others.newMessages());
    assertEquals(Set.of(), others.newMessages());
    before.close();
    stores().contents().messages().insertOne(late(1, 1));
    MongoChatStore after =
        MongoChatStore.open(
            new MongoSettings(stores().database().uri(), stores().database().name(), "a:1"),
            _ -> {},
            LIMITS,
            InstantSource.fixed(Samples.NOW.plus(Duration.ofDays(1))));
    try (after) {
      assertEquals(3, after.newestSeq(GROUP));
      numberAll(after);
      assertEquals(4, after.newestSeq(GROUP));
      assertEquals("late 1", after.messagesUpward(GROUP, 4, 9, 9).getFirst().content());
    }
  }

  /** A time that the test holds. */
  private static final class Time implements InstantSource {
    private Instant now = Samples.NOW;

    @Override
    public Instant instant() {
      return now;
    }
  }

  private MongoChatStore open(Limits limits, InstantSource clock) throws StoreException {
    return MongoChatStore.open(
        new MongoSettings(stores().database().uri(), stores().database().name(), "a:1"),
        _ -> {},
        limits,
        clock);
  }

  @Test
  void tellsMessagesThatAreToBeSeenLongAfterTheyWereMade() throws Exception {
    old.messages(1, 3);
    Time clock = new Time();
    try (MongoChatStore store = open(LIMITS, clock)) {
      OtherWriters others = store.others().orElseThrow();
      numberAll(store);
      assertEquals(Set.of(), others.newMessages());
      clock.now = Samples.NOW.plusSeconds(60);
      assertEquals(Set.of(), others.newMessages());
      // Made a minute ago, and held up until now.
      stores().contents().messages().insertOne(late(1, 1));
      clock.now = Samples.NOW.plusSeconds(70);
      assertEquals(Set.of(GROUP), others.newMessages());
      stores().contents().messages().insertOne(late(2, 1));
      clock.now = Samples.NOW.plusSeconds(3_600);
      assertEquals(Set.of(), others.newMessages());
      assertEquals(1, unwritten());
      numberAll(store);
      assertEquals(0, unwritten());
      assertEquals(Set.of(GROUP), others.newMessages());
      assertEquals(Set.of(), others.newMessages());
      assertEquals("late 2", store.messagesUpward(GROUP, 5, 9, 9).getFirst().content());
    }
  }

  @Test
  void tellsMessagesOfManyPagesOnce() throws Exception {
    Time clock = new Time();
    try (MongoChatStore store = open(LIMITS.withTailPiece(2), clock)) {
      OtherWriters others = store.others().orElseThrow();
      assertEquals(Set.of(), others.newMessages());
      for (int i = 1; i <= 5; i++) {
        stores().contents().messages().insertOne(late(i, 1));
      }
      stores().contents().messages().insertOne(late(6, 3));
      assertEquals(Set.of(GROUP, Samples.groupId(3)), others.newMessages());
      // Nobody has looked for long: it is looked through in several parts.
      clock.now = Samples.NOW.plusSeconds(300);
      for (int second : new int[] {40, 100, 290}) {
        stores()
            .contents()
            .messages()
            .insertOne(
                late(second, 1)
                    .append(
                        Fields.ID, Values.bson(ObjectId.next(Samples.NOW.plusSeconds(second)))));
      }
      assertEquals(Set.of(GROUP), others.newMessages());
      assertEquals(Set.of(), others.newMessages());
      assertEquals(8, store.newestSeq(GROUP));
    }
  }

  @Test
  void tellsLateMessagesBeforeTheNextOfOurs() throws Exception {
    old.messages(1, 2);
    MongoChatStore store = open("a:1");
    OtherWriters others = store.others().orElseThrow();
    assertEquals(Set.of(), others.newMessages());
    var _ = commit(store, Samples.append(100, 1, 1));
    stores().contents().messages().insertOne(late(1, 1));
    assertEquals(Set.of(GROUP), others.newMessages());
    Write.Appended.Stored stored =
        assertInstanceOf(Write.Appended.Stored.class, commit(store, Samples.append(101, 1, 1)));
    assertEquals(5, stored.message().seq());
    assertEquals(
        List.of("late 1"), stored.before().stream().map(each -> each.message().content()).toList());
    assertEquals(Samples.user(2), stored.before().getFirst().sender());
  }

  @Test
  void refusesOnlyAGroupWhoseOldMessagesAreBeingCounted() throws Exception {
    old.messages(1, 9).messages(3, 3);
    MongoChatStore store =
        stores().open("a:1", LIMITS.withCountedMax(5), stores().database().uri());
    assertInstanceOf(Write.Rejected.class, commit(store, Samples.append(100, 1, 1)));
    assertThrows(StoreException.class, () -> store.messagesUpward(GROUP, 1, 9, 9));
    // Nobody else is told that the database is away.
    store.ping();
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
    old.messages(1, 9).messages(3, 9);
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
  void passesOverMessagesWhoseIdsAreNone() throws Exception {
    old.messages(1, 3);
    stores().contents().messages().insertOne(OldData.message(1, 9).append(Fields.ID, "a text"));
    MongoChatStore store = open("a:1");
    assertEquals(range(1, 3), seqs(store.messagesUpward(GROUP, 1, 9, 9)));
    numberAll(store);
    assertEquals(range(1, 3), seqs(store.messagesUpward(GROUP, 1, 9, 9)));
    assertEquals(1, unwritten());
  }

  @Test
  void understandsGroupsOfAnotherPlatform() throws Exception {
    MongoChatStore store = open("a:1");
    ObjectId foreign = Samples.groupId(2);
    assertEquals(Role.OWNER, store.roles(Samples.userId(3)).get(foreign));
    assertEquals(Role.MEMBER, store.roles(Samples.userId(1)).get(foreign));
    assertEquals(
        Optional.of(new Affiliation(false, Role.OWNER)),
        store.affiliation(Samples.userId(3), foreign));
    assertEquals(
        Optional.of(new Affiliation(false, null)), store.affiliation(Samples.userId(2), foreign));
    assertEquals(
        List.of(foreign),
        store.discover(Samples.userId(2), null, 10).stream()
            .map(each -> each.group().id())
            .toList());
    assertEquals(2, store.discover(Samples.userId(2), null, 10).getFirst().memberCount());
    assertEquals(2, store.excerpt(foreign, 1).orElseThrow().memberCount());
    assertEquals(Samples.userId(3), store.excerpt(foreign, 1).orElseThrow().group().ownerId());
    assertEquals(
        List.of(Samples.userId(1)),
        store.members(foreign, Samples.userId(3), 5).orElseThrow().stream()
            .map(member -> member.userId())
            .toList());
    assertEquals(
        Set.of(foreign, GROUP), store.others().orElseThrow().groupIdsOf(Set.of(Samples.userId(3))));
    assertEquals(new GroupChanged.Done(), commit(store, Changes.join(2, 4)));
    assertEquals(new GroupChanged.Unchanged(), commit(store, Changes.join(2, 1)));
    assertEquals(new GroupChanged.Done(), commit(store, Changes.role(2, 1, Role.ADMIN, 3)));
    assertEquals(new GroupChanged.Done(), commit(store, Changes.leave(2, 1)));
    assertEquals(
        List.of(Role.OWNER, Role.MEMBER),
        store.group(foreign).orElseThrow().members().stream()
            .map(member -> member.role())
            .toList());
  }

  @Test
  void understandsUsersWithoutFields() throws Exception {
    MongoChatStore store = open("a:1");
    User user = store.user(Samples.userId(4)).orElseThrow();
    assertTrue(user.isActive());
    assertEquals("", user.firstName());
    assertEquals(Optional.of(user), store.userByClerkId("user_4"));
    assertEquals(Map.of(user.id(), user), store.users(List.of(user.id(), Samples.userId(9))));
    UserChanged.Done told =
        assertInstanceOf(
            UserChanged.Done.class,
            commit(store, new UserChange.Tell(Samples.user(4), false, Samples.NOW)));
    assertFalse(told.isNew());
    assertEquals("First4", store.user(user.id()).orElseThrow().firstName());
  }

  @Test
  void leavesFieldsOfOthersUntouched() throws Exception {
    old.messages(1, 2);
    MongoChatStore store = open("a:1");
    var _ =
        commit(
            store,
            new Write.MarkRead(GROUP, Samples.userId(2), List.of(OldData.id(1, 1)), Samples.NOW));
    assertInstanceOf(
        MessageChanged.Done.class,
        commit(
            store,
            new MessageChange.EditMessage(
                OldData.id(1, 1), GROUP, Samples.userId(1), "edited", Samples.NOW, 5)));
    assertInstanceOf(
        MessageChanged.Done.class,
        commit(
            store,
            new MessageChange.DeleteMessage(
                OldData.id(1, 2), GROUP, Samples.userId(1), Samples.NOW, 5)));
    numberAll(store);
    assertEquals(new GroupChanged.Done(), commit(store, Changes.join(2, 4)));
    assertEquals(
        new GroupChanged.Done(), commit(store, Changes.settings(2, "New", "About", null, 3)));
    assertEquals(new GroupChanged.Done(), commit(store, Changes.role(2, 4, Role.ADMIN, 3)));
    assertEquals(new GroupChanged.Done(), commit(store, Changes.transfer(2, 4, 3)));
    assertInstanceOf(
        UserChanged.Done.class,
        commit(store, new UserChange.Tell(Samples.user(1), true, Samples.NOW)));
    for (int rank = 1; rank <= 2; rank++) {
      Document message = only(OldData.id(1, rank), stores().contents().messages());
      assertEquals(List.of("file-" + rank), message.get("attachments"));
      assertEquals(0, message.get("__v"));
      assertEquals(rank, MessageDocuments.seq(message));
    }
    Document group = only(Samples.groupId(2), stores().contents().groups());
    assertEquals(new Document("theme", "dark"), group.get("Settings"));
    assertEquals("boss", group.getList(Fields.MEMBERS, Document.class).getFirst().get("Nickname"));
    assertEquals(0, only(Samples.userId(1), stores().contents().users()).get("__v"));
  }

  private static Document only(ObjectId id, MongoCollection<Document> collection) {
    return Objects.requireNonNull(collection.find(eq(Fields.ID, Values.bson(id))).first());
  }

  @Test
  void givesSeqsToMessagesWithoutATimeToo() throws Exception {
    old.messages(1, 3);
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
    old.messages(1, manyMessages);
    MongoChatStore store =
        stores().open("a:1", Stores.LIMITS.withNumberingPiece(50), stores().database().uri());
    assertTimeout(Duration.ofMinutes(1), () -> numberAll(store));
    assertEquals(0, unwritten());
    assertEquals(
        oldContents(manyMessages - 9, manyMessages),
        contents(store.messagesDownward(GROUP, Long.MAX_VALUE, 10).reversed()));
  }
}
