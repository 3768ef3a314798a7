package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.ReadState;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.SeqRanges;
import dev.verbatim.chat.store.Write.MarkedRead;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

  private ReadState state(int user) throws StoreException {
    return store()
        .readStates(Samples.groupId(1))
        .getOrDefault(Samples.userId(user), ReadState.NOTHING);
  }

  @Test
  default void marksOnlyWhatWasNotReadInTheOrderItWasNamed() throws Exception {
    putFiveMessages();
    assertEquals(marked(3, 1), commit(Samples.markRead(1, 2, 3, 1)));
    assertEquals(marked(5, 2), commit(Samples.markRead(1, 2, 1, 5, 2, 3)));
    assertEquals(marked(), commit(Samples.markRead(1, 2, 1, 2, 3, 5)));
    assertEquals(SeqRanges.parse("1-3,5-5"), state(2).read());
    reopen();
    assertEquals(marked(4), commit(Samples.markRead(1, 2, 1, 2, 3, 4, 5)));
    assertEquals(SeqRanges.of(1, 5), state(2).read());
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
    assertEquals(SeqRanges.of(1, 1), state(2).read());
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
    assertEquals(new ReadState(SeqRanges.of(6, 6), 7, Samples.NOW), state(2));
  }

  @Test
  default void keepsTheHighestSeqEachMemberSent() throws Exception {
    putFiveMessages();
    commit(Samples.append(6, 1, 2), Samples.append(7, 1, 1), Samples.append(8, 1, 2));
    assertEquals(new ReadState(SeqRanges.EMPTY, 8, null), state(2));
    assertEquals(new ReadState(SeqRanges.EMPTY, 7, null), state(1));
    commit(Samples.append(9, 1, 2));
    reopen();
    assertEquals(9, state(2).lastSent());
    assertEquals(9, state(2).lastReadSeq());
  }

  @Test
  default void leavesTheHighestSeqSentWhenARetryIsKnown() throws Exception {
    putFiveMessages();
    commit(Samples.append(6, 1, 2, "t", "first"), Samples.append(7, 1, 1));
    commit(Samples.append(8, 1, 2, "t", "retry"));
    assertEquals(6, state(2).lastSent());
  }

  @Test
  default void keepsBothWhatWasReadAndWhatWasSent() throws Exception {
    putFiveMessages();
    commit(Samples.markRead(1, 2, 1, 2));
    commit(Samples.append(6, 1, 2));
    commit(Samples.markRead(1, 2, 3));
    assertEquals(new ReadState(SeqRanges.of(1, 3), 6, Samples.NOW), state(2));
  }

  @Test
  default void keepsWhenAMemberLastReadAnything() throws Exception {
    putFiveMessages();
    Instant later = Samples.NOW.plusSeconds(5);
    List<ObjectId> one = List.of(Samples.id(1));
    commit(Samples.markRead(1, 2, 2));
    commit(new Write.MarkRead(Samples.groupId(1), Samples.userId(2), one, later));
    assertEquals(later, state(2).readAt());
    commit(new Write.MarkRead(Samples.groupId(1), Samples.userId(2), one, later.plusSeconds(5)));
    assertEquals(later, state(2).readAt());
  }

  @Test
  default void tellsReadStatesOfThoseWhoReadOrSentOldestMemberFirst() throws Exception {
    putFiveMessages();
    commit(
        new Write.PutUser(Samples.user(0)),
        new Write.AddMember(Samples.groupId(1), Samples.member(0, Role.MEMBER)));
    commit(Samples.markRead(1, 0, 2));
    commit(Samples.markRead(1, 3, 1));
    Map<ObjectId, ReadState> states = store().readStates(Samples.groupId(1));
    assertEquals(
        List.of(Samples.userId(1), Samples.userId(3), Samples.userId(0)),
        List.copyOf(states.keySet()));
    assertEquals(new ReadState(SeqRanges.of(2, 2), 0, Samples.NOW), states.get(Samples.userId(0)));
    assertEquals(Map.of(), store().readStates(Samples.groupId(2)));
    assertEquals(Map.of(), store().readStates(Samples.groupId(9)));
  }
}
