package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.store.Write.Appended;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a store promises of messages. */
interface MessageStoreContract extends StoreUnderTest {
  /** Texts that are easily damaged: cut at NUL, trimmed, normalised or read as another encoding. */
  List<String> FRAGILE =
      List.of(
          "a\0b",
          "\0",
          "a\0",
          " leading and trailing ",
          "\ufeffbyte order mark",
          "\u202eright\u2066to\u2069left\u200f",
          "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
          "\ud83d\udc69\u200d\ud83d\ude80\udbff\udfff\uffff\ufffe",
          "e\u0301 \u00e9",
          "<b>'\"\\%_?;--\r\n\t\u2028",
          "\ud83d\ude00".repeat(2000),
          "\u0800".repeat(4000),
          "x".repeat(4000));

  /** Commits users 1 and 2 and their groups 1 and 2. */
  default void putGroups() throws StoreException {
    commit(
        new Write.PutUser(Samples.user(1)),
        new Write.PutUser(Samples.user(2)),
        new Write.PutGroup(Samples.group(1, 1, 2)),
        new Write.PutGroup(Samples.group(2, 1, 2)));
  }

  /** Commits messages 1 to count of group 1. */
  default List<Message> putMessages(int count) throws StoreException {
    List<Write<?>> writes = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      writes.add(Samples.append(i, 1, 1));
    }
    return store().commit(writes).stream().map(o -> ((Appended) o).message()).toList();
  }

  private static List<Long> seqs(List<?> outcomes) {
    return outcomes.stream().map(o -> ((Appended) o).message().seq()).toList();
  }

  @Test
  default void numbersEachGroupWithoutAGapInTheOrderOfTheCommit() throws Exception {
    putGroups();
    assertEquals(
        List.of(1L, 1L, 2L, 3L),
        seqs(
            commit(
                Samples.append(1, 1, 1),
                Samples.append(2, 2, 2),
                Samples.append(3, 1, 2),
                Samples.append(4, 1, 1))));
    assertEquals(List.of(4L, 2L), seqs(commit(Samples.append(5, 1, 2), Samples.append(6, 2, 1))));
    reopen();
    assertEquals(List.of(3L, 5L), seqs(commit(Samples.append(7, 2, 1), Samples.append(8, 1, 1))));
    assertEquals(5, store().newestSeq(Samples.groupId(1)));
    assertEquals(3, store().newestSeq(Samples.groupId(2)));
  }

  @Test
  default void tellsAStoredMessageAsItWillBeRead() throws Exception {
    putGroups();
    Appended outcome = commit(Samples.append(1, 1, 2, "temp", "text"));
    Message message =
        new Message(
            Samples.id(1),
            Samples.groupId(1),
            1,
            Samples.userId(2),
            "text",
            MessageType.TEXT,
            false,
            "temp",
            null,
            Samples.NOW,
            Samples.NOW);
    assertEquals(new Appended.Stored(message), outcome);
    assertEquals(Optional.of(message), store().message(Samples.id(1)));
    assertEquals(new Appended.Known(message, List.of()), commit(Samples.findSent(1, 2, "temp")));
  }

  @Test
  default void keepsEveryType() throws Exception {
    putGroups();
    int id = 1;
    for (MessageType type : MessageType.values()) {
      ObjectId messageId = Samples.id(id++);
      commit(
          new Write.AppendMessage(
              messageId, Samples.groupId(1), Samples.userId(1), "x", type, null, Samples.NOW, 0));
      assertEquals(type, store().message(messageId).orElseThrow().type());
    }
  }

  @Test
  default void cutsTimesToTheMillisecond() throws Exception {
    putGroups();
    Message message =
        commit(
                new Write.AppendMessage(
                    Samples.id(1),
                    Samples.groupId(1),
                    Samples.userId(1),
                    "x",
                    MessageType.TEXT,
                    null,
                    Samples.NOW.plusNanos(999_999),
                    0))
            .message();
    assertEquals(Samples.NOW, message.createdAt());
    assertEquals(Optional.of(message), store().message(Samples.id(1)));
  }

  @Test
  default void keepsContentExactly() throws Exception {
    putGroups();
    List<Write<?>> writes = new ArrayList<>();
    for (int i = 0; i < FRAGILE.size(); i++) {
      writes.add(Samples.append(i, 1, 1, null, FRAGILE.get(i)));
    }
    store().commit(writes);
    reopen();
    assertEquals(
        FRAGILE,
        store().messagesUpward(Samples.groupId(1), 1, 100, 100).stream()
            .map(Message::content)
            .toList());
  }

  @Test
  default void knowsATempIdWithinOneCommit() throws Exception {
    putGroups();
    List<Object> outcomes =
        commit(
            Samples.append(1, 1, 1, "t", "first"),
            Samples.append(2, 1, 1, "t", "retry"),
            Samples.append(3, 1, 1));
    Message first = ((Appended) outcomes.getFirst()).message();
    assertEquals(new Appended.Known(first, List.of()), outcomes.get(1));
    assertEquals(2, ((Appended) outcomes.get(2)).message().seq());
    assertEquals(Optional.empty(), store().message(Samples.id(2)));
  }

  @Test
  default void knowsATempIdForGood() throws Exception {
    putGroups();
    Message first = commit(Samples.append(1, 1, 1, "t", "first")).message();
    commit(Samples.append(2, 1, 2), Samples.append(3, 1, 1, "u", "other"));
    assertEquals(
        new Appended.Known(first, List.of()), commit(Samples.append(4, 1, 1, "t", "retry")));
    reopen();
    assertEquals(
        new Appended.Known(first, List.of()), commit(Samples.append(5, 1, 1, "t", "retry")));
    assertEquals(3, store().newestSeq(Samples.groupId(1)));
  }

  @Test
  default void knowsAMessageThatIsAppendedAgainWithItsOwnId() throws Exception {
    putGroups();
    Message first = commit(Samples.append(1, 1, 1, "t", "first")).message();
    assertEquals(
        new Appended.Known(first, List.of()), commit(Samples.append(1, 1, 1, "t", "first")));
  }

  @Test
  default void findsWhatWasSentAtItsPlaceInTheCommit() throws Exception {
    putGroups();
    List<Object> outcomes =
        commit(
            Samples.findSent(1, 1, "t"),
            Samples.append(1, 1, 1, "t", "first"),
            Samples.findSent(1, 1, "t"),
            new Write.FindSent(Samples.groupId(1), Samples.userId(1), null, 1));
    Message first = ((Appended) outcomes.get(1)).message();
    assertEquals(new Write.Found.Nothing(), outcomes.getFirst());
    assertEquals(new Appended.Known(first, List.of()), outcomes.get(2));
    assertEquals(new Write.Found.Nothing(), outcomes.get(3));
  }

  @Test
  default void tellsTheReadersOfWhatIsKnownToItsSenderWhileThatIsAMember() throws Exception {
    putGroups();
    Message first = commit(Samples.append(1, 1, 2, "t", "first")).message();
    commit(Samples.markRead(1, 1, 1));
    Appended.Known known =
        new Appended.Known(first, List.of(new Readers.Reader(Samples.userId(1), Samples.NOW)));
    assertEquals(known, commit(Samples.findSent(1, 2, "t")));
    assertEquals(known, commit(Samples.append(2, 1, 2, "t", "retry")));
    assertEquals(
        new Appended.Known(first, List.of()),
        commit(new Write.FindSent(first.groupId(), first.senderId(), "t", 0)));
    assertInstanceOf(GroupChanged.Done.class, commit(Changes.remove(1, 2, 1)));
    assertEquals(new Appended.Known(first, List.of()), commit(Samples.findSent(1, 2, "t")));
  }

  @Test
  default void keepsTempIdsApartBySenderAndGroup() throws Exception {
    putGroups();
    List<Object> outcomes =
        commit(
            Samples.append(1, 1, 1, "t", "one"),
            Samples.append(2, 1, 2, "t", "two"),
            Samples.append(3, 2, 1, "t", "three"));
    outcomes.forEach(outcome -> assertInstanceOf(Appended.Stored.class, outcome));
    Message third = ((Appended) outcomes.get(2)).message();
    assertEquals(new Appended.Known(third, List.of()), commit(Samples.findSent(2, 1, "t")));
    assertEquals(new Write.Found.Nothing(), commit(Samples.findSent(2, 2, "t")));
    assertEquals(new Write.Found.Nothing(), commit(Samples.findSent(9, 1, "t")));
  }

  @Test
  default void keepsTempIdsApartExactly() throws Exception {
    putGroups();
    List<String> tempIds =
        List.of("a", "A", "a ", " a", "a\0", "a\0b", "e\u0301", "\u00e9", "\ufeffa", "1", "01");
    for (int i = 0; i < tempIds.size(); i++) {
      assertInstanceOf(Appended.Stored.class, commit(Samples.append(i, 1, 1, tempIds.get(i), "x")));
    }
    for (int i = 0; i < tempIds.size(); i++) {
      Message named =
          assertInstanceOf(Appended.Known.class, commit(Samples.findSent(1, 1, tempIds.get(i))))
              .message();
      assertEquals(Samples.id(i), named.id());
      assertEquals(tempIds.get(i), named.tempId());
    }
  }

  @Test
  default void neverTakesMessagesWithoutATempIdForOne() throws Exception {
    putGroups();
    assertEquals(List.of(1L, 2L), seqs(commit(Samples.append(1, 1, 1), Samples.append(2, 1, 1))));
    assertEquals(null, store().message(Samples.id(1)).orElseThrow().tempId());
  }

  @Test
  default void readsUpwardFromTheLowest() throws Exception {
    putGroups();
    List<Message> all = putMessages(10);
    ObjectId group = Samples.groupId(1);
    assertEquals(all, store().messagesUpward(group, 1, 10, 10));
    assertEquals(all.subList(2, 5), store().messagesUpward(group, 3, 5, 100));
    assertEquals(all.subList(2, 4), store().messagesUpward(group, 3, 9, 2));
    assertEquals(all, store().messagesUpward(group, Long.MIN_VALUE, Long.MAX_VALUE, 100));
    assertEquals(List.of(), store().messagesUpward(group, 11, Long.MAX_VALUE, 100));
    assertEquals(List.of(), store().messagesUpward(group, 5, 4, 100));
    assertEquals(List.of(), store().messagesUpward(group, 1, 10, 0));
    assertEquals(List.of(), store().messagesUpward(Samples.groupId(2), 1, 10, 100));
    assertEquals(List.of(), store().messagesUpward(Samples.groupId(9), 1, 10, 100));
  }

  @Test
  default void readsDownwardFromTheHighest() throws Exception {
    putGroups();
    List<Message> all = putMessages(10).reversed();
    ObjectId group = Samples.groupId(1);
    assertEquals(all, store().messagesDownward(group, Long.MAX_VALUE, 100));
    assertEquals(all.subList(0, 3), store().messagesDownward(group, Long.MAX_VALUE, 3));
    assertEquals(all.subList(5, 7), store().messagesDownward(group, 5, 2));
    assertEquals(List.of(all.getLast()), store().messagesDownward(group, 1, 5));
    assertEquals(List.of(), store().messagesDownward(group, 0, 5));
    assertEquals(List.of(), store().messagesDownward(group, -1, 5));
    assertEquals(List.of(), store().messagesDownward(group, 10, 0));
    assertEquals(List.of(), store().messagesDownward(Samples.groupId(2), 10, 5));
    assertEquals(List.of(), store().messagesDownward(Samples.groupId(9), 10, 5));
  }

  @Test
  default void knowsNothingOfWhatIsNotThere() throws Exception {
    assertEquals(Optional.empty(), store().message(Samples.id(1)));
    assertEquals(new Write.Found.Nothing(), commit(Samples.findSent(1, 1, "t")));
    assertEquals(0, store().newestSeq(Samples.groupId(1)));
  }
}
