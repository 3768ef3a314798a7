package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.storage.mongo.AppendRun.State;
import dev.verbatim.chat.storage.mongo.AppendRun.There;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.AppendMessage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How appends get their seqs, whatever the database refuses of them. */
class AppendRunTest {
  private static AppendMessage append(int id, int group, @Nullable String tempId) {
    return Samples.append(id, group, 1, tempId, "message " + id);
  }

  private static AppendRun run(AppendMessage... writes) {
    return new AppendRun(List.of(writes));
  }

  /** What is left when group 1 has grown to 5 and every other to 0. */
  private static List<Message> planned(AppendRun run) {
    return planned(run, 5);
  }

  private static List<Message> planned(AppendRun run, long newestOfOne) {
    return run.planned(group -> group.equals(Samples.groupId(1)) ? newestOfOne : 0);
  }

  private static List<Long> seqs(List<Message> messages) {
    return messages.stream().map(Message::seq).toList();
  }

  private static There there(Message message, boolean isOurs) {
    return new There(message, isOurs);
  }

  private static Map<ObjectId, There> byId(Message message, boolean isOurs) {
    return Map.of(message.id(), there(message, isOurs));
  }

  private static Map<String, There> byName(Message message) {
    return Map.of(
        MessageKeys.sendKey(message.groupId(), message.senderId(), "" + message.tempId()),
        there(message, false));
  }

  /** A message that somebody has put into group 1 by this name before. */
  private static Message earlier(int id, @Nullable String tempId, long seq) {
    return run(append(id, 1, tempId)).planned(_ -> seq - 1).getFirst();
  }

  @Test
  void numbersEachGroupFromItsNewestInTheOrderOfTheRun() {
    AppendRun run = run(append(1, 1, null), append(2, 2, null), append(3, 1, "t"));
    List<Message> planned = planned(run);
    assertEquals(List.of(6L, 1L, 7L), seqs(planned));
    run.stored(planned);
    assertTrue(run.isDone());
    assertEquals(new State.Stored(planned.get(2)), run.state(2));
    assertEquals(
        List.of(planned.get(0), planned.get(2)), run.storedByGroup().get(Samples.groupId(1)));
  }

  @Test
  void takesARetryInTheRunForTheFirst() {
    AppendRun run = run(append(1, 1, "t"), append(2, 1, "t"), append(3, 2, "t"));
    List<Message> planned = planned(run);
    assertEquals(List.of(6L, 1L), seqs(planned));
    run.stored(planned);
    assertEquals(new State.Known(planned.get(0)), run.state(1));
  }

  @Test
  void givesTheSeqOfWhatIsKnownToTheNext() throws Exception {
    AppendRun run = run(append(1, 1, null), append(2, 1, "t"), append(3, 1, null));
    List<Message> planned = planned(run);
    run.stored(planned.subList(0, 1));
    Message known = earlier(9, "t", 2);
    assertTrue(run.found(Map.of(), byName(known), false));
    assertEquals(List.of(7L), seqs(planned(run, 6)));
    run.stored(planned(run, 6));
    assertEquals(new State.Known(known), run.state(1));
  }

  @Test
  void plansAnewWhatOthersWereFasterWith() throws Exception {
    AppendRun run = run(append(1, 1, null), append(2, 2, null), append(3, 1, null));
    assertFalse(run.found(Map.of(), Map.of(), false));
    assertEquals(List.of(9L, 1L, 10L), seqs(planned(run, 8)));
  }

  @Test
  void countsWhatALostAnswerLeftAsWrittenWithTheSeqItHas() throws Exception {
    AppendRun run = run(append(1, 1, "t"), append(2, 1, null));
    Message written = planned(run).getFirst();
    assertTrue(run.found(byId(written, true), byName(written), true));
    assertEquals(List.of(7L), seqs(planned(run, 6)));
    run.stored(planned(run, 6));
    assertEquals(new State.Stored(written), run.state(0));
  }

  @Test
  void findsWhatIsNotTheFirstToo() throws Exception {
    AppendRun run = run(append(1, 1, null), append(2, 1, "t"));
    assertFalse(run.found(Map.of(), byName(earlier(9, "t", 2)), false));
    assertEquals(1, run.left().size());
  }

  @Test
  void takesAMessageOfItsOwnIdAndNameForKnownIfNoAnswerWasLost() throws Exception {
    AppendRun run = run(append(1, 1, "t"));
    Message written = planned(run).getFirst();
    assertTrue(run.found(byId(written, true), byName(written), false));
    assertEquals(new State.Known(written), run.state(0));
  }

  @Test
  void refusesAnIdThatIsAnotherMessages() {
    AppendRun run = run(append(1, 1, null));
    Message same = earlier(1, null, 3);
    assertThrows(StoreException.class, () -> run.found(byId(same, true), Map.of(), false));
    assertThrows(StoreException.class, () -> run.found(byId(same, false), Map.of(), true));
    AppendRun elsewhere = run(append(1, 2, null));
    assertThrows(StoreException.class, () -> elsewhere.found(byId(same, true), Map.of(), true));
  }

  @Test
  void givesTheNextMessageTheSeqOfOneThatIsRejected() {
    AppendRun run = run(append(1, 1, null), append(2, 1, "t"), append(3, 1, null));
    run.stored(planned(run).subList(0, 1));
    run.firstRejected(new RejectedException("for the test"));
    assertEquals(List.of(7L), seqs(planned(run, 6)));
    run.stored(planned(run, 6));
    assertInstanceOf(State.Rejected.class, run.state(1));
  }

  @Test
  void rejectsAGroupAlone() {
    AppendRun run = run(append(1, 1, null), append(2, 2, null), append(3, 1, "t"));
    run.rejected(Samples.groupId(1), new RejectedException("for the test"));
    assertEquals(List.of(1L), seqs(planned(run)));
    assertEquals(1, run.left().size());
  }
}
