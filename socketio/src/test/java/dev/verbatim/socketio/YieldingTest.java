package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Droppable and conflated frames: in their place for who keeps up, beside the queue for others. */
@Timeout(180)
final class YieldingTest {
  private static final String MUCH = "x".repeat(20_000);

  private final TestServer server =
      new TestServer(
          SocketIoOptions.builder()
              .limits(
                  Limits.builder()
                      .queuedBytesMax(1 << 20)
                      .yieldedFramesMax(4)
                      .yieldedBytesMax(2_000)
                      .build())
              .build(),
          1,
          0,
          pipeline -> pipeline.channel().config().setOption(ChannelOption.SO_SNDBUF, 16 * 1024));

  private final Namespace main = server.io().of("/");
  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

  @BeforeEach
  void listen() {
    main.dispatch(Dispatch.EVENT_LOOP);
    main.onDisconnect((_, reason) -> reasons.add(reason));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static boolean isWritable(Socket socket) {
    return CompletableFuture.supplyAsync(socket::isWritable, socket.executor()).join();
  }

  private long dropped(Drop reason) {
    Long count = server.io().counters().dropped().get(reason);
    assertNotNull(count);
    return count;
  }

  private static List<String> events(String payload) {
    List<String> names = new ArrayList<>();
    for (String packet : payload.split("\u001e")) {
      if (packet.startsWith("42[")) {
        names.add(packet.length() > 1_000 ? "much" : packet.substring(3, packet.length() - 1));
      }
    }
    return names;
  }

  @Test
  void sendsInTheirPlaceToWhoKeepsUp() throws InterruptedException {
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      socket.join("a");
      main.conflate("k").emit("x", 1);
      socket.emit("x", 2);
      main.to("a").droppable().emit("x", 3);
      socket.conflate("k").emit("x", 4);
      main.batch()
          .to("a", Frame.event(main, "x", 5).droppable())
          .to("a", Frame.event(main, "x", 6))
          .send();
      for (int i = 1; i <= 6; i++) {
        assertEquals("42[\"x\"," + i + "]", client.nextText());
      }
    }
  }

