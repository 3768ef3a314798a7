package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private final ChatFixture fixture;
  private final User ada;
  private final User bob;
  private final Group group;
  private final List<Message> messages = new ArrayList<>();

  HistoryTest() throws StoreException {
    fixture = new ChatFixture();
    ada = fixture.user("ada");
    bob = fixture.user("bob");
    group = fixture.group(ada, bob);
    for (int i = 1; i <= 130; i++) {
      Sent sent = fixture.send(ada.id(), group.id(), "m" + i, null).join();
      messages.add(assertInstanceOf(Sent.Accepted.class, sent).message());
    }
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
  }

  private History.Page page(Cursor cursor, int limit) throws StoreException {
    return assertInstanceOf(
        History.Page.class, fixture.chat.messages().history(bob.id(), group.id(), cursor, limit));
  }

  private static void assertSeqs(long first, long last, boolean hasMore, History.Page page) {
    assertEquals(
        LongStream.rangeClosed(first, last).boxed().toList(),
        page.messages().stream().map(Message::seq).toList());
    assertEquals(hasMore, page.hasMore());
  }

  @Test
  void readsPagesInBothDirections() throws Exception {
    assertSeqs(81, 130, true, page(new Cursor.Newest(), 50));
    assertSeqs(31, 130, true, page(new Cursor.Newest(), 1_000));
    assertSeqs(130, 130, true, page(new Cursor.Newest(), 0));
    assertSeqs(31, 80, true, page(new Cursor.Before(new Cursor.Seq(81)), 50));
    assertSeqs(1, 30, false, page(new Cursor.Before(new Cursor.Seq(31)), 30));
    assertSeqs(1, 30, false, page(new Cursor.Before(new Cursor.Seq(31)), 50));
    assertSeqs(1, 50, true, page(new Cursor.After(new Cursor.Seq(0)), 50));
    assertSeqs(121, 130, false, page(new Cursor.After(new Cursor.Seq(120)), 10));
  }

  @Test
  void excludesTheMessageThatTheCursorNames() throws Exception {
    ObjectId tenth = messages.get(9).id();
    assertSeqs(5, 9, true, page(new Cursor.Before(new Cursor.Id(tenth)), 5));
    assertSeqs(11, 15, true, page(new Cursor.After(new Cursor.Id(tenth)), 5));
  }

  @Test
  void readsNothingBeyondTheEnds() throws Exception {
    assertEquals(List.of(), page(new Cursor.Before(new Cursor.Seq(1)), 5).messages());
    assertEquals(List.of(), page(new Cursor.Before(new Cursor.Seq(0)), 5).messages());
    assertEquals(List.of(), page(new Cursor.After(new Cursor.Seq(130)), 5).messages());
    assertThrows(IllegalArgumentException.class, () -> new Cursor.Seq(-1));
  }

  @Test
  void refusesACursorOfAnotherGroup() throws Exception {
    Group other = fixture.group(bob);
    Messages reading = fixture.chat.messages();
    for (ObjectId id : List.of(messages.getFirst().id(), new ObjectId(9, 9))) {
      assertEquals(
          new Refused.NoMessage(),
          reading.history(bob.id(), other.id(), new Cursor.Before(new Cursor.Id(id)), 10));
      assertEquals(
          new Refused.NoMessage(),
          reading.history(bob.id(), other.id(), new Cursor.After(new Cursor.Id(id)), 10));
    }
  }

  @Test
  void showsNothingToOutsiders() throws Exception {
    User carol = fixture.user("carol");
    Group hidden = fixture.group(ada, true);
    Messages reading = fixture.chat.messages();
    assertEquals(
        new Refused.NotMember(), reading.history(carol.id(), group.id(), new Cursor.Newest(), 10));
    assertEquals(
        new Refused.NoGroup(), reading.history(carol.id(), hidden.id(), new Cursor.Newest(), 10));
    assertEquals(
        new Refused.NoGroup(),
        reading.history(carol.id(), new ObjectId(9, 9), new Cursor.Newest(), 10));
  }

  @Test
  void tellsTheReadersOfEachMessageButItsSender() throws Exception {
    fixture.markRead(bob.id(), group.id(), messages.get(128).id()).join();
    fixture.markRead(ada.id(), group.id(), messages.get(128).id()).join();
    History.Page page = page(new Cursor.Newest(), 2);
    assertEquals(
        List.of(new Readers.Reader(bob.id(), HeldTime.START)),
        page.readers().of(page.messages().getFirst()));
    assertEquals(List.of(), page.readers().of(page.messages().getLast()));
  }

  @Test
  void tellsNoMoreThanTheFirstHundredReaders() throws Exception {
    List<ObjectId> readers = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      User reader = fixture.user("reader" + i);
      fixture.chat.roster().join(reader.id(), group.id());
      assertInstanceOf(
          MarkedRead.Read.class,
          fixture.markRead(reader.id(), group.id(), messages.getFirst().id()).join());
      readers.add(reader.id());
    }
    assertEquals(
        readers.subList(0, 100),
        fixture.chat.messages().readers(messages.getFirst()).stream()
            .map(Readers.Reader::userId)
            .toList());
  }
}
