package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What {@link ChatStore#commit} promises besides where the store has transactions. */
public interface AtomicCommitContract extends StoreUnderTest {
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
}
