package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits for all clients together has a bound, and counts as what it takes of the memory. */
@Timeout(180)
final class BacklogTest {
  private static final int TOTAL_MAX = 1 << 20;
  private static final int FRAME_BYTES = 20_000;

  /** One loop, and a system that takes in little for clients that do not read. */
  private final TestServer server =
      new TestServer(
          SocketIoOptions.builder()
              .limits(
                  Limits.builder()
                      .queuedBytesTotalMax(TOTAL_MAX)
                      .yieldedBytesMax(2 * TOTAL_MAX)
                      .build())
              .build(),
          1,
          0,
          pipeline -> pipeline.channel().config().setOption(ChannelOption.SO_SNDBUF, 16 * 1024));

  private final Namespace main = server.io().of("/");
  private final Frame frame =
      Frame.event(main, "x", ("\"" + "x".repeat(FRAME_BYTES) + "\"").getBytes(UTF_8));
  private final BlockingQueue<Socket> disconnected = new LinkedBlockingQueue<>();
  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

  @BeforeEach
  void listen() {
    // Then what a task on the loop leads to is known when the task is done.
    main.dispatch(Dispatch.EVENT_LOOP);
    main.onDisconnect(
        (socket, reason) -> {
          reasons.add(reason);
          disconnected.add(socket);
        });
  }

  @AfterEach
  void close() {
    server.close();
  }

  private RawClient slowWebSocket() throws IOException {
    RawClient client = RawClient.slowWebSocket(server);
    client.send(RawClient.frame(0x81, "40"));
    client.readFrame();
    return client;
  }

  private Counters.Waiting backlog() {
    return server.io().counters().backlog();
  }

  private static long queuedBytes(Socket socket) {
    return CompletableFuture.supplyAsync(
            () -> socket.session().transport().queuedBytes(), socket.executor())
        .join();
  }

