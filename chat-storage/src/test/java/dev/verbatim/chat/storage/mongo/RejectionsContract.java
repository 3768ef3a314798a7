package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.Changes;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.UserChanged;
import dev.verbatim.chat.store.Write;
import dev.verbatim.chat.store.Write.Appended;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** A write that the database refuses for good costs nobody but whoever wants it. */
abstract class RejectionsContract extends DatabaseContract {
  private static final ObjectId GROUP = Samples.groupId(1);

  RejectionsContract(MongoUnderTest server) {
    super(server);
  }

  private static String uniqueIndex(MongoCollection<Document> collection, String field) {
    return collection.createIndex(new Document(field, 1), new IndexOptions().unique(true));
  }

  /** Rejected, and told without a word of what people are called or say. */
  private static void assertRejected(Object outcome) {
    RejectedException why = assertInstanceOf(Write.Rejected.class, outcome).cause();
    for (Throwable told = why; told != null; told = told.getCause()) {
      assertFalse(told.toString().matches("(?s).*(said|@).*"), told::toString);
    }
  }

  private static void assertStored(long seq, Object outcome) {
    assertEquals(seq, assertInstanceOf(Appended.Stored.class, outcome).message().seq());
  }

  private static Object commit(MongoChatStore store, Write<?> write) throws StoreException {
    return store.commit(List.of(write)).getFirst();
  }

  /** Users 1 to 3, and group 1 of the first two. */
  private static void fill(MongoChatStore store) throws StoreException {
    store.commit(
        List.of(
            new Write.PutUser(Samples.user(1)),
            new Write.PutUser(Samples.user(2)),
            new Write.PutUser(Samples.user(3)),
            new Write.PutGroup(Samples.group(1, 1, 2))));
  }

  /** User 4 with the e-mail address of another. */
  private static User likeFour(int other) {
    User user = Samples.user(4);
    return new User(
        user.id(),
        user.clerkId(),
        Samples.user(other).email(),
        user.firstName(),
        user.lastName(),
        user.username(),
        user.profileImageUrl(),
        user.isActive(),
        user.lastSeen(),
        user.createdAt(),
        user.updatedAt());
  }

  @Test
  void rejectsAUserWhomAnIndexOfOthersKeepsOut() throws Exception {
    String index = uniqueIndex(stores().contents().users(), Fields.EMAIL);
    MongoChatStore store = stores().open("a:1");
    fill(store);
    Write.PutUser put = new Write.PutUser(likeFour(1));
    UserChange.Tell told = new UserChange.Tell(likeFour(2), /* isBanned= */ false, Samples.NOW);
    Write.Once<UserChanged> once = new Write.Once<>("event", Samples.NOW, told);
    List<Object> outcomes =
        store.commit(
            List.of(
                Samples.append(1, 1, 1),
                put,
                Samples.append(2, 1, 1),
                told,
                once,
                new Write.PutUser(Samples.user(5))));
    assertStored(1, outcomes.get(0));
    assertRejected(outcomes.get(1));
    assertStored(2, outcomes.get(2));
    assertRejected(outcomes.get(3));
    assertRejected(outcomes.get(4));
    assertEquals(new Write.UserPut(Samples.user(5), true, null), outcomes.get(5));
    assertEquals(Optional.empty(), store.user(Samples.userId(4)));
    // Once the index is gone the same is taken, by the name of an event too.
    stores().contents().users().dropIndex(index);
    assertEquals(new Write.UserPut(likeFour(1), true, null), commit(store, put));
    assertEquals(Optional.of(new UserChanged.Done(likeFour(2), false)), commit(store, once));
  }

  @Test
  void rejectsWhatIsToldOfAUserWhomAnIndexOfOthersKeepsAsItIs() throws Exception {
    server().assumeHonours(Demand.ERRORS_IN_UPDATES);
    MongoChatStore store = stores().open("a:1");
    fill(store);
    assertEquals(
        new Write.UserPut(Samples.user(4), true, null),
        commit(store, new Write.PutUser(Samples.user(4))));
    uniqueIndex(stores().contents().users(), Fields.EMAIL);
    List<Object> outcomes =
        store.commit(
            List.of(
                new UserChange.Tell(likeFour(1), /* isBanned= */ false, Samples.NOW),
                Samples.append(1, 1, 1)));
    assertRejected(outcomes.getFirst());
    assertStored(1, outcomes.getLast());
    assertEquals(Optional.of(Samples.user(4)), store.user(Samples.userId(4)));
  }

