package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.chat.model.ObjectId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a store promises to whoever copies it, and copies into it. */
interface CopyContract extends StoreUnderTest {
  /** Less than there is of messages. */
  int PIECE_MAX = 30;

  private static void fill(ChatStore store) throws StoreException {
    List<Write<?>> writes = new ArrayList<>();
    for (int user = 1; user <= 5; user++) {
      writes.add(new Write.PutUser(user == 4 ? Samples.barredUser(4) : Samples.user(user)));
    }
    writes.add(new UserChange.Tell(Samples.user(2), true, Samples.NOW));
    writes.add(new UserChange.Tell(Samples.user(3), false, Samples.NOW.plusSeconds(1)));
    writes.add(new UserChange.Delete(Samples.user(5)));
    writes.add(new Write.PutGroup(Samples.group(1, 1, 2, 3)));
    writes.add(new Write.PutGroup(Samples.group(2, true, true, 2, 1)));
    writes.add(new Write.PutGroup(Samples.group(3, false, false, 1)));
    writes.add(Samples.append(2_000, 2, 2));
    writes.add(Changes.leave(1, 3));
    writes.add(new Write.RevokeSession("sess_1", Samples.NOW));
    store.commit(writes);
    talk(store, 1, 70);
    store.commit(List.of(Changes.edit(1, 1, 2, "Edited"), Changes.delete(6, 1, 1)));
  }

  /** Sends messages with these ids, which are their seqs, and reads some of them. */
  private static void talk(ChatStore store, int first, int last) throws StoreException {
    List<Write<?>> writes = new ArrayList<>();
    for (int id = first; id <= last; id++) {
      writes.add(Samples.append(id, 1, 1 + id % 3, id % 2 == 0 ? "t" + id : null, "Word " + id));
    }
    for (int id = first; id <= last; id += 7) {
      writes.add(Samples.markRead(1, 1 + (id + 1) % 3, id));
      writes.add(Samples.markRead(1, 1 + (id + 2) % 3, id));
    }
    store.commit(writes);
  }

  private static StoreCopy copy(ChatStore from, ChatStore to) {
    return new StoreCopy(from, to, _ -> {}, PIECE_MAX);
  }

  private static void assertSame(ChatStore from, ChatStore to, int messages) throws StoreException {
    assertEquals(new StoreCopy.Result(5, 3, messages, List.of()), copy(from, to).compare());
    assertEquals(from.revocations(Samples.NOW), to.revocations(Samples.NOW));
    for (int user = 1; user <= 5; user++) {
      assertEquals(from.user(Samples.userId(user)), to.user(Samples.userId(user)));
      assertEquals(from.standings(Samples.userId(user)), to.standings(Samples.userId(user)));
    }
  }

  @Test
  default void isCopiedWhole() throws Exception {
    fill(store());
    InMemoryChatStore copy = new InMemoryChatStore();
    copy(store(), copy).copy();
    assertSame(store(), copy, 71);
  }

  @Test
  default void takesACopyWhole() throws Exception {
    InMemoryChatStore original = new InMemoryChatStore();
    fill(original);
    copy(original, store()).copy();
    reopen();
    assertSame(original, store(), 71);
    Write.AppendMessage next = Samples.append(3_000, 1, 1);
    assertEquals(71, commit(next).message().seq());
    assertEquals(4, commit(Samples.append(3_001, 1, 2, "t4", "again")).message().seq());
  }

  @Test
  default void goesOnWhereAnEarlierCopyHasEnded() throws Exception {
    InMemoryChatStore original = new InMemoryChatStore();
    fill(original);
    StoreCopy copy = copy(original, store());
    copy.copy();
    talk(original, 71, 190);
    assertNotEquals(List.of(), copy.compare().findings());
    assertEquals(List.of(), copy.strangers());
    copy.copy();
    assertSame(original, store(), 191);
  }

  @Test
  default void endsAtWhatTheTargetRejects() throws Exception {
    fill(store());
    InMemoryChatStore target = new InMemoryChatStore();
    target.reject(new Write.PutGroup(Samples.group(2, true, true, 2, 1))::equals);
    assertThrows(RejectedException.class, copy(store(), target)::copy);
  }

  @Test
  default void knowsATargetThatHoldsAnotherChat() throws Exception {
    InMemoryChatStore original = new InMemoryChatStore();
    fill(original);
    ObjectId stranger = Samples.userId(9);
    commit(new Write.PutUser(Samples.user(9)));
    assertEquals(
        List.of("the target has a user " + stranger + " that the source lacks"),
        copy(original, store()).strangers());
  }
}
