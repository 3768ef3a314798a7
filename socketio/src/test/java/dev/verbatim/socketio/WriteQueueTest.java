package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What waits for WebSockets whose readers stop is what they read when they come back. */
@Timeout(120)
final class WriteQueueTest {
  private static final String TEXT = "x".repeat(1_000);
  private static final byte[] ATTACHMENT = {1, 2, 3};
  private static final int TEXT_FRAME = 0x81;
  private static final int PING_FRAME = 0x89;
  private static final int PONG_FRAME = 0x8a;

  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

  private TestServer server(Line line) {
    TestServer server =
        new TestServer(
            SocketIoOptions.builder().build(),
            2,
            0,
            pipeline -> {
              pipeline.channel().config().setOption(ChannelOption.SO_SNDBUF, 16 * 1024);
              line.addTo(pipeline);
            });
    server.io().of("/").onDisconnect((_, reason) -> reasons.add(reason));
    return server;
  }

  private static RawClient connect(TestServer server, Line line) throws IOException {
    RawClient client = line.slowWebSocket(server);
    client.send(RawClient.frame(TEXT_FRAME, "40"));
    client.readFrame();
    return client;
  }

  private static <T> T onLoop(Socket socket, Function<Transport, T> question) {
    return CompletableFuture.supplyAsync(
            () -> question.apply(socket.session().transport()), socket.executor())
        .join();
  }

  private static boolean isFarBehind(Socket socket) {
    return onLoop(socket, Transport::queuedBytes) > 1_000_000;
  }

  /** Sends to all, and to each alone, until everybody is far behind; how many rounds it were. */
  private static int sendMuch(TestServer server, List<Socket> sockets) {
    Namespace main = server.io().of("/");
    int round = 0;
    while (!sockets.stream().allMatch(WriteQueueTest::isFarBehind)) {
      for (int i = 0; i < 10; i++) {
        main.emit("all", round, TEXT);
        main.emit("binary", round, ATTACHMENT);
        for (Socket socket : sockets) {
          socket.emit("own", round, TEXT);
        }
        round++;
      }
      server.settle();
    }
    return round;
  }

  private static void expect(RawClient client, int rounds) throws IOException {
    for (int round = 0; round < rounds; round++) {
      assertEquals("42[\"all\"," + round + ",\"" + TEXT + "\"]", nextMessage(client));
      assertEquals(
          "451-[\"binary\"," + round + ",{\"_placeholder\":true,\"num\":0}]", nextMessage(client));
      assertArrayEquals(ATTACHMENT, client.readWholeFrame().payload().toByteArray());
      assertEquals("42[\"own\"," + round + ",\"" + TEXT + "\"]", nextMessage(client));
    }
  }

  private static String nextMessage(RawClient client) throws IOException {
    RawClient.ServerFrame frame = client.readWholeFrame();
    assertEquals(TEXT_FRAME, frame.first());
    return frame.payload().utf8();
  }

  @ParameterizedTest
  @EnumSource
  void bringsEverythingInOrderToWhoComesBack(Line line) throws IOException {
    try (TestServer server = server(line);
        RawClient one = connect(server, line);
        RawClient other = connect(server, line)) {
      List<Socket> sockets = List.of(server.nextSocket(), server.nextSocket());
      int rounds = sendMuch(server, sockets);
      for (Socket socket : sockets) {
        assertFalse(onLoop(socket, Transport::isWritable));
      }
      expect(one, rounds);
      expect(other, rounds);
      for (Socket socket : sockets) {
        while (!onLoop(socket, Transport::isWritable)) {
          Thread.onSpinWait();
        }
        socket.emit("last");
      }
      assertEquals("42[\"last\"]", nextMessage(one));
      assertEquals("42[\"last\"]", nextMessage(other));
      forgetsAll(server);
      assertTrue(reasons.isEmpty());
    }
  }

  @ParameterizedTest
  @EnumSource
  void closesBehindWhatWaits(Line line) throws IOException, InterruptedException {
    try (TestServer server = server(line);
        RawClient one = connect(server, line);
        RawClient other = connect(server, line)) {
      List<Socket> sockets = List.of(server.nextSocket(), server.nextSocket());
      int rounds = sendMuch(server, sockets);
      for (Socket socket : sockets) {
        socket.disconnect(true);
      }
      for (RawClient client : List.of(one, other)) {
        expect(client, rounds);
        assertEquals("41", nextMessage(client));
        client.readClose();
      }
      assertEquals(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, reasons.take());
    }
  }

