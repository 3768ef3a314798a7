package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.User;
import java.time.Duration;
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
      assertEquals(new Sent.Repeated(accepted.message()), retry.join());
      assertInstanceOf(Sent.Accepted.class, other.join());
    }
  }

  @Test
  void boundsTheQuestionsThatRefusalsAsk() throws Exception {
    ChatSettings settings = ChatSettings.builder().messageRate(1, 1).questionsMax(1).build();
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
      CompletableFuture<Sent> refused = fixture.send(bob.id(), group.id(), "", "t");
      asked.await();
      assertEquals(new Refused.Unavailable(), fixture.send(bob.id(), group.id(), "", "u").join());
      opened.countDown();
      assertInstanceOf(Refused.InvalidContent.class, refused.join());
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
