package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.push;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers.Reader;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.store.Changes;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Sessions and readings in a database that other processes and services share. */
abstract class SharingContract extends DatabaseContract {
  SharingContract(MongoUnderTest server) {
    super(server);
  }

  private static Session idleFor(int id, long minutes) {
    return Samples.session(id, 1, Samples.NOW.minusSeconds(minutes * 60));
  }

  @Test
  void endsSessionsOfOthersOnlyIfTheyAreIdleForVeryLong() throws Exception {
    MongoChatStore one = stores().open("a:1");
    one.commit(
        List.of(
            new Write.PutUser(Samples.user(1)),
            new Write.PutSession(idleFor(1, 20)),
            new Write.PutSession(idleFor(2, 40)),
            new Write.PutSession(idleFor(3, 40))));
    stores()
        .open("b:1")
        .commit(
            List.of(new Write.PutSession(idleFor(4, 20)), new Write.PutSession(idleFor(5, 40))));
    for (int id : new int[] {6, 7}) {
      Document foreign = SessionDocuments.document(idleFor(id, id == 6 ? 20 : 40), "");
      foreign.remove(Fields.WRITER);
      stores().contents().sessions().insertOne(foreign);
    }
    // As after a restart, by which nothing changes.
    MongoChatStore again = stores().open("a:1");
    Instant before = Samples.NOW.minusSeconds(600);
    again.commit(List.of(new Write.EndSessionsBefore(before, Set.of(Samples.id(3)))));
    assertEquals(
        Set.of(idleFor(3, 40), idleFor(4, 20), idleFor(6, 20)),
        Set.copyOf(one.sessions(Samples.userId(1))));
    assertEquals(Samples.user(1).lastSeen(), one.user(Samples.userId(1)).orElseThrow().lastSeen());
  }

  @Test
  void saysWhenGroupsWereChangedLast() throws Exception {
    MongoChatStore store = stores().open("a:1");
    store.commit(List.of(new Write.PutGroup(Samples.group(1, 1))));
    Document old = new Document(Fields.ID, Values.bson(Samples.groupId(2)));
    old.append(Fields.CREATED_AT, Values.bson(Samples.NOW.minusSeconds(9)));
    stores().contents().groups().insertOne(old);
    Instant changedAt = store.group(Samples.groupId(1)).orElseThrow().updatedAt();
    assertEquals(
        Map.of(Samples.groupId(1), changedAt, Samples.groupId(2), Samples.NOW.minusSeconds(9)),
        store
            .others()
            .orElseThrow()
            .changedAt(List.of(Samples.groupId(1), Samples.groupId(2), Samples.groupId(3))));
  }

  @Test
  void removesAMemberWhoIsThereTwice() throws Exception {
    MongoChatStore store = stores().open("a:1");
    store.commit(
        List.of(
            new Write.PutUser(Samples.user(1)),
            new Write.PutUser(Samples.user(2)),
            new Write.PutGroup(Samples.group(1, 1, 2))));
    Document again = GroupDocuments.element(Samples.member(2, Role.ADMIN));
    again.append(Fields.USER_ID, Samples.userId(2).toString());
    var _ =
        stores()
            .contents()
            .groups()
            .updateOne(eq(Fields.ID, Values.bson(Samples.groupId(1))), push(Fields.MEMBERS, again));
    assertEquals(List.of(new GroupChanged.Done()), store.commit(List.of(Changes.remove(1, 2, 1))));
    assertEquals(
        List.of(Samples.member(1, Role.OWNER)),
        store.group(Samples.groupId(1)).orElseThrow().members());
  }

  @Test
  void keepsReadersInBlocksForWhomTheMessageHasNoRoom() throws Exception {
    MongoChatStore store =
        stores().open("a:1", Stores.LIMITS.withReadByMax(2), stores().database().uri());
    int count = 6;
    store.commit(List.of(Samples.append(1, 1, 1), Samples.append(2, 1, 1)));
    for (int reader = 2; reader < 2 + count; reader++) {
      assertEquals(List.of(Samples.id(1)), mark(store, reader, 1));
    }
    assertEquals(
        List.of(List.of(Samples.id(2)), List.of(Samples.id(2)), List.of(), List.of(Samples.id(2))),
        store
            .commit(
                List.of(
                    Samples.markRead(1, 2, 2, 2),
                    Samples.markRead(1, 3, 1, 2),
                    Samples.markRead(1, 3, 2),
                    Samples.markRead(1, 4, 2)))
            .stream()
            .map(each -> ((Write.MarkedRead) each).newlyRead())
            .toList());
    MongoChatStore other =
        stores().open("b:1", Stores.LIMITS.withReadByMax(2), stores().database().uri());
    for (int reader = 2; reader < 2 + count; reader++) {
      assertEquals(List.of(), mark(other, reader, 1));
    }
    assertEquals(count, readers(other, 1, 100).size());
    assertEquals(3, readers(other, 2, 100).size());
    assertEquals(4, readers(other, 1, 4).size());
    for (Document document : stores().contents().messages().find()) {
      assertTrue(MessageDocuments.readByCount(document) <= 2);
    }
  }

  private static List<ObjectId> mark(MongoChatStore store, int user, int... ids)
      throws StoreException {
    return ((Write.MarkedRead) store.commit(List.of(Samples.markRead(1, user, ids))).getFirst())
        .newlyRead();
  }

  private static Set<ObjectId> readers(MongoChatStore store, int id, int limit)
      throws StoreException {
    Message message = store.message(Samples.id(id)).orElseThrow();
    return store
        .readers(message.groupId(), message.seq(), message.seq(), limit)
        .of(message)
        .stream()
        .map(Reader::userId)
        .collect(Collectors.toSet());
  }
}
