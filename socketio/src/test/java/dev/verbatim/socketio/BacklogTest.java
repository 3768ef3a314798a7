package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
              .limits(Limits.builder().queuedBytesTotalMax(TOTAL_MAX).build())
              .build(),
          1,
          0,
          pipeline -> pipeline.channel().config().setOption(ChannelOption.SO_SNDBUF, 16 * 1024));

  private final Namespace main = server.io().of("/");
  private final Frame frame =
      Frame.event(main, "x", ("\"" + "x".repeat(FRAME_BYTES) + "\"").getBytes(UTF_8));
  private final BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();
  private final BlockingQueue<Socket> disconnected = new LinkedBlockingQueue<>();
  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

  @BeforeEach
  void listen() {
    // Then what a task on the loop leads to is known when the task is done.
    main.dispatch(Dispatch.EVENT_LOOP);
    main.onConnection(connected::add);
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
    RawClient client = RawClient.slow(server);
    client.send(RawClient.upgrade(""));
    client.readHead();
    client.readFrame();
    client.send(RawClient.frame(0x81, "40"));
    client.readFrame();
    return client;
  }

  private Socket socket() throws InterruptedException {
    Socket socket = connected.poll(60, TimeUnit.SECONDS);
    assertNotNull(socket);
    return socket;
  }

  private Counters.Waiting backlog() {
    return server.io().counters().backlog();
  }

  /** Waits until what was sent before has been flushed, which ends an iteration of the loop. */
  private static void settle(Socket socket) {
    for (int i = 0; i < 2; i++) {
      CompletableFuture.runAsync(() -> {}, socket.executor()).join();
    }
  }

  private static long queuedBytes(Socket socket) {
    return CompletableFuture.supplyAsync(
            () -> socket.session().transport().queuedBytes(), socket.executor())
        .join();
  }

  @Test
  void closesTheSlowestWhenTooMuchWaitsForAll() throws IOException, InterruptedException {
    try (RawClient _ = slowWebSocket()) {
      Socket slowest = socket();
      while (backlog().bytes() < TOTAL_MAX * 3 / 4) {
        slowest.send(frame);
        settle(slowest);
      }
      assertEquals(1, backlog().readers());
      try (RawClient _ = slowWebSocket()) {
        Socket other = socket();
        while (disconnected.isEmpty()) {
          other.send(frame);
          settle(other);
        }
        // The handlers run in the middle of the relief.
        settle(other);
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
  void countsOnceWhatManyShare() throws IOException, InterruptedException {
    int count = 10;
    List<RawClient> clients = new ArrayList<>();
    try {
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        clients.add(slowWebSocket());
        sockets.add(socket());
      }
      for (int sent = 0; sent < TOTAL_MAX * 2 / 3; sent += FRAME_BYTES) {
        main.local().send(frame);
        settle(sockets.getFirst());
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
      for (RawClient client : clients) {
        client.close();
      }
    }
    // The last one that goes frees what they shared.
    while (backlog().bytes() > 0) {
      Thread.onSpinWait();
    }
    assertEquals(0, backlog().readers());
  }

  @Test
  void countsTheObjectsOfSmallWrites() throws IOException, InterruptedException {
    try (RawClient _ = slowWebSocket()) {
      Socket socket = socket();
      Frame small = Frame.event(main, "x", 1);
      long sent = 0;
      while (disconnected.isEmpty()) {
        socket.send(small);
        sent += small.wireLength();
        if (sent % (64L * small.wireLength()) == 0) {
          settle(socket);
        }
      }
      assertEquals(DisconnectReason.SLOW_READER, reasons.poll());
      assertTrue(sent < TOTAL_MAX, "bytes sent: " + sent);
    }
  }

  @Test
  void countsInFullWhatWaitsForPolls() throws IOException, InterruptedException {
    String polling = "/socket.io/?EIO=4&transport=polling";
    try (RawClient client = new RawClient(server)) {
      client.send("GET " + polling + " HTTP/1.1\r\nHost: x\r\n\r\n");
      String sid = "&sid=" + client.readAnswer(200).substring(9, 29);
      client.send("POST " + polling + sid + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n40");
      client.readAnswer(200);
      Socket socket = socket();
      int sent = 0;
      while (disconnected.isEmpty()) {
        main.local().send(frame);
        sent += FRAME_BYTES;
        settle(socket);
        assertFalse(sent > 2 * TOTAL_MAX, "bytes sent: " + sent);
      }
      assertEquals(DisconnectReason.SLOW_READER, reasons.poll());
      while (backlog().bytes() > 0) {
        Thread.onSpinWait();
      }
    }
  }
}