  @Test
  void letsOthersPassUntilThePollComes() throws IOException, InterruptedException {
    try (RawClient client = new RawClient(server)) {
      String session = client.connectPolling();
      Socket socket = server.nextSocket();
      socket.join("a");
      socket.emit("x", MUCH);
      main.droppable().emit("d1");
      main.conflate("k").emit("k1");
      main.emit("e1");
      main.batch()
          .to("a", Frame.event(main, "d2").droppable())
          .to("a", Frame.event(main, "e2"))
          .to("a", Frame.event(main, "k2").conflate("k"), socket, Frame.event(main, "own"))
          .to("a", Frame.event(main, "l1").conflate("l"))
          .send();
      socket.conflate("k").emit("k3");
      server.settle();
      client.send(get(session));
      List<String> expected =
          List.of("much", "\"e1\"", "\"e2\"", "\"own\"", "\"d1\"", "\"d2\"", "\"l1\"", "\"k3\"");
      assertEquals(expected, events(client.readAnswer(200)));
      assertEquals(1, dropped(Drop.CONFLATED));
      assertEquals(0, dropped(Drop.DROPPABLE));
      while (server.io().counters().backlog().bytes() > 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void sendsWhatHasYieldedBeforeAnEndInGoodOrder() throws IOException, InterruptedException {
    try (RawClient sentOut = new RawClient(server);
        RawClient closed = new RawClient(server)) {
      String one = sentOut.connectPolling();
      Socket leaving = server.nextSocket();
      String other = closed.connectPolling();
      server.nextSocket();
      main.emit("x", MUCH);
      main.conflate("k").emit("k", 1);
      main.conflate("k").emit("k", 2);
      leaving.disconnect();
      server.settle();
      server.io().close(Duration.ofMinutes(1));
      for (RawClient client : List.of(sentOut, closed)) {
        client.send(get(client == sentOut ? one : other));
        String payload = client.readAnswer(200);
        assertEquals(List.of("much", "\"k\",2"), events(payload));
        assertTrue(payload.endsWith(client == sentOut ? "41\u001e1" : "\u001e1"), payload);
      }
    }
  }

  @Test
  void dropsTheOldestDroppableFirst() throws IOException, InterruptedException {
    try (RawClient client = new RawClient(server)) {
      String session = client.connectPolling();
      Socket socket = server.nextSocket();
      socket.emit("x", MUCH);
      socket.conflate("k").emit("k");
      for (int i = 1; i <= 5; i++) {
        socket.droppable().emit("d" + i);
      }
      socket.droppable().emit("big", "x".repeat(1_990));
      server.settle();
      client.send(get(session));
      // Four may wait, and not as many bytes as the big one and the conflated one have together.
      List<String> events = events(client.readAnswer(200));
      assertEquals(List.of("much", "\"k\""), events.subList(0, 2));
      assertEquals(2, events.size(), events.toString());
      assertEquals(6, dropped(Drop.DROPPABLE));
    }
  }

  @Test
  void neverDropsTheLatestOfAKey() throws IOException, InterruptedException {
    try (RawClient client = new RawClient(server)) {
      String session = client.connectPolling();
      Socket socket = server.nextSocket();
      socket.emit("x", MUCH);
      for (int i = 1; i <= 6; i++) {
        socket.conflate("k" + i).emit("k" + i);
      }
      socket.conflate("k1").emit("newer");
      socket.emit("e");
      server.settle();
      client.send(get(session));
      // The three oldest have left for the queue.
      assertEquals(
          List.of(
              "much",
              "\"k1\"",
              "\"k2\"",
              "\"k3\"",
              "\"e\"",
              "\"k4\"",
              "\"k5\"",
              "\"k6\"",
              "\"newer\""),
          events(client.readAnswer(200)));
      assertEquals(0, dropped(Drop.CONFLATED));
    }
  }

  @Test
  void sendsTheLatestWhenAWebSocketHasCaughtUp() throws IOException, InterruptedException {
    try (RawClient client = RawClient.slowWebSocket(server)) {
      client.send(RawClient.frame(0x81, "40"));
      client.readFrame();
      Socket socket = server.nextSocket();
      int much = 0;
      while (isWritable(socket)) {
        socket.emit("x", MUCH);
        much++;
      }
      for (int i = 1; i <= 1_000; i++) {
        main.conflate("k").emit("k", i);
      }
      main.droppable().emit("d");
      main.emit("e");
      server.settle();
      assertEquals(999, dropped(Drop.CONFLATED));
      for (int i = 0; i < much; i++) {
        assertTrue(client.readFrame().startsWith("42[\"x\""));
      }
      List<String> rest = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        rest.add(client.readFrame());
      }
      assertEquals(List.of("42[\"e\"]", "42[\"k\",1000]", "42[\"d\"]"), rest);
      while (!isWritable(socket)) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void keepsOpenWhoOnlyMissesWhatMayBeDropped() throws IOException, InterruptedException {
    try (RawClient client = new RawClient(server)) {
      client.connectPolling();
      Socket socket = server.nextSocket();
      socket.emit("x", MUCH);
      Frame[] frames = new Frame[2_000];
      Arrays.setAll(frames, i -> Frame.event(main, "x", i, "x".repeat(900)).conflate("k"));
      for (Frame frame : frames) {
        main.local().send(frame);
        main.local().send(frame.droppable());
      }
      server.settle();
      assertTrue(socket.connected());
      assertTrue(reasons.isEmpty());
      while (reasons.isEmpty()) {
        main.emit("x", MUCH);
        server.settle();
      }
      assertEquals(DisconnectReason.SLOW_READER, reasons.poll());
    }
  }

  @Test
  void closesAWebSocketForWhatMayNotBeDroppedAlone() throws IOException, InterruptedException {
    try (RawClient client = RawClient.slowWebSocket(server)) {
      client.send(RawClient.frame(0x81, "40"));
      client.readFrame();
      Socket socket = server.nextSocket();
      while (isWritable(socket)) {
        socket.emit("x", MUCH);
      }
      // Many times the bound of bytes, but four of them wait.
      Frame droppable = Frame.event(main, "d", "x".repeat(400)).droppable();
      int count = 4 * (1 << 20) / droppable.wireLength();
      for (int i = 0; i < count; i++) {
        main.local().send(droppable);
      }
      server.settle();
      assertEquals(count - 4, dropped(Drop.DROPPABLE));
      assertTrue(socket.connected());
      while (reasons.isEmpty()) {
        assertTrue(server.io().counters().backlog().bytes() < 2 << 20);
        main.emit("x", MUCH);
        server.settle();
      }
      assertEquals(DisconnectReason.SLOW_READER, reasons.poll());
      assertEquals(count - 4, dropped(Drop.DROPPABLE));
      assertFalse(socket.connected());
    }
  }

  @Test
  void forgetsWhatYieldedForWhoHasLeft() throws IOException, InterruptedException {
    try (RawClient client = new RawClient(server)) {
      String session = client.connectPolling();
      Socket socket = server.nextSocket();
      socket.emit("x", MUCH);
      socket.droppable().emit("d");
      socket.disconnect();
      server.settle();
      client.send(get(session));
      String answer = client.readAnswer(200);
      assertTrue(answer.endsWith("\u001e41"), answer.substring(answer.length() - 20));
    }
  }
}
