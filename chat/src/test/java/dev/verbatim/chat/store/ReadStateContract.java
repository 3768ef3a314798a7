package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.store.Write.MarkedRead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a store promises of who read and sent what. */
interface ReadStateContract extends StoreUnderTest {
  /** Commits users 1, 2 and 3, their groups 1 and 2, and messages 1 to 5 of user 1 in group 1. */
  default void putFiveMessages() throws StoreException {
    commit(
        new Write.PutUser(Samples.user(1)),
        new Write.PutUser(Samples.user(2)),
        new Write.PutUser(Samples.user(3)),
        new Write.PutGroup(Samples.group(1, 1, 2, 3)),
        new Write.PutGroup(Samples.group(2, 1, 2, 3)),
        Samples.append(1, 1, 1),
        Samples.append(2, 1, 1),
        Samples.append(3, 1, 1),
        Samples.append(4, 1, 1),
        Samples.append(5, 1, 1));
  }

  private static MarkedRead marked(int... ids) {
    return new MarkedRead(Arrays.stream(ids).mapToObj(Samples::id).toList());
  }

  /** The seqs of group 1 from first to last that a user has read, own ones aside. */
  private Set<Long> read(int user, long first, long last) throws StoreException {
    Readers readers = store().readers(Samples.groupId(1), first, last, Integer.MAX_VALUE);
    Set<Long> read = new TreeSet<>();
    for (Message message :
        store().messagesUpward(Samples.groupId(1), first, last, Integer.MAX_VALUE)) {
      if (readers.of(message).stream().anyMatch(one -> one.userId().equals(Samples.userId(user)))) {
        read.add(message.seq());
      }
    }
    return read;
  }

  private Set<Long> read(int user) throws StoreException {
    return read(user, 1, Long.MAX_VALUE);
  }

  /** Who has read message 1, which has seq 1. */
  private List<Readers.Reader> readersOfFirst(int limit) throws StoreException {
    return store()
        .readers(Samples.groupId(1), 1, 1, limit)
        .of(store().message(Samples.id(1)).orElseThrow());
  }

  private long lastReadSeq(int user) throws StoreException {
    return store().standings(Samples.userId(user)).getFirst().lastReadSeq();
  }

  @Test
  default void marksOnlyWhatWasNotReadInTheOrderItWasNamed() throws Exception {
    putFiveMessages();
    assertEquals(marked(3, 1), commit(Samples.markRead(1, 2, 3, 1)));
    assertEquals(marked(5, 2), commit(Samples.markRead(1, 2, 1, 5, 2, 3)));
    assertEquals(marked(), commit(Samples.markRead(1, 2, 1, 2, 3, 5)));
    assertEquals(Set.of(1L, 2L, 3L, 5L), read(2));
    reopen();
    assertEquals(marked(4), commit(Samples.markRead(1, 2, 1, 2, 3, 4, 5)));
    assertEquals(Set.of(1L, 2L, 3L, 4L, 5L), read(2));
  }

  @Test
  default void marksAMessageNamedTwiceOnce() throws Exception {
    putFiveMessages();
    assertEquals(marked(2, 4), commit(Samples.markRead(1, 2, 2, 2, 4, 2, 4)));
  }

  @Test
  default void keepsReadersApart() throws Exception {
    putFiveMessages();
    assertEquals(marked(1), commit(Samples.markRead(1, 2, 1)));
    assertEquals(marked(1, 2), commit(Samples.markRead(1, 3, 1, 2)));
    assertEquals(Set.of(1L), read(2));
    assertEquals(Set.of(1L, 2L), read(3));
  }

  @Test
  default void passesOverOwnUnknownAndForeignMessages() throws Exception {
    putFiveMessages();
    commit(Samples.append(6, 1, 2), Samples.append(7, 2, 1));
    assertEquals(marked(4), commit(Samples.markRead(1, 2, 6, 7, 99, 4)));
    assertEquals(marked(), commit(Samples.markRead(9, 2, 1)));
    assertEquals(
        marked(),
        commit(new Write.MarkRead(Samples.groupId(1), Samples.userId(2), List.of(), Samples.NOW)));
  }

  @Test
  default void marksWhatIsAppendedInTheSameCommit() throws Exception {
    putFiveMessages();
    List<Object> outcomes =
        commit(
            Samples.append(6, 1, 1),
            Samples.markRead(1, 2, 6),
            Samples.append(7, 1, 2),
            Samples.markRead(1, 2, 6, 7));
    assertEquals(marked(6), outcomes.get(1));
    assertEquals(marked(), outcomes.get(3));
    assertEquals(Set.of(6L), read(2));
    assertEquals(7, lastReadSeq(2));
  }

  @Test
  default void keepsTheHighestSeqEachMemberReadOrSent() throws Exception {
    putFiveMessages();
    assertEquals(0, lastReadSeq(2));
    commit(Samples.append(6, 1, 2), Samples.append(7, 1, 1), Samples.append(8, 1, 2));
    assertEquals(8, lastReadSeq(2));
    assertEquals(7, lastReadSeq(1));
    commit(Samples.markRead(1, 2, 1), Samples.append(9, 1, 1));
    assertEquals(8, lastReadSeq(2));
    commit(Samples.append(10, 1, 2), Samples.append(11, 1, 1), Samples.markRead(1, 2, 11));
    reopen();
    assertEquals(11, lastReadSeq(2));
    assertEquals(11, lastReadSeq(1));
    assertEquals(0, lastReadSeq(3));
    assertEquals(Set.of(1L, 11L), read(2));
  }

