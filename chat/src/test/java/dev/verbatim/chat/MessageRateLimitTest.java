package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.User;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class MessageRateLimitTest {
  private static final ChatSettings TWO_AT_ONCE = ChatSettings.builder().messageRate(1, 2).build();

  @Test
  void limitsEachUserToTheRate() throws Exception {
    try (ChatFixture fixture = new ChatFixture(TWO_AT_ONCE)) {
      User ada = fixture.user("ada");
      Group group = fixture.group(ada);
      fixture.begin(ada);
      assertInstanceOf(Sent.Accepted.class, fixture.send(ada.id(), group.id(), "1", null).join());
      assertInstanceOf(Sent.Accepted.class, fixture.send(ada.id(), group.id(), "2", null).join());
      assertEquals(
          new Refused.RateLimited(1), fixture.send(ada.id(), group.id(), "3", null).getNow(null));
      assertEquals(
          new Refused.RateLimited(1), fixture.send(ada.id(), group.id(), "3", "t3").join());
      fixture.time.advance(Duration.ofSeconds(1));
      assertInstanceOf(Sent.Accepted.class, fixture.send(ada.id(), group.id(), "3", "t3").join());
    }
  }

  @Test
  void countsNoRetryOfAKnownTempId() throws Exception {
    try (ChatFixture fixture = new ChatFixture(TWO_AT_ONCE)) {
      User ada = fixture.user("ada");
      Group group = fixture.group(ada);
      fixture.begin(ada);
      assertInstanceOf(Sent.Accepted.class, fixture.send(ada.id(), group.id(), "1", "t").join());
      for (int i = 0; i < 10; i++) {
        assertInstanceOf(Sent.Repeated.class, fixture.send(ada.id(), group.id(), "1", "t").join());
      }
      assertInstanceOf(Sent.Accepted.class, fixture.send(ada.id(), group.id(), "2", null).join());
      assertInstanceOf(
          Sent.Repeated.class,
          fixture.send(ada.id(), group.id(), "1", "t").join(),
          "with an empty bucket too");
    }
  }

  @Test
  void neverRefusesARetryWhoseFirstCopyStillWaits() throws Exception {
    try (ChatFixture fixture = new ChatFixture(TWO_AT_ONCE)) {
      User ada = fixture.user("ada");
      Group group = fixture.group(ada);
      fixture.begin(ada);
      fixture.drain();
      CountDownLatch opened = new CountDownLatch(1);
      fixture.store.beforeCommit(() -> join(opened));
      CompletableFuture<Sent> other = fixture.send(ada.id(), group.id(), "0", null);
      CompletableFuture<Sent> first = fixture.send(ada.id(), group.id(), "1", "t");
      CompletableFuture<Sent> retry = fixture.send(ada.id(), group.id(), "1", "t");
      opened.countDown();
      Sent.Accepted accepted = assertInstanceOf(Sent.Accepted.class, first.join());
      assertEquals(new Sent.Repeated(accepted.message(), List.of()), retry.join());
      assertInstanceOf(Sent.Accepted.class, other.join());
    }
  }

  @Test
  void letsPassWhatIsNewBehindRetriesThatAreStillUnderWay() throws Exception {
    try (ChatFixture fixture = new ChatFixture(TWO_AT_ONCE)) {
      User ada = fixture.user("ada");
      Group group = fixture.group(ada);
      fixture.begin(ada);
      assertInstanceOf(Sent.Accepted.class, fixture.send(ada.id(), group.id(), "1", "a").join());
      assertInstanceOf(Sent.Accepted.class, fixture.send(ada.id(), group.id(), "2", "b").join());
      fixture.time.advance(Duration.ofSeconds(2));
      Gate gate = fixture.holdWriter();
      CompletableFuture<Sent> retry = fixture.send(ada.id(), group.id(), "1", "a");
      CompletableFuture<Sent> other = fixture.send(ada.id(), group.id(), "2", "b");
      CompletableFuture<Sent> third = fixture.send(ada.id(), group.id(), "3", "c");
      CompletableFuture<Sent> fourth = fixture.send(ada.id(), group.id(), "4", null);
      CompletableFuture<Sent> fifth = fixture.send(ada.id(), group.id(), "5", "d");
      gate.open();
      assertInstanceOf(Sent.Repeated.class, retry.join());
      assertInstanceOf(Sent.Repeated.class, other.join());
      assertEquals(3, accepted(third).seq());
      assertEquals(4, accepted(fourth).seq());
      assertEquals(new Refused.RateLimited(1), fifth.join());
      assertEquals(
          new Refused.RateLimited(1), fixture.send(ada.id(), group.id(), "6", null).getNow(null));
    }
  }

  private static Message accepted(CompletableFuture<Sent> sent) {
    return assertInstanceOf(Sent.Accepted.class, sent.join()).message();
  }

  @Test
  void boundsTheQuestionsThatRefusalsAsk() throws Exception {
    ChatSettings settings = ChatSettings.builder().messageRate(1, 2).questionsMax(1).build();
    try (ChatFixture fixture = new ChatFixture(settings)) {
      User ada = fixture.user("ada");
      User bob = fixture.user("bob");
      Group group = fixture.group(ada);
      fixture.begin(bob);
      CountDownLatch asked = new CountDownLatch(1);
      CountDownLatch opened = new CountDownLatch(1);
      fixture.store.beforeQuestion(
          () -> {
            asked.countDown();
            join(opened);
          });
      CompletableFuture<Sent> refused = fixture.send(bob.id(), group.id(), "x", "t");
      asked.await();
      assertEquals(new Refused.Unavailable(), fixture.send(bob.id(), group.id(), "x", "u").join());
      opened.countDown();
      assertInstanceOf(Refused.NotMember.class, refused.join());
    }
  }

  private static void join(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
