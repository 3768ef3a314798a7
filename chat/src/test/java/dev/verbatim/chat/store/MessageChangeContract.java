package dev.verbatim.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.Write.Appended;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a store promises of changes of messages: whom each is open to, and what it leaves. */
interface MessageChangeContract extends StoreUnderTest {
  MessageChanged NO_MESSAGE = new MessageChanged.NoMessage();
  MessageChanged MAY_NOT = new MessageChanged.NotAllowed();
  MessageChanged AS_BEFORE = new MessageChanged.Unchanged();

  /**
   * Commits users 1 to 4, group 1 of the owner 1, the members 2 and 3 and the admin 4, and the
   * messages 1 to 4 in it, each of the user of its number and with the tempId {@code t}.
   */
  default void putMessageOfEach() throws StoreException {
    putUsers();
    commit(
        new Write.PutGroup(Samples.group(1, 1, 2, 3, 4)),
        new Write.PutGroup(Samples.group(2, 1, 2, 3, 4)),
        Changes.role(1, 4, Role.ADMIN, 1));
    for (int user = 1; user <= 4; user++) {
      commit(Samples.append(user, 1, user, "t", "of " + user));
    }
  }

  private Message message(int id) throws StoreException {
    return store().message(Samples.id(id)).orElseThrow();
  }

  private List<Message> messages() throws StoreException {
    return store().messagesUpward(Samples.groupId(1), 1, Long.MAX_VALUE, 1_000);
  }

  /** Asserts that each of these comes to nothing for this reason. */
  private void assertNothing(MessageChanged why, MessageChange... changes) throws StoreException {
    List<Message> before = messages();
    for (MessageChange change : changes) {
      assertEquals(why, commit(change), change::toString);
      assertEquals(before, messages(), change::toString);
    }
  }

  /** Asserts that this is done, for good, and shown by whatever tells of the message. */
  private Message assertDone(MessageChange change) throws Exception {
    Message before = store().message(change.messageId()).orElseThrow();
    Message changed = change.appliedTo(before);
    List<Message> all = new ArrayList<>(messages());
    all.replaceAll(each -> each.equals(before) ? changed : each);
    assertEquals(new MessageChanged.Done(changed, List.of()), commit(change), change::toString);
    reopen();
    assertEquals(Optional.of(changed), store().message(changed.id()));
    assertEquals(all, messages());
    Write.FindSent question =
        new Write.FindSent(changed.groupId(), changed.senderId(), changed.tempId(), 0);
    assertEquals(
        changed.tempId() == null
            ? new Write.Found.Nothing()
            : new Appended.Known(changed, List.of()),
        commit(question));
    return changed;
  }

  private Set<ObjectId> told(Write<MessageChanged> change) throws StoreException {
    return readers(assertInstanceOf(MessageChanged.Done.class, commit(change)));
  }

  private static Set<ObjectId> readers(MessageChanged.Done done) {
    return done.readers().stream().map(Readers.Reader::userId).collect(Collectors.toSet());
  }

  @Test
  default void letsTheAuthorAloneEdit() throws Exception {
    putMessageOfEach();
    for (int other : new int[] {1, 3, 4, 9}) {
      assertNothing(MAY_NOT, Changes.edit(2, 1, other, "x"));
    }
    Message edited = assertDone(Changes.edit(2, 1, 2, "\0edited \ud83d\ude00"));
    assertEquals(
        new Message(
            Samples.id(2),
            Samples.groupId(1),
            2,
            Samples.userId(2),
            "\0edited \ud83d\ude00",
            edited.type(),
            false,
            "t",
            Changes.LATER,
            Samples.NOW,
            Changes.LATER),
        edited);
    assertDone(Changes.edit(2, 1, 2, "again"));
    assertDone(Changes.edit(2, 1, 2, "again"));
    assertDone(Changes.edit(1, 1, 1, "the owner's"));
  }

  @Test
  default void letsTheAuthorTheOwnerAndAdminsDelete() throws Exception {
    putMessageOfEach();
    assertNothing(MAY_NOT, Changes.delete(2, 1, 3), Changes.delete(1, 1, 2));
    assertNothing(MAY_NOT, Changes.delete(4, 1, 3), Changes.delete(3, 1, 9));
    Message deleted = assertDone(Changes.delete(2, 1, 2));
    assertEquals(
        new Message(
            Samples.id(2),
            Samples.groupId(1),
            2,
            Samples.userId(2),
            "",
            deleted.type(),
            true,
            "t",
            null,
            Samples.NOW,
            Changes.LATER),
        deleted);
    assertDone(Changes.delete(3, 1, 4));
    assertDone(Changes.delete(4, 1, 1));
    assertDone(Changes.delete(1, 1, 4));
    assertEquals(4, store().newestSeq(Samples.groupId(1)));
  }

