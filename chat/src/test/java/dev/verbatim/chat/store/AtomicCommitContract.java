package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What {@link ChatStore#commit} promises besides where the store has transactions. */
public interface AtomicCommitContract extends GroupChangeContract, MessageChangeContract {
  @Test
  default void holdsNothingOfABatchItRefuses() throws Exception {
    commit(new Write.PutUser(Samples.user(1)), new Write.PutGroup(Samples.group(1, 1)));
    assertThrows(
        StoreException.class,
        () ->
            commit(
                new Write.PutUser(Samples.user(3)),
                new Write.PutGroup(Samples.group(2, 3)),
                Samples.append(1, 1, 1, "t", "lost"),
                new Write.PutSession(Samples.session(9, 1, Samples.NOW)),
                Samples.refused()));
    assertEquals(Optional.empty(), store().user(Samples.userId(3)));
    assertEquals(Optional.empty(), store().group(Samples.groupId(2)));
    assertEquals(Optional.empty(), store().message(Samples.id(1)));
    assertEquals(0, store().newestSeq(Samples.groupId(1)));
    assertEquals(List.of(), store().sessions(Samples.userId(1)));
  }

  @Test
  default void goesOnWithoutAGapAfterABatchItRefused() throws Exception {
    commit(
        new Write.PutUser(Samples.user(1)),
        new Write.PutGroup(Samples.group(1, 1)),
        Samples.append(1, 1, 1));
    assertThrows(
        StoreException.class,
        () ->
            commit(
                Samples.append(2, 1, 1, "t", "lost"), Samples.append(3, 1, 1), Samples.refused()));
    assertEquals(
        2,
        assertInstanceOf(Write.Appended.Stored.class, commit(Samples.append(2, 1, 1, "t", "2")))
            .message()
            .seq());
    assertEquals(2, store().newestSeq(Samples.groupId(1)));
  }

  @Test
  default void showsOtherThreadsWholeBatchesOnly() throws Exception {
    commit(
        new Write.PutUser(Samples.user(1)),
        new Write.PutGroup(Samples.group(1, 1)),
        new Write.PutGroup(Samples.group(2, 1)));
    ObjectId group = Samples.groupId(1);
    AtomicBoolean isDone = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        readers.add(
            threads.submit(
                () -> {
                  long seen = 0;
                  while (!isDone.get()) {
                    List<Message> messages = store().messagesUpward(group, 1, Long.MAX_VALUE, 1000);
                    assertEquals(0, messages.size() % 5, "a part of a batch was seen");
                    assertTrue(messages.size() >= seen, "a committed message went away");
                    seen = messages.size();
                    assertEquals(0, store().newestSeq(group) % 5);
                  }
                  return seen;
                }));
      }
      try {
        for (int batch = 0; batch < 40; batch++) {
          List<Write<?>> writes = new ArrayList<>();
          for (int i = 0; i < 5; i++) {
            writes.add(Samples.append(batch * 10 + i, 1, 1));
            writes.add(Samples.append(batch * 10 + 5 + i, 2, 1));
          }
          store().commit(writes);
          assertEquals(5L * (batch + 1), store().newestSeq(group));
        }
      } finally {
        isDone.set(true);
      }
      for (Future<Long> reader : readers) {
        assertTrue(reader.get() <= 200);
      }
    }
  }

  @Test
  default void leavesGroupsAsTheyWereWhenACommitFails() throws Exception {
    putPublicAndPrivate();
    List<Optional<Group>> before = groups();
    assertThrows(
        StoreException.class,
        () ->
            commit(
                Changes.settings(1, "x", "", true, 1),
                Changes.add(1, 4, 1),
                Changes.remove(1, 2, 1),
                Changes.role(1, 3, Role.ADMIN, 1),
                Changes.transfer(1, 4, 1),
                Changes.leave(1, 1),
                Changes.close(PRIVATE, 1),
                Samples.refused()));
    assertEquals(before, groups());
    assertEquals(Map.of(), store().roles(Samples.userId(4)));
    for (int user = 1; user <= 3; user++) {
      assertEquals(
          Set.of(Samples.groupId(1), Samples.groupId(PRIVATE)),
          store().roles(Samples.userId(user)).keySet());
    }
    assertEquals(new GroupChanged.Done(), commit(Changes.join(1, 4)));
  }

  private List<Optional<Group>> groups() throws StoreException {
    return List.of(store().group(Samples.groupId(1)), store().group(Samples.groupId(PRIVATE)));
  }

  @Test
  default void leavesMessagesAsTheyWereWhenACommitFails() throws Exception {
    putMessageOfEach();
    ObjectId group = Samples.groupId(1);
    List<Message> before = store().messagesUpward(group, 1, 9, 9);
    assertThrows(
        StoreException.class,
        () ->
            commit(
                Changes.edit(2, 1, 2, "lost"),
                Changes.delete(2, 1, 2),
                Changes.delete(3, 1, 1),
                Samples.append(5, 1, 1, "u", "lost"),
                Changes.edit(5, 1, 1, "lost"),
                Samples.refused()));
    assertEquals(before, store().messagesUpward(group, 1, 9, 9));
    assertEquals(
        new Write.Appended.Known(before.get(1), List.of()), commit(Samples.findSent(1, 2, "t")));
    assertEquals(
        before.get(3),
        Objects.requireNonNull(store().lastMessages(List.of(group), 10, 0).get(group)).message());
    assertInstanceOf(MessageChanged.Done.class, commit(Changes.edit(2, 1, 2, "kept")));
  }
}