  @Test
  default void leavesTheHighestSeqSentWhenARetryIsKnown() throws Exception {
    putFiveMessages();
    commit(Samples.append(6, 1, 2, "t", "first"), Samples.append(7, 1, 1));
    commit(Samples.append(8, 1, 2, "t", "retry"));
    assertEquals(6, lastReadSeq(2));
  }

  /** However it keeps what was read: over long stretches, with holes, and read to the full. */
  @Test
  default void knowsExactlyWhatWasReadOfManyMessages() throws Exception {
    putFiveMessages();
    int count = 5_000;
    List<Write<?>> writes = new ArrayList<>();
    for (int i = 6; i <= count; i++) {
      writes.add(Samples.append(i, 1, i % 7 == 0 ? 2 : 1));
    }
    store().commit(writes);
    int lastOwn = count - count % 7;
    Random random = new Random(7);
    Set<Long> expected = new TreeSet<>();
    for (int round = 0; round < 40; round++) {
      Set<Integer> marked = new LinkedHashSet<>();
      // Side by side at times, far from each other at others.
      int from = 1 + random.nextInt(count);
      int span = round % 2 == 0 ? 150 : count;
      for (int i = 0; i < 150; i++) {
        marked.add(Math.min(count, 1 + (from + random.nextInt(span)) % count));
      }
      List<ObjectId> newlyRead = new ArrayList<>();
      for (int id : marked) {
        boolean isOwn = id > 5 && id % 7 == 0;
        if (!isOwn && expected.add((long) id)) {
          newlyRead.add(Samples.id(id));
        }
      }
      assertEquals(
          new MarkedRead(newlyRead),
          commit(Samples.markRead(1, 2, marked.stream().mapToInt(Integer::intValue).toArray())));
    }
    assertEquals(expected, read(2));
    assertEquals(Math.max(Collections.max(expected), lastOwn), lastReadSeq(2));
    int[] all = IntStream.rangeClosed(1, count).toArray();
    assertEquals(count, commit(Samples.markRead(1, 3, all)).newlyRead().size());
    reopen();
    assertEquals(expected, read(2));
    assertEquals(count, read(3).size());
    assertEquals(marked(), commit(Samples.markRead(1, 3, all)));
    assertEquals(new TreeSet<>(expected).subSet(1_000L, 1_050L), read(2, 1_000, 1_049));
    assertEquals(50, read(3, 4_090, 4_139).size());
  }

  @Test
  default void tellsWhenAMemberReadAMessageOrAnotherLater() throws Exception {
    putFiveMessages();
    Instant later = Samples.NOW.plusSeconds(5);
    commit(Samples.markRead(1, 2, 1));
    assertEquals(List.of(new Readers.Reader(Samples.userId(2), Samples.NOW)), readersOfFirst(10));
    commit(
        new Write.MarkRead(Samples.groupId(1), Samples.userId(2), List.of(Samples.id(2)), later));
    // Nothing of this is new, so it is no reading.
    commit(
        new Write.MarkRead(
            Samples.groupId(1),
            Samples.userId(2),
            List.of(Samples.id(1), Samples.id(2)),
            later.plusSeconds(5)));
    Instant readAt = readersOfFirst(10).getFirst().readAt();
    assertTrue(readAt.equals(Samples.NOW) || readAt.equals(later), readAt.toString());
  }

  @Test
  default void tellsSomeOfManyReaders() throws Exception {
    putFiveMessages();
    for (int user = 10; user < 30; user++) {
      commit(
          new Write.PutUser(Samples.user(user)),
          Changes.join(1, user),
          Samples.markRead(1, user, user % 2 == 0 ? new int[] {1, 3} : new int[] {3}));
    }
    assertEquals(10, Set.copyOf(readersOfFirst(11)).size());
    assertEquals(10, readersOfFirst(10).size());
    List<Readers.Reader> some = readersOfFirst(4);
    assertEquals(4, Set.copyOf(some).size());
    assertTrue(readersOfFirst(10).containsAll(some));
    assertEquals(List.of(), readersOfFirst(0));
    Readers window = store().readers(Samples.groupId(1), 1, 5, 12);
    assertEquals(10, window.of(store().message(Samples.id(1)).orElseThrow()).size());
    assertEquals(List.of(), window.of(store().message(Samples.id(2)).orElseThrow()));
    assertEquals(12, window.of(store().message(Samples.id(3)).orElseThrow()).size());
  }

  @Test
  default void tellsNoReadersOfWhatIsNotThere() throws Exception {
    putFiveMessages();
    commit(Samples.markRead(1, 2, 1, 5));
    Message first = store().message(Samples.id(1)).orElseThrow();
    assertEquals(List.of(), store().readers(Samples.groupId(1), 2, 9, 10).of(first));
    assertEquals(List.of(), store().readers(Samples.groupId(1), 1, 0, 10).of(first));
    assertEquals(List.of(), store().readers(Samples.groupId(2), 1, 9, 10).of(first));
    assertEquals(List.of(), store().readers(Samples.groupId(9), 1, 9, 10).of(first));
    assertEquals(1, store().readers(Samples.groupId(1), -5, Long.MAX_VALUE, 10).of(first).size());
  }
}
