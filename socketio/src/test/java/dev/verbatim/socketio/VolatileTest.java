package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Volatile events on WebSockets: sent to who keeps up, and to nobody who is behind, ever. */
@Timeout(180)
final class VolatileTest {
  private static final String MUCH = "x".repeat(20_000);
  private static final Duration LONG = Duration.ofMinutes(10);

  private final TestServer server =
      new TestServer(
          SocketIoOptions.defaults(),
          2,
          0,
          pipeline -> pipeline.channel().config().setOption(ChannelOption.SO_SNDBUF, 16 * 1024));

  private final Namespace main = server.io().of("/");

  @AfterEach
  void close() {
    server.close();
  }

  private static boolean onLoop(Socket socket, Predicate<Socket> question) {
    return CompletableFuture.supplyAsync(() -> question.test(socket), socket.executor()).join();
  }

  /** A client that reads when it is told to, and its socket. */
  private record Slow(RawClient client, Socket socket) implements AutoCloseable {
    /** Reads all that it was sent to be behind. */
    void catchUp(int much) throws IOException {
      for (int i = 0; i < much; i++) {
        assertTrue(client.readFrame().startsWith("42[\"much\""));
      }
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  private Slow connectSlow() throws IOException {
    RawClient client = RawClient.slowWebSocket(server);
    client.send(RawClient.frame(0x81, "40"));
    client.readFrame();
    return new Slow(client, server.nextSocket());
  }

  /** Sends until a reader that reads nothing is far behind; how many events it then has to read. */
  private int leaveBehind(Socket socket) {
    int much = 0;
    while (onLoop(socket, it -> it.session().transport().queuedBytes() < 1_000_000)) {
      socket.emit("much", MUCH);
      server.settle();
      much++;
    }
    return much;
  }

  private void assertDropped(long expected) {
    server.settle();
    Long dropped = server.io().counters().dropped().get(Drop.VOLATILE);
    assertNotNull(dropped);
    assertEquals(expected, dropped);
  }

  @Test
  void reachesWhoKeepsUp() {
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      socket.volatile_().emit("one", 1);
      assertEquals("42[\"one\",1]", client.nextText());
      main.volatile_().emit("all", 1);
      assertEquals("42[\"all\",1]", client.nextText());
      var answer = socket.volatile_().timeout(LONG).emitWithAck("who").toCompletableFuture();
      client.send("43" + client.expectPrefix("42").replace("[\"who\"]", "[\"me\"]"));
      assertEquals("me", answer.join().argument(0, String.class));
      assertDropped(0);
    }
  }

  @Test
  void leavesOutASocketThatIsBehindUntilItHasCaughtUp() throws IOException {
    try (Slow slow = connectSlow()) {
      Socket socket = slow.socket();
      int much = leaveBehind(socket);
      socket.volatile_().emit("lost", 1);
      socket.volatile_().send(Frame.event(main, "lost", 2));
      socket.emit("kept", 3);
      assertDropped(2);
      slow.catchUp(much);
      assertEquals("42[\"kept\",3]", slow.client().readFrame());
      while (!onLoop(socket, Socket::isWritable)) {
        Thread.onSpinWait();
      }
      socket.volatile_().emit("again", 4);
      assertEquals("42[\"again\",4]", slow.client().readFrame());
      assertDropped(2);
    }
  }

  @Test
  void leavesOutOfABroadcastThoseAloneWhoAreBehind() throws IOException {
    try (Slow slow = connectSlow();
        WebSocketClient quick = WebSocketClient.connect(server)) {
      slow.socket().join("room");
      server.nextSocket().join("room");
      int much = leaveBehind(slow.socket());
      main.volatile_().emit("to all", 1);
      main.to("room").volatile_().emit("to a room", 1);
      main.to("room").to("other").volatile_().emit("to some", 1);
      main.emit("kept", 1);
      assertDropped(3);
      assertEquals("42[\"to all\",1]", quick.nextText());
      assertEquals("42[\"to a room\",1]", quick.nextText());
      assertEquals("42[\"to some\",1]", quick.nextText());
      assertEquals("42[\"kept\",1]", quick.nextText());
      slow.catchUp(much);
      assertEquals("42[\"kept\",1]", slow.client().readFrame());
    }
  }

  @Test
  void awaitsNoAnswerOfASocketThatIsBehind() throws IOException {
    try (Slow slow = connectSlow()) {
      int much = leaveBehind(slow.socket());
      var answer = slow.socket().volatile_().timeout(LONG).emitWithAck("who").toCompletableFuture();
      AckMissingException missing = failure(AckMissingException.class, answer);
      assertEquals(AckMissingException.Reason.DROPPED, missing.reason());
      assertDropped(1);
      slow.socket().emit("kept", 1);
      slow.catchUp(much);
      assertEquals("42[\"kept\",1]", slow.client().readFrame());
    }
  }

  @Test
  void awaitsTheAnswersOfThoseAloneWhoKeepUp() throws IOException {
    try (Slow slow = connectSlow();
        WebSocketClient quick = WebSocketClient.connect(server)) {
      int much = leaveBehind(slow.socket());
      var answers = main.volatile_().timeout(LONG).emitWithAck("who").toCompletableFuture();
      quick.send("43" + quick.expectPrefix("42").replace("[\"who\"]", "[\"me\"]"));
      BroadcastAckException failure = failure(BroadcastAckException.class, answers);
      assertEquals(1, failure.missing());
      assertEquals(1, failure.received().size());
      assertEquals("me", failure.received().getFirst().argument(0, String.class));
      assertDropped(1);
      main.emit("kept", 1);
      slow.catchUp(much);
      assertEquals("42[\"kept\",1]", slow.client().readFrame());
    }
  }

  private static <T extends Exception> T failure(Class<T> type, CompletableFuture<?> future) {
    CompletionException failure = assertThrows(CompletionException.class, future::join);
    return assertInstanceOf(type, failure.getCause());
  }
}
