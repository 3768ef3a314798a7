package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.MongoCollection;
import dev.verbatim.chat.BrokenPromises.Kind;
import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatListener;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.StoreAudit;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A chat looks at its own store, to which other services write. */
abstract class AuditContract extends DatabaseContract {
  private static final ChatSettings SETTINGS =
      ChatSettings.builder().othersInterval(Duration.ofDays(1)).build();

  private final HeldTime time = new HeldTime();
  private final List<String> told = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private @Nullable Chat opened;

  private final ChatListener listener =
      new ChatListener() {
        @Override
        public void onBrokenPromise(Kind kind, String words) {
          told.add(kind + " " + words);
        }

        @Override
        public void onFault(String doing, Throwable cause) {
          faults.add(doing + ": " + cause.getMessage());
        }
      };

  AuditContract(MongoUnderTest server) {
    super(server);
  }

  /** Two groups, of which the first has messages. */
  @BeforeEach
  void open() throws Exception {
    MongoChatStore store = stores().open("a:1");
    var _ =
        store.commit(
            List.of(
                new Write.PutUser(Samples.user(1)),
                new Write.PutUser(Samples.user(2)),
                new Write.PutGroup(Samples.group(1, 1, 2)),
                new Write.PutGroup(Samples.group(2, 1, 2))));
    var _ =
        store.commit(IntStream.rangeClosed(1, 5).mapToObj(i -> Samples.append(i, 1, 1)).toList());
    Chat chat = Chat.open(store, SETTINGS, listener, time, time, Runnable::run);
    opened = chat;
    chat.audit().start();
  }

  @AfterEach
  void closeChat() throws Exception {
    if (opened != null) {
      opened.close();
    }
  }

  private StoreAudit.State after(int steps) {
    time.advance(SETTINGS.auditInterval().multipliedBy(steps));
    return Objects.requireNonNull(opened).audit().state();
  }

  private void putGroup(Document group) {
    stores().contents().groups().insertOne(group);
  }

  /** As another service leaves a group between two of its updates. */
  private static Document ownerlessDocument(int group) {
    return GroupDocuments.document(Samples.group(group, 1, 2))
        .append(Fields.OWNER_ID, Values.bson(Samples.userId(9)))
        .append(
            Fields.MEMBERS,
            List.of(
                new Document(Fields.USER_ID, Values.bson(Samples.userId(1)))
                    .append(Fields.ROLE, "admin")));
  }

  private static String ownerless(int group) {
    return "OWNER group %s has 0 owners among its members, and names another"
        .formatted(Samples.groupId(group));
  }

  @Test
  void passesOverGroupsWhoseIdsAreNotOfOurType() {
    for (Object id : List.of("text", 7, true, Values.bson(Samples.NOW))) {
      putGroup(new Document(Fields.ID, id).append(Fields.NAME, "Foreign"));
    }
    StoreAudit.State state = after(2);
    assertEquals(2, state.rounds());
    assertEquals(4, state.groups());
    assertEquals(0, state.failures());
    assertEquals(List.of(), told);
  }

  @Test
  void tellsOfNoOwnerOnlyIfThereIsNoneAtASecondLook() {
    for (int group : new int[] {3, 4}) {
      putGroup(ownerlessDocument(group));
    }
    after(1);
    assertEquals(List.of(), told);
    var _ =
        stores()
            .contents()
            .groups()
            .updateOne(
                eq(Fields.ID, Values.bson(Samples.groupId(3))),
                set(Fields.OWNER_ID, Values.bson(Samples.userId(1))));
    after(1);
    assertEquals(List.of(), told);
    after(1);
    assertEquals(List.of(ownerless(4)), told);
    after(10);
    assertEquals(1, told.size());
  }

  @Test
  void looksTwiceAtTheGroupThatStandsInThePlaceOfOneThatIsGone() {
    for (int group : new int[] {3, 4}) {
      putGroup(ownerlessDocument(group));
    }
    after(1);
    delete(stores().contents().groups(), Samples.groupId(3));
    after(1);
    assertEquals(List.of(), told);
    after(1);
    assertEquals(List.of(ownerless(4)), told);
  }

  @Test
  void asksForNoOwnerOfAGroupWithoutMembers() {
    Document document = GroupDocuments.document(Samples.group(3, 1));
    putGroup(document.append(Fields.MEMBERS, List.of()));
    assertTrue(after(5).rounds() > 1);
    assertEquals(List.of(), told);
  }

  private void delete(int message) {
    delete(stores().contents().messages(), Samples.id(message));
  }

  private static void delete(MongoCollection<Document> collection, ObjectId id) {
    var _ = collection.deleteOne(eq(Fields.ID, Values.bson(id)));
  }

  @Test
  void tellsOfMessagesThatSomebodyHasDeleted() {
    delete(2);
    after(1);
    assertEquals(List.of(), told);
    after(1);
    assertEquals(List.of("ORDER group %s has no seqs 2 to 2".formatted(Samples.groupId(1))), told);
  }

  @Test
  void leavesWhatTheSecondLookAloneFindsToTheNextRound() {
    Document second =
        Objects.requireNonNull(
            stores().contents().messages().find(eq(Fields.ID, Values.bson(Samples.id(2)))).first());
    delete(2);
    after(1);
    stores().contents().messages().insertOne(second);
    delete(4);
    after(2);
    assertEquals(List.of(), told);
    after(1);
    assertEquals(List.of("ORDER group %s has no seqs 4 to 4".formatted(Samples.groupId(1))), told);
  }

  @Test
  void tellsNothingOfAGroupThatSomebodyIsDeleting() {
    delete(2);
    after(1);
    delete(stores().contents().groups(), Samples.groupId(1));
    assertTrue(after(5).rounds() > 1);
    assertEquals(List.of(), told);
  }

  @Test
  void tellsNothingOfMessagesThatAreAllGoneAtTheSecondLook() {
    delete(2);
    after(1);
    for (int message : new int[] {1, 3, 4, 5}) {
      delete(message);
    }
    assertTrue(after(5).rounds() > 1);
    assertEquals(List.of(), told);
  }

  @Test
  void goesOnBehindAPageThatCannotBeReadAndTellsOfTheFaultOnce() {
    Document document =
        new Document(Fields.ID, "no id of ours")
            .append(Fields.GROUP_ID, Values.bson(Samples.groupId(1)))
            .append(Fields.SEQ, 6L)
            .append(Fields.SEQ_KEY, MessageKeys.seqKey(Samples.groupId(1), 6));
    stores().contents().messages().insertOne(document);
    StoreAudit.State state = after(20);
    assertTrue(state.rounds() > 1);
    assertTrue(state.failures() > 3);
    assertEquals(List.of(), told);
    assertEquals(List.of("looking at the store: A document whose _id is no ObjectId"), faults);
  }
}
