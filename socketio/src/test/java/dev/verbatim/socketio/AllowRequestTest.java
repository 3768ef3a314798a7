package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.POLLING;
import static dev.verbatim.socketio.RawClient.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handshakes that somebody else decides about. */
@Timeout(180)
final class AllowRequestTest {
  private static final String OPEN = get(POLLING);

  /** What was asked about, and is decided by the tests, on their own thread. */
  private record Question(Handshake request, AllowRequest.Decision decision) {}

  private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
  private final BlockingQueue<ConnectionError> errors = new LinkedBlockingQueue<>();
  private final TestServer server = server(Duration.ofDays(1), Duration.ofDays(1));

  private TestServer server(Duration timeout, Duration heartbeat) {
    TestServer made =
        new TestServer(
            SocketIoOptions.builder()
                .pingInterval(heartbeat)
                .pingTimeout(heartbeat)
                .connectTimeout(Duration.ofDays(1))
                .limits(Limits.builder().allowRequestTimeout(timeout).build())
                .allowRequest((request, decision) -> questions.add(new Question(request, decision)))
                .build());
    made.io().of("/");
    made.io().onConnectionError(errors::add);
    return made;
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void beginsASessionWhenItIsAllowed() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send(OPEN.replace("polling", "polling&room=7"));
      Question question = questions.take();
      assertEquals("7", question.request().query("room"));
      assertEquals(0, server.io().sessionCount());
      question.decision().allow();
      String sid = RawClient.sid(client.readAnswer(200));
      // What comes after the first say counts no more.
      question.decision().refuse("too late");
      question.decision().allow();
      // Requests of sessions are not asked about.
      client.send(RawClient.post(POLLING + "&sid=" + sid, "40"));
      assertEquals("ok", client.readAnswer(200));
      assertEquals(1, server.io().sessionCount());
      assertNull(questions.poll());
      assertNull(errors.poll());
    }
  }

  @Test
  void beginsAWebSocketWhenItIsAllowed() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send(RawClient.upgrade(""));
      questions.take().decision().allow();
      assertEquals("HTTP/1.1 101 ", client.readHead().substring(0, 13));
      assertEquals("0{", client.readFrame().substring(0, 2));
      client.send(RawClient.frame(0x81, "40"));
      assertTrue(client.readFrame().startsWith("40{"));
    }
  }

  @Test
  void saysWhyItIsRefused() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send(OPEN);
      questions.take().decision().refuse("Thou \"shall\" not pass");
      assertEquals(
          "{\"code\":4,\"message\":\"Thou \\\"shall\\\" not pass\"}", client.readAnswer(403));
      client.send(OPEN);
      questions.take().decision().refuse(null);
      assertEquals("{\"code\":4,\"message\":\"Forbidden\"}", client.readAnswer(403));
      client.send(RawClient.upgrade(""));
      questions.take().decision().refuse("no");
      assertEquals("no", client.readAnswer(403));
      assertTrue(client.isEnded());
    }
    assertEquals(
        new ConnectionError.Context.Forbidden("Thou \"shall\" not pass"), errors.take().context());
  }

  @Test
  void answersRequestsBehindItInTheirOrder() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send(OPEN + get("/socket.io/?transport=x"));
      questions.take().decision().allow();
      assertTrue(client.readAnswer(200).startsWith("0{"));
      assertTrue(client.readAnswer(400).contains("Transport unknown"));
    }
  }

  @Test
  void waitsNoLongerThanItMay() throws Exception {
    try (TestServer hasty = server(Duration.ofMillis(1), Duration.ofDays(1));
        RawClient client = new RawClient(hasty)) {
      client.send(OPEN);
      assertEquals("{\"message\":\"Not decided in time\"}", client.readAnswer(503));
      questions.take().decision().allow();
      client.send(get("/socket.io/?transport=x"));
      assertTrue(client.readAnswer(400).contains("Transport unknown"));
      assertEquals(0, hasty.io().sessionCount());
      ConnectionError error = errors.take();
      assertEquals(new ConnectionError.Context.Undecided(), error.context());
      assertEquals(-1, error.code());
    }
  }

  @Test
  void beginsNothingForWhoHasLeft() throws Exception {
    try (TestServer hasty = server(Duration.ofDays(1), Duration.ofMillis(10))) {
      Question question;
      try (RawClient client = new RawClient(hasty)) {
        client.send(OPEN);
        question = questions.take();
      }
      // If the server learns of it later than of this, a session begins, and ends as others do.
      question.decision().allow();
      hasty.settle();
      while (hasty.io().sessionCount() > 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void beginsNothingWhenTheServerGoesMeanwhile() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send(OPEN);
      Question question = questions.take();
      server.io().close(Duration.ofDays(1)).toCompletableFuture().join();
      question.decision().allow();
      assertEquals("{\"message\":\"Shutting down\"}", client.readAnswer(503));
      assertEquals(new ConnectionError.Context.ShuttingDown(), errors.remove().context());
      assertTrue(client.isEnded());
    }
  }

  @Test
  void refusesAWebSocketWhoseClientDidNotWait() throws IOException, InterruptedException {
    try (RawClient client = new RawClient(server)) {
      client.send(RawClient.upgrade("") + OPEN);
      questions.take().decision().allow();
      client.readAnswer(400);
      assertTrue(client.isEnded());
    }
  }
}