  @ParameterizedTest
  @EnumSource
  void bringsWhatWaitsBeforeTheServerStops(Line line) throws IOException {
    try (TestServer server = server(line);
        RawClient client = connect(server, line)) {
      int rounds = sendMuch(server, List.of(server.nextSocket()));
      CompletableFuture<Void> stopped =
          server.io().close(Duration.ofMinutes(1)).toCompletableFuture();
      expect(client, rounds);
      assertEquals(CloseCause.GOING_AWAY.webSocketCode(), client.readClose());
      client.close();
      stopped.join();
    }
  }

  @ParameterizedTest
  @EnumSource
  void cutsWhoReadsNothingWhenTheServerStops(Line line) throws IOException, InterruptedException {
    try (TestServer server = server(line);
        RawClient client = connect(server, line)) {
      sendMuch(server, List.of(server.nextSocket()));
      server.io().close(Duration.ofMillis(1)).toCompletableFuture().join();
      assertEquals(DisconnectReason.SERVER_SHUTTING_DOWN, reasons.take());
      forgetsAll(server);
    }
  }

  @ParameterizedTest
  @EnumSource
  void forgetsWhatWaitsForWhoIsGone(Line line) throws IOException, InterruptedException {
    try (TestServer server = server(line)) {
      try (RawClient client = connect(server, line)) {
        sendMuch(server, List.of(server.nextSocket()));
        assertTrue(server.io().counters().backlog().bytes() > 0);
      }
      reasons.take();
      forgetsAll(server);
    }
  }

  private static void forgetsAll(TestServer server) {
    while (server.io().counters().backlog().bytes() > 0) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersPingsBeforeWhatWaits(Line line) throws IOException {
    try (TestServer server = server(line);
        RawClient client = connect(server, line)) {
      List<Socket> sockets = List.of(server.nextSocket());
      int messages = 4 * sendMuch(server, sockets);
      client.send(RawClient.frame(PING_FRAME, "?"));
      int before = 0;
      while (client.readWholeFrame().first() != PONG_FRAME) {
        before++;
      }
      assertTrue(before < messages, before + " of " + messages);
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesLittleForEachWriteThatWaits(Line line) throws IOException {
    int count = 10_000;
    // When the system takes the last bytes of one run meanwhile, the next is encrypted, each for
    // itself.
    long run = line == Line.ENCRYPTED ? WriteQueue.RUN_WRITES * (TEXT.length() + 100L) : 0;
    try (TestServer server = server(line);
        RawClient one = connect(server, line);
        RawClient other = connect(server, line)) {
      List<Socket> sockets = List.of(server.nextSocket(), server.nextSocket());
      Namespace main = server.io().of("/");
      int large = 0;
      while (!sockets.stream().allMatch(WriteQueueTest::isFarBehind)) {
        main.emit("all", large++, TEXT);
        server.settle();
      }
      List<Long> before = new ArrayList<>();
      sockets.forEach(socket -> before.add(onLoop(socket, Transport::memoryBytes)));
      for (int i = 0; i < count; i++) {
        main.emit("x", i);
      }
      server.settle();
      for (int i = 0; i < sockets.size(); i++) {
        long more = onLoop(sockets.get(i), Transport::memoryBytes) - before.get(i);
        assertTrue(more > -run && more < 10L * count + run, "bytes: " + more);
      }
      for (RawClient client : List.of(one, other)) {
        for (int i = 0; i < large; i++) {
          assertEquals("42[\"all\"," + i + ",\"" + TEXT + "\"]", nextMessage(client));
        }
        for (int i = 0; i < count; i++) {
          assertEquals("42[\"x\"," + i + "]", nextMessage(client));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void countsOneReadersOwnUntilItHasThem(Line line) throws IOException {
    try (TestServer server = server(line);
        RawClient client = connect(server, line)) {
      Socket socket = server.nextSocket();
      int sent = 0;
      while (!isFarBehind(socket)) {
        socket.emit("own", sent++, TEXT);
        server.settle();
      }
      for (int i = 0; i < sent; i++) {
        assertEquals("42[\"own\"," + i + ",\"" + TEXT + "\"]", nextMessage(client));
        if (i % 50 == 0) {
          boolean counted = onLoop(socket, t -> t.memoryBytes() >= t.queuedBytes());
          assertTrue(counted, "after " + i);
        }
      }
    }
  }
}
