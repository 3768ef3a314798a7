package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of edits and deletions; who may do them is {@link RightsTest}'s, too. */
class CorrectionsTest extends TwoInAGroup {
  private static final Instant LATER = HeldTime.START.plusSeconds(3);
  private static final Corrected NO_MESSAGE = new Refused.NoMessage();
  private static final Corrected NOT_ALLOWED = new Refused.NotAllowed();

  private static Message edited(Message message, String content, Instant at) {
    return corrected(message, content, false, at, at);
  }

  private static Message deleted(Message message, Instant at) {
    return corrected(message, "", true, message.editedAt(), at);
  }

  private static Message corrected(
      Message message, String content, boolean isDeleted, @Nullable Instant editedAt, Instant at) {
    return new Message(
        message.id(),
        message.groupId(),
        message.seq(),
        message.senderId(),
        content,
        message.type(),
        isDeleted,
        message.tempId(),
        editedAt,
        message.createdAt(),
        at);
  }

  private static Corrected done(Message message) {
    return new Corrected.Done(message, List.of());
  }

  private Message stored(Message message) throws StoreException {
    return fixture.store.message(message.id()).orElseThrow();
  }

  @Test
  void letsTheAuthorReplaceTheContent() throws Exception {
    Message message = fixture.sent(bob, group, "frist");
    fixture.sent(ada, group, "next");
    fixture.markRead(ada.id(), group.id(), message.id()).join();
    fixture.time.advance(Duration.ofSeconds(3));
    Message edited = edited(message, "first\0", LATER);
    assertEquals(
        new Corrected.Done(edited, List.of(new Readers.Reader(ada.id(), HeldTime.START))),
        fixture.edit(bob, message, " first\0 ").join());
    assertEquals(edited, stored(message));
    assertEquals(2, fixture.store.newestSeq(group.id()));
    assertEquals(NOT_ALLOWED, fixture.edit(ada, message, "the owner's").join());
    assertEquals(edited, stored(message));
  }

  @Test
  void letsAuthorsAndWhoIsInChargeDelete() throws Exception {
    Message own = fixture.sent(bob, group, "own");
    Message others = fixture.sent(bob, group, "others");
    Message owners = fixture.sent(ada, group, "owner's");
    fixture.time.advance(Duration.ofSeconds(3));
    assertEquals(done(deleted(own, LATER)), fixture.delete(bob, own).join());
    assertEquals(done(deleted(others, LATER)), fixture.delete(ada, others).join());
    assertEquals(NOT_ALLOWED, fixture.delete(bob, owners).join());
    assertEquals(deleted(own, LATER), stored(own));
    assertEquals(owners, stored(owners));
    assertEquals(
        new Changed.Done(),
        fixture.chat.roster().changeRole(ada.id(), group.id(), bob.id(), Role.ADMIN));
    assertEquals(done(deleted(owners, LATER)), fixture.delete(bob, owners).join());
    assertEquals(Map.of(), fixture.chat.messages().lastOf(List.of(group.id())));
  }

  @Test
  void deletesOnceAndForGood() throws Exception {
    Message message = fixture.sent(bob, group, "gone");
    fixture.edit(bob, message, "going").join();
    Message deleted = deleted(edited(message, "", HeldTime.START), HeldTime.START);
    assertEquals(done(deleted), fixture.delete(bob, message).join());
    fixture.time.advance(Duration.ofSeconds(3));
    assertEquals(new Corrected.Unchanged(), fixture.delete(bob, message).join());
    assertEquals(new Corrected.Unchanged(), fixture.delete(ada, message).join());
    assertEquals(NO_MESSAGE, fixture.edit(bob, message, "back").join());
    assertEquals(deleted, stored(message));
  }

  @Test
  void refusesContentAtOnceOnTheCallersThread() {
    Message message = fixture.sent(bob, group, "said");
    assertEquals(
        new Refused.TooLong(4_000), fixture.edit(bob, message, "x".repeat(4_001)).getNow(null));
    for (String content : List.of("", " \n ", "\ud83d")) {
      assertInstanceOf(
          Refused.InvalidContent.class, fixture.edit(bob, message, content).getNow(null));
    }
    assertEquals(
        "x".repeat(4_000),
        assertInstanceOf(
                Corrected.Done.class, fixture.edit(bob, message, "x".repeat(4_000) + " ").join())
            .message()
            .content());
  }

