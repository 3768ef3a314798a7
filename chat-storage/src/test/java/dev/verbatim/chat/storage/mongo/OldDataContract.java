package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.push;
import static com.mongodb.client.model.Updates.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import dev.verbatim.chat.store.MessageChange;
import dev.verbatim.chat.store.MessageChanged;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.UserChanged;
import dev.verbatim.chat.store.Write;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** What the old service has left works at once, and stays as it is. */
abstract class OldDataContract extends OldServiceContract {
  OldDataContract(MongoUnderTest server) {
    super(server);
  }

  @Test
  void tellsOldMessagesBeforeAnyIsNumbered() throws Exception {
    old().messages(1, 7);
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

  @Test
  void tellsPagesOverTheBoundaryAtEveryStateOfTheNumbering() throws Exception {
    old().messages(1, 5);
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
    old().messages(1, 4);
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
  void tellsNoContentOfOldDeletedMessages() throws Exception {
    old().messages(1, 3);
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
  void passesOverMessagesWhoseIdsAreNone() throws Exception {
    old().messages(1, 3);
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
    old().messages(1, 2);
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
}
