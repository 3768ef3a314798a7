package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.OtherWriters;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Messages that the old service puts beside us get the next seqs, and are told of. */
abstract class LateMessagesContract extends OldServiceContract {
  LateMessagesContract(MongoUnderTest server) {
    super(server);
  }

  @Test
  void givesMessagesOfOtherServicesTheNextSeqsAndTellsOfThem() throws Exception {
    old().messages(1, 3);
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
    old().messages(1, 3);
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
            new Heard(),
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
        new Heard(),
        limits,
        clock);
  }

  @Test
  void tellsMessagesThatAreToBeSeenLongAfterTheyWereMade() throws Exception {
    old().messages(1, 3);
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
    old().messages(1, 2);
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
}
