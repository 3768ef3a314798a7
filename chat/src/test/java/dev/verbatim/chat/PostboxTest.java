package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.RecordingListener.Event;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostboxTest {
  private static final ObjectId UNKNOWN = new ObjectId(9, 9);

  private final ChatFixture fixture;
  private final Postbox postbox;
  private final User ada;
  private final User bob;
  private final Group group;

  PostboxTest() throws StoreException {
    fixture = new ChatFixture();
    postbox = fixture.chat.postbox();
    ada = fixture.user("ada");
    bob = fixture.user("bob");
    group = fixture.group(ada, bob);
    fixture.listener.clear();
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }

  private SendMessage command(User sender, Group in, String content, @Nullable String tempId) {
    return new SendMessage(sender.id(), in.id(), content, MessageType.TEXT, tempId);
  }

  /** What was told since the last time. */
  private List<Event> told() {
    List<Event> told = fixture.listener.events();
    fixture.listener.clear();
    return told;
  }

  @Test
  void tellsAMessageBeforeItAnswers() throws Exception {
    Sent sent = postbox.send(command(ada, group, "hello", "t"));
    Message message = assertInstanceOf(Sent.Accepted.class, sent).message();
    assertEquals(List.of(new Event.MessagePosted(message, ada.id())), told());
    assertEquals(
        new Sent.Repeated(message, List.of()), postbox.send(command(ada, group, "again", "t")));
    assertEquals(List.of(), told(), "nobody is told again");
  }

  @Test
  void tellsInTheOrderOfTheCommit() throws Exception {
    List<Callable<Boolean>> senders = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      senders.add(
          () -> {
            for (int j = 0; j < 20; j++) {
              Sent sent = postbox.send(command(ada, group, "m" + j, null));
              Message message = assertInstanceOf(Sent.Accepted.class, sent).message();
              assertTrue(
                  fixture.listener.events().contains(new Event.MessagePosted(message, ada.id())));
            }
            return true;
          });
    }
    for (Future<Boolean> each : fixture.blocking.invokeAll(senders)) {
      assertTrue(each.get());
    }
    assertEquals(
        LongStream.rangeClosed(1, 160).boxed().toList(),
        told().stream().map(each -> ((Event.MessagePosted) each).message().seq()).toList());
  }

  @Test
  void editsAndDeletesAMessageOfWhateverGroup() throws Exception {
    Message message = fixture.sent(bob, group, "frist");
    fixture.markRead(ada.id(), group.id(), message.id()).join();
    Corrected.Done edited =
        assertInstanceOf(Corrected.Done.class, postbox.edit(bob.id(), message.id(), "first"));
    assertEquals("first", edited.message().content());
    List<Readers.Reader> readers = List.of(new Readers.Reader(ada.id(), HeldTime.START));
    assertEquals(readers, edited.readers());
    assertEquals(List.of(new Event.MessageEdited(edited.message(), readers)), told());
    Corrected.Done deleted =
        assertInstanceOf(Corrected.Done.class, postbox.delete(ada.id(), message.id()));
    assertTrue(deleted.message().isDeleted());
    assertEquals(List.of(new Event.MessageDeleted(deleted.message(), ada.id())), told());
    assertEquals(new Corrected.Unchanged(), postbox.delete(bob.id(), message.id()));
    assertEquals(List.of(), told(), "nobody is told again");
  }

  @Test
  void tellsNobodyWhatIsRefused() throws Exception {
    Group hidden = fixture.group(ada, true);
    Group open = fixture.group(ada);
    Message inHidden = fixture.sent(ada, hidden, "hidden");
    Message inOpen = fixture.sent(ada, open, "open");
    Message inGroup = fixture.sent(ada, group, "said");
    fixture.listener.clear();
    assertEquals(new Refused.NoGroup(), postbox.send(command(bob, hidden, "x", null)));
    assertEquals(new Refused.NotMember(), postbox.send(command(bob, open, "x", null)));
    assertInstanceOf(Refused.InvalidContent.class, postbox.send(command(bob, group, " ", null)));
    for (ObjectId unseen : List.of(inHidden.id(), UNKNOWN)) {
      assertEquals(new Refused.NoMessage(), postbox.edit(bob.id(), unseen, "x"));
      assertEquals(new Refused.NoMessage(), postbox.delete(bob.id(), unseen));
    }
    assertEquals(new Refused.NotMember(), postbox.edit(bob.id(), inOpen.id(), "x"));
    assertEquals(new Refused.NotMember(), postbox.delete(bob.id(), inOpen.id()));
    assertEquals(new Refused.NotAllowed(), postbox.edit(bob.id(), inGroup.id(), "x"));
    assertEquals(new Refused.NotAllowed(), postbox.delete(bob.id(), inGroup.id()));
    assertInstanceOf(
        Refused.TooLong.class, postbox.edit(ada.id(), inGroup.id(), "x".repeat(4_001)));
    assertEquals(
        List.of(), postbox.markRead(bob.id(), List.of(inHidden.id(), inOpen.id(), UNKNOWN)));
    assertEquals(List.of(), told());
    assertEquals(inGroup, fixture.store.message(inGroup.id()).orElseThrow());
    assertEquals(List.of(), fixture.chat.messages().readers(inOpen));
  }

  @Test
  void marksMessagesOfSeveralGroupsAndTellsEachGroup() throws Exception {
    Group other = fixture.group(ada, bob);
    ObjectId first = fixture.sent(ada, group, "1").id();
    ObjectId second = fixture.sent(ada, other, "2").id();
    ObjectId third = fixture.sent(ada, group, "3").id();
    ObjectId own = fixture.sent(bob, other, "4").id();
    ObjectId unseen = fixture.sent(ada, fixture.group(ada), "5").id();
    fixture.listener.clear();
    fixture.time.advance(Duration.ofSeconds(3));
    assertEquals(
        List.of(third, second, first),
        postbox.markRead(bob.id(), List.of(third, UNKNOWN, second, unseen, first, own, third)));
    assertEquals(
        List.of(
            new Event.MessagesRead(
                group.id(), bob.id(), List.of(third, first), HeldTime.START.plusSeconds(3)),
            new Event.MessagesRead(
                other.id(), bob.id(), List.of(second), HeldTime.START.plusSeconds(3))),
        told());
    assertEquals(List.of(), postbox.markRead(bob.id(), List.of(first, second, third)));
    assertEquals(List.of(), postbox.markRead(bob.id(), List.of()));
    assertEquals(List.of(), told(), "nothing is new");
  }

  @Test
  void marksMessagesOfSeveralGroupsInOneCommit() throws Exception {
    fixture.begin(bob);
    List<ObjectId> messageIds = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      messageIds.add(fixture.sent(ada, fixture.group(ada, bob), "x").id());
    }
    Gate gate = fixture.holdWriter();
    Future<List<ObjectId>> marked =
        fixture.blocking.submit(() -> postbox.markRead(bob.id(), messageIds));
    fixture.awaitWaiting(3);
    gate.open();
    assertEquals(messageIds, marked.get());
    assertEquals(3, fixture.store.commitSizes().getLast());
  }

  @Test
  void letsNothingInThatComesBehindARemoval() throws Exception {
    Message message = fixture.sent(ada, group, "said");
    fixture.begin(ada);
    Gate gate = fixture.holdWriter();
    Future<Changed> removal =
        fixture.blocking.submit(() -> fixture.chat.roster().remove(ada.id(), group.id(), bob.id()));
    fixture.awaitWaiting(1);
    // The store still says that he is a member.
    Future<Sent> sent =
        fixture.blocking.submit(() -> postbox.send(command(bob, group, "late", null)));
    fixture.awaitWaiting(2);
    Future<List<ObjectId>> marked =
        fixture.blocking.submit(() -> postbox.markRead(bob.id(), List.of(message.id())));
    fixture.awaitWaiting(3);
    gate.open();
    assertEquals(new Changed.Done(), removal.get());
    assertEquals(new Refused.NotMember(), sent.get());
    assertEquals(List.of(), marked.get());
    fixture.drain();
    assertEquals(1, fixture.store.newestSeq(group.id()));
    assertEquals(List.of(), fixture.chat.messages().readers(message));
  }

  @Test
  void saysThatItIsOpenWhenTheStoreFails() throws Exception {
    Message message = fixture.sent(ada, group, "said");
    fixture.store.failCommits(true);
    assertEquals(new Refused.Unavailable(), postbox.send(command(ada, group, "x", null)));
    assertEquals(new Refused.Unavailable(), postbox.edit(ada.id(), message.id(), "x"));
    assertThrows(StoreException.class, () -> postbox.markRead(bob.id(), List.of(message.id())));
    fixture.store.failCommits(false);
    fixture.store.failQuestions(true);
    assertEquals(new Refused.Unavailable(), postbox.send(command(ada, group, "x", null)));
    assertThrows(StoreException.class, () -> postbox.edit(ada.id(), message.id(), "x"));
    assertThrows(StoreException.class, () -> postbox.markRead(bob.id(), List.of(message.id())));
    fixture.store.failQuestions(false);
    assertEquals(List.of(), told());
    fixture.listener.forgetFaults();
  }

  @Test
  void tellsWhatIsCommittedAfterItsCallerGaveUp() throws Exception {
    Gate gate = new Gate(fixture.store);
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(
                () ->
                    thrown.complete(
                        assertThrows(
                            StoreException.class,
                            () -> postbox.send(command(ada, group, "late", null)))));
    gate.awaitCommit();
    caller.interrupt();
    assertInstanceOf(InterruptedException.class, thrown.join().getCause());
    assertEquals(List.of(), told());
    gate.open();
    fixture.drain();
    Message message = fixture.store.messagesUpward(group.id(), 1, 1, 1).getFirst();
    assertEquals(List.of(new Event.MessagePosted(message, ada.id())), told());
  }

  @Test
  void answersAlsoWhenWhoIsToldThrows() throws Exception {
    fixture.listener.failAfterwards(true);
    Sent sent = postbox.send(command(ada, group, "hello", null));
    Message message = assertInstanceOf(Sent.Accepted.class, sent).message();
    assertEquals(List.of(message.id()), postbox.markRead(bob.id(), List.of(message.id())));
    assertInstanceOf(Corrected.Done.class, postbox.edit(ada.id(), message.id(), "x"));
    assertInstanceOf(Corrected.Done.class, postbox.delete(ada.id(), message.id()));
    assertEquals(4, fixture.listener.faults().size());
    fixture.listener.forgetFaults();
  }
}
