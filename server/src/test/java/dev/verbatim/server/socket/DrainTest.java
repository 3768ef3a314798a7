package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.Outcome;
import dev.verbatim.chat.WriterQueue;
import dev.verbatim.server.socket.RunningChat.WriterHold;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What sockets have asked for is answered before their transports are closed, in however many steps
 * it is done. A user may send one message a second here.
 */
@Timeout(180)
class DrainTest extends TwoInAGroup {
  private static final int QUEUE_MAX = 2;

  @Override
  ChatSettings.Builder settings() {
    return super.settings().messageRate(1, 1).writerQueueMax(QUEUE_MAX);
  }

  private String message(String tempId) {
    return inGroup(",\"content\":\"Hello\",\"tempId\":\"" + tempId + "\"");
  }

  private static void end(SocketClient client) {
    SocketClient.Received last = client.next();
    while (!last.name().startsWith("close ")) {
      last = client.next();
    }
    assertEquals("close 1001", last.name());
  }

  @Test
  void answersAMessageOfWhichItHadToBeAskedFirstWhetherItIsARetry() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      assertTrue(a.call("send_message", message("t1")).path("ok").asBoolean());
      CompletableFuture<Void> drained;
      try (WriterHold _ = running.holdWriter()) {
        // There is no token for it until it is known to be new.
        a.ask("send_message", message("t2"));
        WriterQueue.await(running.chat.writer(), 1);
        running.time.advance(Duration.ofSeconds(1));
        drained = running.drain().toCompletableFuture();
        running.awaitLoops();
      }
      assertTrue(a.await("acknowledgement").path("ok").asBoolean());
      end(a);
      drained.get(1, TimeUnit.MINUTES);
    }
  }

  @Test
  void answersQuestions() throws Exception {
    assertAnsweredBehindItsQuestion("get_messages", inGroup(""));
  }

  @Test
  void answersAJoinBehindItsReplay() throws Exception {
    assertAnsweredBehindItsQuestion("join_group", inGroup(",\"lastSeq\":0"));
  }

  /** The drain begins while the store is asked. */
  private void assertAnsweredBehindItsQuestion(String event, String payload) throws Exception {
    try (SocketClient a = running.connect("ada")) {
      running.questions.hold();
      a.ask(event, payload);
      running.questions.await(1);
      CompletableFuture<Void> drained = running.drain().toCompletableFuture();
      running.awaitLoops();
      running.questions.release();
      assertTrue(a.await("acknowledgement").path("ok").asBoolean());
      end(a);
      drained.get(1, TimeUnit.MINUTES);
    }
  }

  @Test
  void owesNothingForWhatItHasRefused() throws Exception {
    try (SocketClient a = running.connect("ada")) {
      assertFalse(a.call("send_message", "{}").path("ok").asBoolean());
      assertFalse(
          a.call("get_messages", inGroup(",\"after\":\"1\",\"before\":\"1\""))
              .path("ok")
              .asBoolean());
      running.settled().get(1, TimeUnit.MINUTES);
    }
  }

  @Test
  void waitsForAPlaceInTheWritersQueue() throws Exception {
    CompletableFuture<Void> settled;
    try (WriterHold _ = running.holdWriter()) {
      for (int i = 0; i < QUEUE_MAX; i++) {
        running.chat.messages().newestSeq(group.id(), Outcome.ignored());
      }
      settled = running.settled();
      assertFalse(settled.isDone());
    }
    WriterQueue.await(running.chat.writer(), 0);
    running.time.advance(Duration.ofSeconds(1));
    settled.get(1, TimeUnit.MINUTES);
  }
}
