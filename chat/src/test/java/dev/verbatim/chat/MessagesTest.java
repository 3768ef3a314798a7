package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessagesTest extends TwoInAGroup {
  private static final ObjectId UNKNOWN = new ObjectId(9, 9);

  private Message accepted(Sent sent) {
    return assertInstanceOf(Sent.Accepted.class, sent).message();
  }

  @Test
  void acceptsTheMessageOfAMemberWhoIsHere() throws Exception {
    Sent sent = fixture.send(ada.id(), group.id(), " hello\0 ", "t1").join();
    Message message = accepted(sent);
    assertEquals(1, message.seq());
    assertEquals("hello\0", message.content());
    assertEquals("t1", message.tempId());
    assertEquals(HeldTime.START, message.createdAt());
    assertEquals(new Sent.Accepted(message, ada), sent);
    assertEquals(message, fixture.store.message(message.id()).orElseThrow());
  }

  @Test
  void acceptsTheMessageOfAMemberWhoHasNoSessionHere() throws Exception {
    User carol = fixture.user("carol");
    fixture.chat.roster().join(carol.id(), group.id());
    Sent sent = fixture.send(carol.id(), group.id(), "hello", null).join();
    assertEquals(carol, assertInstanceOf(Sent.Accepted.class, sent).sender());
  }

  @Test
  void refusesWhoIsNotInTheGroup() throws Exception {
    Group hidden = fixture.group(ada, true);
    User carol = fixture.user("carol");
    User dave = fixture.begin(fixture.user("dave")).user();
    for (User outsider : List.of(carol, dave)) {
      assertEquals(
          new Refused.NotMember(), fixture.send(outsider.id(), group.id(), "x", null).join());
      assertEquals(
          new Refused.NoGroup(), fixture.send(outsider.id(), hidden.id(), "x", null).join());
      assertEquals(new Refused.NoGroup(), fixture.send(outsider.id(), UNKNOWN, "x", null).join());
    }
    fixture.drain();
    assertEquals(0, fixture.store.newestSeq(group.id()));
  }

  @Test
  void refusesContentAtOnceOnTheCallersThread() {
    String tooLong = "x".repeat(4_001);
    assertEquals(
        new Refused.TooLong(4_000), fixture.send(ada.id(), group.id(), tooLong, null).getNow(null));
    assertInstanceOf(
        Refused.InvalidContent.class,
        fixture.send(ada.id(), group.id(), " \n ", null).getNow(null));
    assertInstanceOf(
        Refused.InvalidContent.class,
        fixture.send(ada.id(), group.id(), "\ud83d", null).getNow(null));
  }

  @Test
  void repeatsAKnownTempIdWhateverElseTheRetryCarries() {
    Message first = accepted(fixture.send(ada.id(), group.id(), "first", "t").join());
    Sent repeated = new Sent.Repeated(first, List.of());
    assertEquals(repeated, fixture.send(ada.id(), group.id(), "first", "t").join());
    assertEquals(repeated, fixture.send(ada.id(), group.id(), "other", "t").join());
    assertEquals(repeated, fixture.send(ada.id(), group.id(), "", "t").join());
    assertEquals(repeated, fixture.send(ada.id(), group.id(), "x".repeat(4_001), "t").join());
    assertEquals(repeated, fixture.send(ada.id(), group.id(), null, "t").join());
    assertInstanceOf(
        Refused.InvalidContent.class, fixture.send(ada.id(), group.id(), null, "u").join());
    assertInstanceOf(
        Refused.InvalidContent.class, fixture.send(ada.id(), group.id(), "", "u").join());
    assertEquals(2, accepted(fixture.send(ada.id(), group.id(), "next", "u").join()).seq());
  }

  @Test
  void doublesNothingWithoutATempIdEither() {
    assertNotEquals(
        accepted(fixture.send(ada.id(), group.id(), "same", null).join()).id(),
        accepted(fixture.send(ada.id(), group.id(), "same", null).join()).id());
  }

  @Test
  void keepsTheOrderOfTheCallsAndRepliesInIt() throws Exception {
    List<Long> replies = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(500);
    for (int i = 0; i < 500; i++) {
      SendMessage command =
          new SendMessage(ada.id(), group.id(), "m" + i, MessageType.TEXT, "t" + i);
      fixture
          .chat
          .messages()
          .send(
              command,
              sent -> {
                replies.add(accepted(sent).seq());
                done.countDown();
              });
    }
    done.await();
    assertEquals(IntStream.rangeClosed(1, 500).mapToObj(i -> (long) i).toList(), replies);
    List<Message> stored = fixture.store.messagesUpward(group.id(), 1, 500, 500);
    assertEquals(
        IntStream.range(0, 500).mapToObj(i -> "m" + i).toList(),
        stored.stream().map(Message::content).toList());
  }

  @Test
  void saysUnavailableWhenTheCommitFailsAndStoresTheRetry() throws Exception {
    fixture.store.failCommits(true);
    assertEquals(new Refused.Unavailable(), fixture.send(ada.id(), group.id(), "x", "t").join());
    assertEquals(new Refused.Unavailable(), fixture.send(ada.id(), group.id(), "", "t").join());
    assertEquals(0, fixture.store.newestSeq(group.id()));
    fixture.store.failCommits(false);
    assertEquals(1, accepted(fixture.send(ada.id(), group.id(), "x", "t").join()).seq());
    fixture.listener.forgetFaults();
  }

  @Test
  void saysUnavailableWhenTheStoreCannotTellWhyNot() {
    fixture.store.failQuestions(true);
    assertEquals(new Refused.Unavailable(), fixture.send(bob.id(), UNKNOWN, "x", null).join());
    fixture.store.failQuestions(false);
    fixture.listener.forgetFaults();
  }

  @Test
  void refusesCommandsThatCannotBe() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new SendMessage(ada.id(), group.id(), "x", MessageType.SYSTEM, null));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SendMessage(ada.id(), group.id(), "x", MessageType.TEXT, ""));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SendMessage(ada.id(), group.id(), "x", MessageType.TEXT, "t".repeat(129)));
    for (String broken : List.of("\ud800", "t\udbff", "\udc00t")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new SendMessage(ada.id(), group.id(), "x", MessageType.TEXT, broken));
    }
  }

  @Test
  void tellsOneWhoIsNoMemberAnyMoreWhatIsStored() throws Exception {
    User carol = fixture.user("carol");
    User dave = fixture.begin(fixture.user("dave")).user();
    for (User outsider : List.of(carol, dave)) {
      Write.AppendMessage write =
          new Write.AppendMessage(
              ObjectId.next(HeldTime.START),
              group.id(),
              outsider.id(),
              "sent as a member",
              MessageType.TEXT,
              "t",
              HeldTime.START,
              /* readersMax= */ 0);
      Message stored = ((Write.Appended) fixture.store.commit(List.of(write)).getFirst()).message();
      assertEquals(
          new Sent.Repeated(stored, List.of()),
          fixture.send(outsider.id(), group.id(), "x", "t").join());
      assertEquals(
          new Refused.NotMember(), fixture.send(outsider.id(), group.id(), "x", "u").join());
    }
  }

  @Test
  void tellsTheNewestSeqAfterWhatWasSentBefore() {
    fixture.send(ada.id(), group.id(), "1", null);
    fixture.send(ada.id(), group.id(), "2", null);
    CompletableFuture<Long> newest = new CompletableFuture<>();
    fixture.chat.messages().newestSeq(group.id(), Outcome.of(newest::complete, _ -> {}));
    assertEquals(2, newest.join());
  }

  @Test
  void replaysEverythingMissedOrTellsTheGap() throws Exception {
    for (int i = 1; i <= 501; i++) {
      accepted(fixture.send(ada.id(), group.id(), "m" + i, null).join());
    }
    Replays replays = fixture.chat.replays();
    Replay.Complete all =
        assertInstanceOf(Replay.Complete.class, replays.replay(group.id(), 1, 501));
    assertEquals(500, all.messages().size());
    assertEquals(2, all.messages().getFirst().seq());
    assertEquals(new Replay.Gap(1, 501), replays.replay(group.id(), 0, 501));
    assertEquals(
        List.of(),
        assertInstanceOf(Replay.Complete.class, replays.replay(group.id(), 501, 501)).messages());
    assertThrows(StoreException.class, () -> replays.replay(group.id(), 500, 502));
  }

  @Test
  void closesWhileMessagesWaitAndLosesNoneItAccepted() throws Exception {
    List<CompletableFuture<Sent>> sent = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      sent.add(fixture.send(ada.id(), group.id(), "m" + i, null));
    }
    fixture.chat.close();
    for (CompletableFuture<Sent> each : sent) {
      accepted(each.join());
    }
    assertEquals(300, fixture.store.newestSeq(group.id()));
    assertEquals(
        new Refused.Unavailable(), fixture.send(ada.id(), group.id(), "late", null).getNow(null));
    assertTrue(fixture.chat.writer().waiting() == 0);
  }
}