  @Test
  void findsNoMessageOfAnotherGroup() throws Exception {
    Message message = fixture.sent(bob, group, "said");
    ObjectId other = fixture.group(bob).id();
    Corrections corrections = fixture.chat.corrections();
    assertEquals(
        NO_MESSAGE,
        fixture
            .<Corrected>reply(reply -> corrections.edit(bob.id(), other, message.id(), "x", reply))
            .join());
    assertEquals(
        NO_MESSAGE,
        fixture
            .<Corrected>reply(reply -> corrections.delete(bob.id(), other, message.id(), reply))
            .join());
    assertEquals(
        NO_MESSAGE,
        fixture
            .<Corrected>reply(
                reply -> corrections.delete(bob.id(), group.id(), new ObjectId(9, 9), reply))
            .join());
    assertEquals(message, stored(message));
  }

  @Test
  void correctsForAMemberWhoHasNoSessionHere() throws Exception {
    User carol = fixture.user("carol");
    assertInstanceOf(Roster.Joined.Done.class, fixture.chat.roster().join(carol.id(), group.id()));
    Message message = fixture.sent(carol, group, "said");
    assertEquals(
        done(edited(message, "better", HeldTime.START)),
        fixture.edit(carol, message, "better").join());
    assertInstanceOf(Corrected.Done.class, fixture.delete(carol, message).join());
  }

  @Test
  void letsAnAuthorCorrectNothingOnceRemoved() throws Exception {
    Message message = fixture.sent(bob, group, "said");
    assertEquals(new Changed.Done(), fixture.chat.roster().remove(ada.id(), group.id(), bob.id()));
    assertEquals(new Refused.NotMember(), fixture.edit(bob, message, "x").join());
    assertEquals(new Refused.NotMember(), fixture.delete(bob, message).join());
    assertEquals(message, stored(message));
  }

  @Test
  void decidesWhatRacesInTheOrderOfTheCommit() throws Exception {
    Message edited = fixture.sent(bob, group, "edited");
    Message deleted = fixture.sent(bob, group, "deleted");
    Message removed = fixture.sent(bob, group, "removed");
    Gate gate = fixture.holdWriter();
    CompletableFuture<Corrected> edit = fixture.edit(bob, edited, "as it was");
    CompletableFuture<Corrected> thenDelete = fixture.delete(ada, edited);
    CompletableFuture<Corrected> delete = fixture.delete(ada, deleted);
    CompletableFuture<Corrected> thenEdit = fixture.edit(bob, deleted, "too late");
    CompletableFuture<Corrected> again = fixture.delete(bob, deleted);
    CompletableFuture<Changed> removal =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return fixture.chat.roster().leave(bob.id(), group.id());
              } catch (StoreException e) {
                throw new AssertionError(e);
              }
            },
            fixture.blocking);
    fixture.awaitWaiting(6);
    CompletableFuture<Corrected> afterLeaving = fixture.edit(bob, removed, "from outside");
    gate.open();
    assertEquals(done(edited(edited, "as it was", HeldTime.START)), edit.join());
    assertInstanceOf(Corrected.Done.class, thenDelete.join());
    assertInstanceOf(Corrected.Done.class, delete.join());
    assertEquals(NO_MESSAGE, thenEdit.join());
    assertEquals(new Corrected.Unchanged(), again.join());
    assertEquals(new Changed.Done(), removal.join());
    assertEquals(NOT_ALLOWED, afterLeaving.join());
    assertEquals(removed, stored(removed));
  }

  @Test
  void tellsARetryTheMessageAsItNowIs() {
    Message message =
        assertInstanceOf(
                Sent.Accepted.class, fixture.send(bob.id(), group.id(), "said", "t").join())
            .message();
    fixture.edit(bob, message, "better").join();
    Message edited = edited(message, "better", HeldTime.START);
    assertEquals(
        new Sent.Repeated(edited, List.of()), fixture.send(bob.id(), group.id(), "", "t").join());
    fixture.delete(bob, message).join();
    assertEquals(
        new Sent.Repeated(deleted(edited, HeldTime.START), List.of()),
        fixture.send(bob.id(), group.id(), "said", "t").join());
  }

  @Test
  void saysUnavailableWhenTheStoreFails() throws Exception {
    Message message = fixture.sent(bob, group, "said");
    User carol = fixture.user("carol");
    Message elsewhere = fixture.sent(carol, fixture.group(carol), "not here");
    Refused unavailable = new Refused.Unavailable();
    fixture.store.failCommits(true);
    assertEquals(unavailable, fixture.edit(bob, message, "x").join());
    assertEquals(unavailable, fixture.delete(bob, message).join());
    fixture.store.failCommits(false);
    fixture.store.failQuestions(true);
    assertEquals(unavailable, fixture.edit(bob, elsewhere, "x").join());
    fixture.store.failQuestions(false);
    fixture.listener.forgetFaults();
    assertEquals(message, stored(message));
    fixture.chat.close();
    assertEquals(unavailable, fixture.delete(bob, message).getNow(null));
  }
}
