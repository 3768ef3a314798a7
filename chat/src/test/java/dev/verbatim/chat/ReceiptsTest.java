package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.GroupStore.Standing;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiptsTest extends TwoInAGroup {
  private static final ObjectId UNKNOWN = new ObjectId(9, 9);

  private MarkedRead mark(User user, Group in, ObjectId... messageIds) {
    return fixture
        .<MarkedRead>reply(
            reply -> fixture.chat.receipts().mark(user.id(), in.id(), List.of(messageIds), reply))
        .join();
  }

  private static MarkedRead read(ObjectId... messageIds) {
    return new MarkedRead.Read(List.of(messageIds), HeldTime.START);
  }

  @Test
  void marksAsReadOnce() throws Exception {
    Message message = fixture.sent(ada, group, "x");
    fixture.time.advance(Duration.ofSeconds(3));
    MarkedRead.Read first =
        new MarkedRead.Read(List.of(message.id()), HeldTime.START.plusSeconds(3));
    assertEquals(first, fixture.markRead(bob.id(), group.id(), message.id()).join());
    fixture.time.advance(Duration.ofSeconds(3));
    MarkedRead.Read nothing = new MarkedRead.Read(List.of(), HeldTime.START.plusSeconds(6));
    assertEquals(nothing, fixture.markRead(bob.id(), group.id(), message.id()).join());
    assertEquals(
        nothing,
        fixture.markRead(ada.id(), group.id(), message.id()).join(),
        "own messages count as read");
    assertEquals(
        List.of(new Readers.Reader(bob.id(), HeldTime.START.plusSeconds(3))),
        fixture.chat.messages().readers(message));
  }

  @Test
  void marksManyInOneWriteAndTellsThoseNewlyRead() throws Exception {
    ObjectId first = fixture.sent(ada, group, "1").id();
    ObjectId own = fixture.sent(bob, group, "2").id();
    ObjectId third = fixture.sent(ada, group, "3").id();
    ObjectId fourth = fixture.sent(ada, group, "4").id();
    ObjectId elsewhere = fixture.sent(ada, fixture.group(ada, bob), "5").id();
    assertEquals(read(third), mark(bob, group, third));
    int commits = fixture.store.commitSizes().size();
    assertEquals(
        read(fourth, first),
        mark(bob, group, fourth, UNKNOWN, own, third, elsewhere, first, fourth));
    List<Integer> sizes = fixture.store.commitSizes();
    assertEquals(List.of(1), sizes.subList(commits, sizes.size()));
    assertEquals(read(), mark(bob, group, first, third, fourth));
    assertEquals(read(), mark(bob, group));
    assertEquals(
        List.of(),
        fixture.store.readers(group.id(), 2, 2, 10).of(fixture.store.message(own).orElseThrow()));
  }

  @Test
  void movesTheHighestReadSeqAndTheUnreadCount() throws Exception {
    fixture.sent(ada, group, "1");
    ObjectId second = fixture.sent(ada, group, "2").id();
    fixture.sent(ada, group, "3");
    assertEquals(read(second), mark(bob, group, second));
    Standing standing = fixture.store.standing(bob.id(), group.id()).orElseThrow();
    assertEquals(2, standing.lastReadSeq());
    assertEquals(1, standing.unreadCount());
  }

  @Test
  void marksForAMemberWhoHasNoSessionHere() throws Exception {
    User carol = fixture.user("carol");
    assertInstanceOf(Roster.Joined.Done.class, fixture.chat.roster().join(carol.id(), group.id()));
    ObjectId message = fixture.sent(ada, group, "x").id();
    assertEquals(read(message), mark(carol, group, message));
    assertEquals(read(), fixture.markRead(carol.id(), group.id(), message).join());
  }

  @Test
  void marksNothingThatTheReaderCannotSee() throws Exception {
    Group hidden = fixture.group(ada, true);
    Group others = fixture.group(ada);
    Group other = fixture.group(bob);
    ObjectId id = fixture.sent(ada, others, "x").id();
    assertEquals(new Refused.NotMember(), fixture.markRead(bob.id(), others.id(), id).join());
    assertEquals(new Refused.NotMember(), mark(bob, others, id));
    assertEquals(new Refused.NoGroup(), fixture.markRead(bob.id(), hidden.id(), id).join());
    assertEquals(new Refused.NoGroup(), mark(bob, hidden));
    assertEquals(new Refused.NoMessage(), fixture.markRead(bob.id(), other.id(), id).join());
    assertEquals(new Refused.NoMessage(), fixture.markRead(ada.id(), group.id(), UNKNOWN).join());
    assertEquals(read(), mark(bob, other, id), "many are passed over");
    assertEquals(
        Readers.NOBODY.of(fixture.store.message(id).orElseThrow()),
        fixture.chat.messages().readers(fixture.store.message(id).orElseThrow()));
  }

  @Test
  void saysUnavailableWhenTheStoreFails() {
    ObjectId message = fixture.sent(ada, group, "x").id();
    Refused unavailable = new Refused.Unavailable();
    fixture.store.failCommits(true);
    assertEquals(unavailable, mark(bob, group, message));
    assertEquals(unavailable, fixture.markRead(bob.id(), group.id(), message).join());
    fixture.store.failCommits(false);
    fixture.store.failQuestions(true);
    assertEquals(unavailable, fixture.markRead(bob.id(), group.id(), UNKNOWN).join());
    assertEquals(unavailable, fixture.markRead(bob.id(), UNKNOWN, UNKNOWN).join());
    fixture.store.failQuestions(false);
    fixture.listener.forgetFaults();
    assertEquals(read(message), mark(bob, group, message));
  }
}