  @Test
  default void deletesOnceAndEditsNothingThatIsDeleted() throws Exception {
    putMessageOfEach();
    assertDone(Changes.edit(2, 1, 2, "edited"));
    Message deleted = assertDone(Changes.delete(2, 1, 1));
    assertEquals(Changes.LATER, deleted.editedAt());
    assertNothing(AS_BEFORE, Changes.delete(2, 1, 1), Changes.delete(2, 1, 2));
    assertNothing(NO_MESSAGE, Changes.edit(2, 1, 2, "x"));
    assertNothing(MAY_NOT, Changes.delete(2, 1, 3), Changes.edit(2, 1, 1, "x"));
  }

  @Test
  default void changesOnlyMessagesOfTheGroupThatIsNamed() throws Exception {
    putMessageOfEach();
    assertNothing(NO_MESSAGE, Changes.edit(2, 2, 2, "x"), Changes.delete(2, 2, 1));
    assertNothing(NO_MESSAGE, Changes.edit(7, 1, 2, "x"), Changes.delete(7, 1, 1));
    assertNothing(NO_MESSAGE, Changes.edit(2, 9, 2, "x"), Changes.delete(2, 9, 1));
  }

  @Test
  default void changesNothingInAClosedGroup() throws Exception {
    putMessageOfEach();
    commit(Changes.close(1, 1));
    assertNothing(NO_MESSAGE, Changes.edit(2, 1, 2, "x"), Changes.delete(2, 1, 1));
  }

  @Test
  default void changesNothingForAnAuthorWhoIsNoMemberAnyMore() throws Exception {
    putMessageOfEach();
    commit(Changes.leave(1, 2));
    assertNothing(MAY_NOT, Changes.edit(2, 1, 2, "x"), Changes.delete(2, 1, 2));
    commit(Changes.join(1, 2));
    assertDone(Changes.edit(2, 1, 2, "back"));
  }

