package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.Status;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@link ChatStore#commit} promises. */
interface CommitContract extends StoreUnderTest {
  @Test
  default void givesEachOutcomeAtItsPlaceAndOfItsType() throws Exception {
    List<Object> outcomes =
        commit(
            new Write.PutUser(Samples.user(1)),
            new Write.PutUser(Samples.user(2)),
            new Write.PutGroup(Samples.group(1, 1)),
            Changes.join(1, 2),
            Samples.append(1, 1, 1),
            Samples.markRead(1, 2, 1),
            new Write.NewestSeq(Samples.groupId(1)),
            new Write.PutSession(Samples.session(9, 1, Samples.NOW)),
            new Write.ChangeStatus(Samples.userId(1), Status.AWAY, Samples.NOW),
            new Write.EndSession(Samples.id(9), Samples.userId(1), Samples.NOW),
            new Write.EndSessionsBefore(Samples.NOW, Set.of()),
            new Write.Probe());
    assertEquals(new Write.UserPut(Samples.user(1), true, null), outcomes.get(0));
    assertEquals(new Write.UserPut(Samples.user(2), true, null), outcomes.get(1));
    assertEquals(new Write.GroupPut(Samples.group(1, 1), true), outcomes.get(2));
    assertEquals(new GroupChanged.Done(), outcomes.get(3));
    assertInstanceOf(Write.Appended.Stored.class, outcomes.get(4));
    assertEquals(new Write.MarkedRead(List.of(Samples.id(1))), outcomes.get(5));
    assertEquals(new Write.Newest(1), outcomes.get(6));
    assertEquals(Collections.nCopies(5, Write.Done.DONE), outcomes.subList(7, 12));
    assertEquals(12, outcomes.size());
  }

  @Test
  default void makesWhatOnlyMembersMayForMembersAlone() throws Exception {
    putUsers();
    commit(
        new Write.PutGroup(Samples.group(1, 1, 2)),
        new Write.PutGroup(Samples.group(2, false, false, 1)));
    assertEquals(Optional.empty(), commit(Samples.ifMember(1, 3, Samples.append(1, 1, 3))));
    assertEquals(Optional.empty(), commit(Samples.ifMember(1, 9, Samples.append(1, 1, 9))));
    assertEquals(Optional.empty(), commit(Samples.ifMember(2, 1, Samples.append(1, 2, 1))));
    assertEquals(Optional.empty(), commit(Samples.ifMember(9, 1, Samples.append(1, 9, 1))));
    List<Object> outcomes =
        commit(
            Samples.ifMember(1, 2, Samples.append(2, 1, 2)),
            Samples.ifMember(1, 1, Samples.markRead(1, 1, 2)),
            Changes.leave(1, 2),
            Samples.ifMember(1, 2, Samples.append(3, 1, 2)),
            Changes.join(1, 2),
            Samples.ifMember(1, 2, Samples.append(4, 1, 2)));
    Message first = store().message(Samples.id(2)).orElseThrow();
    Message second = store().message(Samples.id(4)).orElseThrow();
    assertEquals(Optional.of(new Write.Appended.Stored(first)), outcomes.get(0));
    assertEquals(Optional.of(new Write.MarkedRead(List.of(first.id()))), outcomes.get(1));
    assertEquals(Optional.empty(), outcomes.get(3));
    assertEquals(Optional.of(new Write.Appended.Stored(second)), outcomes.get(5));
    assertEquals(2, store().newestSeq(Samples.groupId(1)));
  }

  @Test
  default void takesAnEmptyBatch() throws Exception {
    assertEquals(List.of(), store().commit(List.of()));
  }

  @Test
  default void keepsWhatWasCommittedWhenOpenedAgain() throws Exception {
    commit(new Write.PutUser(Samples.user(1)), new Write.PutGroup(Samples.group(1, 1)));
    Message message = commit(Samples.append(1, 1, 1, "t", "kept")).message();
    reopen();
    assertEquals(Optional.of(Samples.user(1)), store().user(Samples.userId(1)));
    assertEquals(Optional.of(Samples.group(1, 1)), store().group(Samples.groupId(1)));
    assertEquals(Optional.of(message), store().message(Samples.id(1)));
  }

  /** Whatever a store that cannot take back keeps of the batch: from the front, and in order. */
  @Test
  default void keepsTheOrderOfABatchItRefuses() throws Exception {
    commit(
        new Write.PutUser(Samples.user(1)),
        new Write.PutGroup(Samples.group(1, 1)),
        Samples.append(1, 1, 1));
    assertThrows(
        StoreException.class,
        () ->
            commit(
                Samples.append(2, 1, 1, "t", "first"),
                Samples.append(3, 1, 1, "u", "second"),
                Samples.refused()));
    Message first = commit(Samples.append(4, 1, 1, "t", "first")).message();
    Message second = commit(Samples.append(5, 1, 1, "u", "second")).message();
    Message third = commit(Samples.append(6, 1, 1, "v", "third")).message();
    assertEquals(List.of(2L, 3L, 4L), List.of(first.seq(), second.seq(), third.seq()));
    assertEquals(
        List.of(2L, 3L, 4L),
        store().messagesUpward(Samples.groupId(1), 2, Long.MAX_VALUE, 9).stream()
            .map(Message::seq)
            .toList());
  }

  @Test
  default void tellsTheNewestSeqAtItsPlaceInTheCommit() throws Exception {
    commit(new Write.PutUser(Samples.user(1)), new Write.PutGroup(Samples.group(1, 1)));
    Write.NewestSeq question = new Write.NewestSeq(Samples.groupId(1));
    List<Object> outcomes =
        commit(
            question,
            Samples.append(1, 1, 1, "t", "first"),
            question,
            Samples.append(2, 1, 1, "t", "retry"),
            question,
            Samples.append(3, 1, 1),
            question);
    assertEquals(
        List.of(new Write.Newest(0), new Write.Newest(1), new Write.Newest(1), new Write.Newest(2)),
        List.of(outcomes.get(0), outcomes.get(2), outcomes.get(4), outcomes.get(6)));
    assertEquals(new Write.Newest(0), commit(new Write.NewestSeq(Samples.groupId(7))));
  }

  @Test
  default void answersAPing() throws Exception {
    store().ping();
  }
}
