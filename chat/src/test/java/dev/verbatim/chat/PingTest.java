package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PingTest {
  private static final Duration WAIT_MAX = ChatSettings.builder().build().commitWaitMax();

  private ChatFixture fixture;
  private User ada;
  private Group group;

  @BeforeEach
  void open() throws Exception {
    fixture = new ChatFixture();
    ada = fixture.user("ada");
    group = fixture.group(ada);
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  private Sent send() {
    return fixture.send(ada.id(), group.id(), "words", null).join();
  }

  private static void fail() {
    throw new IllegalStateException("this commit fails");
  }

  @Test
  void commitsNothingWhileAllIsWell() throws Exception {
    assertInstanceOf(Sent.Accepted.class, send());
    long commits = fixture.chat.writer().commits();
    fixture.chat.ping();
    assertEquals(commits, fixture.chat.writer().commits());
  }

  @Test
  void failsWhileCommitsDoAndNoLonger() throws Exception {
    fixture.store.beforeCommit(PingTest::fail);
    assertInstanceOf(Refused.Unavailable.class, send());
    for (int i = 0; i < 3; i++) {
      assertThrows(StoreException.class, fixture.chat::ping);
    }
    fixture.store.beforeCommit(() -> {});
    fixture.chat.ping();
    long commits = fixture.chat.writer().commits();
    fixture.chat.ping();
    assertEquals(commits, fixture.chat.writer().commits(), "asked again, though it is known");
  }

  @Test
  void failsAgainWhenCommitsFailAgain() throws Exception {
    for (int time = 0; time < 2; time++) {
      fixture.store.beforeCommit(PingTest::fail);
      assertInstanceOf(Refused.Unavailable.class, send());
      assertThrows(StoreException.class, fixture.chat::ping);
      fixture.store.beforeCommit(() -> {});
      fixture.chat.ping();
    }
  }

  @Test
  void failsWhileACommitTakesLongerThanAnybodyWaits() throws Exception {
    Gate gate = new Gate(fixture.store);
    CompletableFuture<Sent> sent = fixture.send(ada.id(), group.id(), "words", null);
    gate.awaitCommit();
    fixture.chat.ping();
    fixture.time.advance(WAIT_MAX.minusMillis(1));
    fixture.chat.ping();
    fixture.time.advance(Duration.ofMillis(1));
    assertThrows(StoreException.class, fixture.chat::ping);
    gate.open();
    assertInstanceOf(Sent.Accepted.class, sent.join());
    fixture.chat.ping();
  }
}