  private static void closeAll(List<RawClient> clients) throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
  }

  private void assertNothingWaitsInTheEnd() {
    while (backlog().bytes() > 0) {
      Thread.onSpinWait();
    }
    assertEquals(0, backlog().readers());
  }

  @Test
  void closesTheSlowestWhenTooMuchWaitsForAll() throws IOException, InterruptedException {
    try (RawClient _ = slowWebSocket()) {
      Socket slowest = server.nextSocket();
      while (backlog().bytes() < TOTAL_MAX * 3 / 4) {
        slowest.send(frame);
        server.settle();
      }
      assertEquals(1, backlog().readers());
      try (RawClient _ = slowWebSocket()) {
        Socket other = server.nextSocket();
        while (disconnected.isEmpty()) {
          other.send(frame);
          server.settle();
        }
        // The handlers run in the middle of the relief.
        server.settle();
        assertEquals(slowest, disconnected.poll());
        assertEquals(DisconnectReason.SLOW_READER, reasons.poll());
        assertTrue(other.connected());
        assertTrue(backlog().bytes() < TOTAL_MAX, () -> backlog().toString());
        assertTrue(backlog().bytesHighest() > TOTAL_MAX, () -> backlog().toString());
        assertEquals(1, backlog().readers());
      }
    }
  }

  @Test
  void dropsWhatMayBeDroppedBeforeItClosesAnybody() throws IOException, InterruptedException {
    try (RawClient first = slowWebSocket();
        RawClient second = slowWebSocket()) {
      List<Socket> sockets = List.of(server.nextSocket(), server.nextSocket());
      int kept = 0;
      while (backlog().bytes() < TOTAL_MAX / 2) {
        for (Socket socket : sockets) {
          socket.send(frame);
          socket.conflate("k").emit("latest", kept);
        }
        kept++;
        server.settle();
      }
      int droppable = 0;
      while (dropped(Drop.DROPPABLE) == 0) {
        sockets.get(droppable % 2).send(frame.droppable());
        droppable++;
        server.settle();
        assertTrue(disconnected.isEmpty());
      }
      // A bound of one reader's own would have let one go at a time.
      assertEquals(droppable, dropped(Drop.DROPPABLE));
      assertTrue(backlog().bytes() < TOTAL_MAX * 3 / 4, () -> backlog().toString());
      assertEquals(2, backlog().readers());
      for (RawClient client : List.of(first, second)) {
        int events = 0;
        for (String read = ""; !read.equals("42[\"latest\"," + (kept - 1) + "]"); ) {
          read = client.readFrame();
          events += read.startsWith("42[\"x\",") ? 1 : 0;
        }
        assertEquals(kept, events);
      }
      assertNothingWaitsInTheEnd();
    }
  }

  private long dropped(Drop reason) {
    return server.io().counters().dropped().getOrDefault(reason, 0L);
  }

  @Test
  void countsOnceWhatManyShare() throws IOException, InterruptedException {
    int count = 10;
    List<RawClient> clients = new ArrayList<>();
    try {
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        clients.add(slowWebSocket());
        sockets.add(server.nextSocket());
      }
      for (int sent = 0; sent < TOTAL_MAX * 2 / 3; sent += FRAME_BYTES) {
        main.local().send(frame);
        server.settle();
      }
      long sum = 0;
      for (Socket socket : sockets) {
        sum += queuedBytes(socket);
      }
      assertTrue(sum > 4 * TOTAL_MAX, "they have to read " + sum);
      assertTrue(disconnected.isEmpty());
      assertEquals(count, backlog().readers());
      assertTrue(backlog().bytes() > TOTAL_MAX / 2, () -> backlog().toString());
    } finally {
      closeAll(clients);
    }
    // The last one that goes frees what they shared.
    assertNothingWaitsInTheEnd();
  }

  @Test
  void countsTheObjectsOfSmallWrites() throws IOException, InterruptedException {
    try (RawClient _ = slowWebSocket()) {
      Socket socket = server.nextSocket();
      Frame small = Frame.event(main, "x", 1);
      long sent = 0;
      while (disconnected.isEmpty()) {
        socket.send(small);
        sent += small.wireLength();
        if (sent % (64L * small.wireLength()) == 0) {
          server.settle();
        }
      }
      assertEquals(DisconnectReason.SLOW_READER, reasons.poll());
      assertTrue(sent < TOTAL_MAX, "bytes sent: " + sent);
    }
  }

  @Test
  void countsWhatOneWhoPollsHasToRead() throws IOException, InterruptedException {
    try (RawClient client = new RawClient(server)) {
      client.connectPolling();
      server.nextSocket();
      int sent = 0;
      while (disconnected.isEmpty()) {
        main.local().send(frame);
        sent += FRAME_BYTES;
        server.settle();
        assertFalse(sent > 2 * TOTAL_MAX, "bytes sent: " + sent);
      }
      assertEquals(DisconnectReason.SLOW_READER, reasons.poll());
      while (backlog().bytes() > 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void countsOnceWhatManyPollFor() throws IOException {
    int count = 10;
    List<RawClient> clients = new ArrayList<>();
    try {
      List<String> sessions = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        RawClient client = new RawClient(server);
        clients.add(client);
        sessions.add(client.connectPolling());
        server.nextSocket();
      }
      int sent = 0;
      while (sent * FRAME_BYTES < TOTAL_MAX / 4) {
        main.local().send(frame);
        sent++;
        server.settle();
      }
      assertTrue(count * sent * FRAME_BYTES > 2 * TOTAL_MAX);
      assertTrue(disconnected.isEmpty());
      assertEquals(count, backlog().readers());
      assertTrue(backlog().bytes() > TOTAL_MAX / 5, () -> backlog().toString());
      // They are still the others' when one has got them.
      clients.getFirst().send(RawClient.get(sessions.getFirst()));
      assertEquals(sent, clients.getFirst().readAnswer(200).split("\u001e").length);
      assertTrue(backlog().bytes() > TOTAL_MAX / 5, () -> backlog().toString());
      for (int i = 1; i < count; i++) {
        clients.get(i).send(RawClient.get(sessions.get(i)));
        assertEquals(sent, clients.get(i).readAnswer(200).split("\u001e").length);
      }
    } finally {
      closeAll(clients);
    }
    assertNothingWaitsInTheEnd();
  }
}