  @Test
  default void decidesEachChangeOfAMessageByWhatStandsBeforeItInTheCommit() throws Exception {
    putMessageOfEach();
    List<Object> outcomes =
        commit(
            Samples.append(5, 1, 2, "u", "new"),
            Changes.edit(5, 1, 2, "edited"),
            Changes.delete(5, 1, 3),
            Changes.role(1, 3, Role.ADMIN, 1),
            Changes.delete(5, 1, 3),
            Changes.delete(5, 1, 2),
            Changes.edit(5, 1, 2, "x"),
            Samples.append(6, 1, 2, "u", "retry"),
            Samples.append(7, 1, 2),
            Changes.leave(1, 2),
            Changes.delete(7, 1, 2),
            Changes.edit(7, 1, 2, "x"));
    Message edited = assertInstanceOf(MessageChanged.Done.class, outcomes.get(1)).message();
    assertEquals("edited", edited.content());
    assertEquals(5, edited.seq());
    assertEquals(MAY_NOT, outcomes.get(2));
    Message deleted = assertInstanceOf(MessageChanged.Done.class, outcomes.get(4)).message();
    assertEquals(Changes.LATER, deleted.editedAt());
    assertEquals(
        List.of(AS_BEFORE, NO_MESSAGE, new Appended.Known(deleted, List.of())),
        outcomes.subList(5, 8));
    assertEquals(6, ((Appended) outcomes.get(8)).message().seq());
    assertEquals(List.of(MAY_NOT, MAY_NOT), outcomes.subList(10, 12));
    assertEquals(Optional.of(deleted), store().message(Samples.id(5)));
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), messages().stream().map(Message::seq).toList());
  }

  @Test
  default void givesARetryTheMessageAsItNowIs() throws Exception {
    putMessageOfEach();
    Message edited = assertDone(Changes.edit(2, 1, 2, "edited"));
    assertEquals(
        new Appended.Known(edited, List.of()), commit(Samples.append(8, 1, 2, "t", "retry")));
    Message deleted = assertDone(Changes.delete(2, 1, 2));
    assertEquals(
        new Appended.Known(deleted, List.of()), commit(Samples.append(8, 1, 2, "t", "retry")));
    assertEquals("", deleted.content());
    assertEquals(4, store().newestSeq(Samples.groupId(1)));
  }

  @Test
  default void tellsTheNewestMessageThatIsNotDeleted() throws Exception {
    putMessageOfEach();
    commit(Changes.delete(4, 1, 1), Changes.delete(3, 1, 1), Changes.edit(2, 1, 2, "edited"));
    assertEquals(message(2), lastMessage(10));
    commit(Changes.delete(1, 1, 1), Changes.delete(2, 1, 1));
    assertNull(lastMessage(10));
    Standing standing = store().standings(Samples.userId(1)).getFirst();
    assertEquals(4, standing.newestSeq());
    assertEquals(1, standing.lastReadSeq());
    assertEquals(5, commit(Samples.append(5, 1, 1)).message().seq());
    assertEquals(message(5), lastMessage(10));
  }

  private @Nullable Message lastMessage(int seqsMax) throws StoreException {
    ObjectId group = Samples.groupId(1);
    MessageStore.LastMessage last = store().lastMessages(List.of(group), seqsMax, 10).get(group);
    return last == null ? null : last.message();
  }

  @Test
  default void looksForTheLastMessageAmongTheNewestAlone() throws Exception {
    putMessageOfEach();
    commit(Changes.delete(4, 1, 1), Changes.delete(3, 1, 1));
    assertNull(lastMessage(1));
    assertNull(lastMessage(2));
    assertEquals(message(2), lastMessage(3));
    assertEquals(message(2), lastMessage(100));
  }

  @Test
  default void tellsTheLastMessagesOfGroupsWithSomeOfTheirReaders() throws Exception {
    putMessageOfEach();
    commit(Samples.append(5, 2, 1), Samples.markRead(2, 2, 5));
    for (int user : new int[] {1, 2, 3}) {
      commit(Samples.markRead(1, user, 4, 3));
    }
    ObjectId one = Samples.groupId(1);
    ObjectId two = Samples.groupId(2);
    Map<ObjectId, MessageStore.LastMessage> last =
        store().lastMessages(List.of(two, Samples.groupId(9), one), 10, 2);
    assertEquals(Set.of(one, two), last.keySet());
    MessageStore.LastMessage ofOne = Objects.requireNonNull(last.get(one));
    assertEquals(message(4), ofOne.message());
    assertEquals(2, Set.copyOf(ofOne.readers()).size());
    assertEquals(
        new MessageStore.LastMessage(
            message(5), List.of(new Readers.Reader(Samples.userId(2), Samples.NOW))),
        last.get(two));
    assertEquals(Map.of(), store().lastMessages(List.of(), 10, 2));
  }

  @Test
  default void tellsTheReadersOfAChangedMessage() throws Exception {
    putMessageOfEach();
    commit(Samples.markRead(1, 1, 2, 3), Samples.markRead(1, 3, 2), Samples.markRead(1, 4, 3));
    Set<ObjectId> oneAndThree = Set.of(Samples.userId(1), Samples.userId(3));
    assertEquals(oneAndThree, told(Changes.edit(2, 1, 2, "edited")));
    assertEquals(oneAndThree, told(Changes.delete(2, 1, 2)));
    assertEquals(Set.of(), told(Changes.delete(1, 1, 1)));
    List<Object> outcomes =
        commit(
            Samples.append(5, 1, 2),
            Samples.markRead(1, 4, 5),
            Changes.leave(1, 4),
            Changes.edit(5, 1, 2, "x"));
    assertEquals(Set.of(Samples.userId(4)), readers((MessageChanged.Done) outcomes.getLast()));
    assertEquals(
        new Write.MarkedRead(List.of()), commit(Samples.markRead(1, 3, 2)), "it is still read");
  }

  @Test
  default void tellsAsManyReadersAsWereAskedFor() throws Exception {
    putMessageOfEach();
    for (int user : new int[] {1, 3, 4}) {
      commit(Samples.markRead(1, user, 2));
    }
    for (int max = 0; max <= 4; max++) {
      MessageChanged changed =
          commit(
              new MessageChange.EditMessage(
                  Samples.id(2), Samples.groupId(1), Samples.userId(2), "x", Changes.LATER, max));
      List<Readers.Reader> readers = ((MessageChanged.Done) changed).readers();
      assertEquals(Math.min(max, 3), readers.size());
      assertEquals(readers.size(), Set.copyOf(readers).size());
      assertTrue(readers.stream().allMatch(one -> one.readAt().equals(Samples.NOW)));
    }
  }

  @Test
  default void marksDeletedMessagesAsRead() throws Exception {
    putMessageOfEach();
    commit(Changes.delete(2, 1, 2));
    assertEquals(new Write.MarkedRead(List.of(Samples.id(2))), commit(Samples.markRead(1, 3, 2)));
  }

  @Test
  default void cutsTheTimeOfAChangedMessageToTheMillisecond() throws Exception {
    putMessageOfEach();
    Instant at = Changes.LATER.plusNanos(999_999);
    ObjectId id = Samples.id(2);
    ObjectId group = Samples.groupId(1);
    ObjectId by = Samples.userId(2);
    for (MessageChange change :
        List.of(
            new MessageChange.EditMessage(id, group, by, "x", at, 0),
            new MessageChange.DeleteMessage(id, group, by, at, 0))) {
      Message changed = ((MessageChanged.Done) commit(change)).message();
      assertEquals(Changes.LATER, changed.updatedAt());
      assertEquals(Changes.LATER, changed.editedAt());
      assertEquals(message(2), changed);
    }
  }

  @Test
  default void tellsTheGroupsOfThoseOfManyMessagesThatExist() throws Exception {
    putMessageOfEach();
    commit(Samples.append(5, 2, 1), Changes.delete(2, 1, 2));
    assertEquals(
        Map.of(
            Samples.id(1),
            Samples.groupId(1),
            Samples.id(2),
            Samples.groupId(1),
            Samples.id(5),
            Samples.groupId(2)),
        store().groupsOf(IntStream.of(5, 1, 7, 2, 5).mapToObj(Samples::id).toList()));
    assertEquals(Map.of(), store().groupsOf(List.of()));
  }
}