  @Test
  void rejectsWhatIsForAGroupWhoseOldMessagesAreBeingCounted() throws Exception {
    OldData.in(stores().contents()).messages(1, 9);
    MongoChatStore store =
        stores().open("a:1", Stores.LIMITS.withCountedMax(5), stores().database().uri());
    ObjectId old = OldData.id(1, 1);
    List<Object> outcomes =
        store.commit(
            List.of(
                Samples.append(1, 3, 1),
                Samples.append(2, 1, 1, "t", "named"),
                Samples.append(3, 3, 1),
                Samples.append(4, 1, 1, "t", "again"),
                Samples.ifMember(1, 2, Samples.append(5, 1, 2)),
                new Write.MarkRead(GROUP, Samples.userId(2), List.of(old), Samples.NOW),
                Samples.markRead(3, 2, 1),
                new Write.NewestSeq(GROUP),
                Changes.join(1, 4)));
    assertStored(1, outcomes.get(0));
    assertStored(2, outcomes.get(2));
    for (int place : new int[] {1, 3, 4, 5, 7}) {
      assertRejected(outcomes.get(place));
    }
    assertEquals(new Write.MarkedRead(List.of(Samples.id(1))), outcomes.get(6));
    assertEquals(new GroupChanged.Done(), outcomes.get(8));
    while (store.numberer().step()) {
      // On to the next piece.
    }
    assertStored(10, commit(store, Samples.append(2, 1, 1, "t", "named")));
  }

  @Test
  void rejectsASessionWhichAnIndexOfOthersKeepsOut() throws Exception {
    server().assumeHonours(Demand.ERRORS_IN_BULK_UPDATES);
    uniqueIndex(stores().contents().sessions(), Fields.USER_ID);
    MongoChatStore store = stores().open("a:1");
    fill(store);
    List<Object> outcomes =
        store.commit(
            List.of(
                new Write.PutSession(Samples.session(1, 1, Samples.NOW)),
                new Write.PutSession(Samples.session(2, 1, Samples.NOW)),
                Samples.append(1, 1, 1),
                new Write.PutSession(Samples.session(3, 2, Samples.NOW)),
                new Write.PutSession(Samples.session(4, 2, Samples.NOW)),
                new Write.EndSession(Samples.id(1), Samples.userId(1), Samples.NOW)));
    assertEquals(Write.Done.DONE, outcomes.get(0));
    assertRejected(outcomes.get(1));
    assertStored(1, outcomes.get(2));
    assertEquals(Write.Done.DONE, outcomes.get(3));
    assertRejected(outcomes.get(4));
    assertEquals(Write.Done.DONE, outcomes.get(5));
    assertEquals(List.of(), store.sessions(Samples.userId(1)));
    assertEquals(List.of(Samples.session(3, 2, Samples.NOW)), store.sessions(Samples.userId(2)));
  }

  @Test
  void rejectsAMessageWhichAnIndexOfOthersKeepsOut() throws Exception {
    String _ = uniqueIndex(stores().contents().messages(), Fields.CONTENT);
    MongoChatStore store = stores().open("a:1");
    fill(store);
    List<Object> outcomes =
        store.commit(
            List.of(
                Samples.append(1, 1, 1, "t1", "said"),
                Samples.append(2, 1, 2, "t2", "said"),
                Samples.append(3, 1, 2, "t2", "said"),
                Samples.append(4, 2, 2, null, "said"),
                Samples.append(5, 1, 2, "t5", "said otherwise"),
                Samples.append(6, 1, 1, "t1", "a retry")));
    assertStored(1, outcomes.get(0));
    for (int place = 1; place <= 3; place++) {
      assertRejected(outcomes.get(place));
    }
    assertStored(2, outcomes.get(4));
    assertEquals(1, assertInstanceOf(Appended.Known.class, outcomes.get(5)).message().seq());
    assertEquals(2, store.newestSeq(GROUP));
  }

  @Test
  void keepsReadersOfABrokenMessageInBlocks() throws Exception {
    server().assumeHonours(Demand.ERRORS_IN_BULK_UPDATES);
    MongoChatStore store = stores().open("a:1");
    fill(store);
    store.commit(List.of(Samples.append(1, 1, 1), Samples.append(2, 1, 1)));
    var _ =
        stores()
            .contents()
            .messages()
            .updateOne(eq(Fields.ID, Values.bson(Samples.id(1))), set(Fields.READ_BY, "nobody"));
    assertEquals(
        List.of(
            new Write.MarkedRead(List.of(Samples.id(1), Samples.id(2))),
            new Write.MarkedRead(List.of(Samples.id(2)))),
        store.commit(List.of(Samples.markRead(1, 2, 1, 2), Samples.markRead(1, 3, 2))));
    assertEquals(
        List.of(new Write.MarkedRead(List.of())),
        store.commit(List.of(Samples.markRead(1, 2, 1, 2))));
  }

  @Test
  void rejectsAGroupThatIsTooLarge() throws Exception {
    MongoChatStore store = stores().open("a:1");
    fill(store);
    List<Member> members = new ArrayList<>();
    for (int user = 1; user <= 260_000; user++) {
      members.add(Samples.member(user, user == 1 ? Role.OWNER : Role.MEMBER));
    }
    Group group = Samples.group(2, 1);
    Group large =
        new Group(
            group.id(),
            group.name(),
            group.description(),
            group.ownerId(),
            members,
            group.isPrivate(),
            group.isActive(),
            group.createdAt(),
            group.updatedAt());
    List<Object> outcomes =
        store.commit(
            List.of(Samples.append(1, 1, 1), new Write.PutGroup(large), Samples.append(2, 1, 1)));
    assertStored(1, outcomes.get(0));
    assertRejected(outcomes.get(1));
    assertStored(2, outcomes.get(2));
    assertTrue(store.group(Samples.groupId(2)).isEmpty());
  }
}
