package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.POLLING;
import static dev.verbatim.socketio.RawClient.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.SocketIoOptions.TransportName;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a server lets go of its clients. */
@Timeout(180)
final class DrainTest {
  private static final Duration LONG = Duration.ofDays(1);

  private static TestServer server() {
    return new TestServer(SocketIoOptions.defaults());
  }

  private static CompletableFuture<Void> close(TestServer server, Drain drain) {
    return server.io().close(drain).toCompletableFuture();
  }

  private static long packetsIn(TestServer server, TransportName transport) {
    return Objects.requireNonNull(server.io().counters().transports().get(transport)).packetsIn();
  }

  @Test
  void runsTheHandlersOfWhatHasComeAndSendsTheirAnswersBeforeTheClose() throws Exception {
    HeldHandler handler = new HeldHandler();
    try (TestServer server = server()) {
      server
          .io()
          .of("/")
          .on(
              "say",
              (socket, event) -> {
                handler.run();
                socket.emit("said", event.args().argument(0, Integer.class));
              });
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        client.send("42[\"say\",1]");
        client.send("42[\"say\",2]");
        handler.awaitEntered();
        while (packetsIn(server, TransportName.WEBSOCKET) < 3) {
          Thread.onSpinWait();
        }
        CompletableFuture<Boolean> asked = new CompletableFuture<>();
        CompletableFuture<Void> closed =
            close(
                server,
                Drain.within(LONG)
                    .settled(
                        sockets -> {
                          asked.complete(sockets.getFirst().session().loop().inEventLoop());
                          return CompletableFuture.completedFuture(null);
                        }));
        server.settle();
        assertFalse(asked.isDone());
        handler.letGo();
        assertEquals("42[\"said\",1]", client.nextText());
        assertEquals("42[\"said\",2]", client.nextText());
        assertEquals(1001, client.closeCode());
        assertTrue(asked.join());
        closed.join();
      }
    }
  }

  @Test
  void readsNothingMoreOnceItHasBegun() throws Exception {
    CompletableFuture<Void> settled = new CompletableFuture<>();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (TestServer server = server()) {
      server
          .io()
          .of("/")
          .on(
              "say",
              (_, event) -> heard.add(String.valueOf(event.args().argument(0, String.class))));
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        CompletableFuture<Void> closed =
            close(
                server,
                Drain.within(LONG)
                    .settled(
                        _ -> {
                          asked.complete(null);
                          return settled;
                        }));
        asked.join();
        client.send("42[\"say\",\"late\"]");
        server.settle();
        assertFalse(closed.isDone());
        settled.complete(null);
        assertEquals(1001, client.closeCode());
        closed.join();
        assertTrue(heard.isEmpty());
      }
    }
  }

  @Test
  void takesInNothingMoreThatIsPostedOnceItHasBegun() throws Exception {
    CompletableFuture<Void> settled = new CompletableFuture<>();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (TestServer server = new TestServer(SocketIoOptions.defaults(), 1, 0);
        RawClient poster = new RawClient(server);
        RawClient poller = new RawClient(server);
        RawClient other = new RawClient(server)) {
      server.io().of("/").on("say", (_, _) -> heard.add("late"));
      String session = poster.connectPolling();
      long before = packetsIn(server, TransportName.POLLING);
      CompletableFuture<Void> closed =
          close(
              server,
              Drain.within(LONG)
                  .settled(
                      _ -> {
                        asked.complete(null);
                        return settled;
                      }));
      asked.join();
      poster.send(RawClient.post(session, "42[\"say\"]"));
      // There is one loop, which has come to the POST when it answers what is sent behind it.
      other.send(get(POLLING));
      other.readAnswer(503);
      assertEquals(before, packetsIn(server, TransportName.POLLING));
      assertTrue(poster.isQuiet());
      settled.complete(null);
      poller.send(get(session));
      assertEquals("1", poller.readAnswer(200));
      assertEquals("ok", poster.readAnswer(200));
      closed.join();
      assertTrue(heard.isEmpty());
    }
  }

  @Test
  void sendsWhatComesOfOthersWorkBeforeTheClose() throws Exception {
    try (TestServer server = server();
        WebSocketClient client = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      Drain drain =
          Drain.within(LONG)
              .settled(
                  _ ->
                      CompletableFuture.runAsync(
                          () -> socket.emit("settled"), Thread::startVirtualThread));
      CompletableFuture<Void> closed = close(server, drain);
      assertEquals("42[\"settled\"]", client.nextText());
      assertEquals(1001, client.closeCode());
      closed.join();
    }
  }

  @Test
  void sendsWhatIsHandedToTheLoopAlsoIfItIsSettledThere() throws Exception {
    try (TestServer server = server();
        WebSocketClient client = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      Drain drain =
          Drain.within(LONG)
              .settled(
                  _ -> {
                    Thread emitting = Thread.startVirtualThread(() -> socket.emit("settled"));
                    boolean isEmitting;
                    do {
                      isEmitting = emitting.isAlive();
                    } while (isEmitting);
                    return CompletableFuture.completedFuture(null);
                  });
      CompletableFuture<Void> closed = close(server, drain);
      assertEquals("42[\"settled\"]", client.nextText());
      assertEquals(1001, client.closeCode());
      closed.join();
    }
  }

  /** What handlers hand their events on to. */
  private record Orders(CompletableFuture<Void> written) {
    CompletableFuture<Void> whenWritten(List<Socket> sockets) {
      assertEquals(1, sockets.size());
      return written;
    }
  }

  @Test
  void waitsForWhatHandlersHaveHandedOn() {
    Orders orders = new Orders(new CompletableFuture<>());
    try (TestServer server = server();
        WebSocketClient client = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      SocketIoServer io = server.io();
      CompletableFuture<String> said =
          CompletableFuture.supplyAsync(() -> client.nextText() + " " + client.closeCode());
      Thread.startVirtualThread(
          () -> {
            socket.emit("written");
            orders.written().complete(null);
          });
      Drain drain =
          Drain.within(Duration.ofSeconds(10))
              .clientWaitMax(Duration.ofSeconds(1))
              .spread(1_000, Duration.ofSeconds(5))
              .settled(sockets -> orders.whenWritten(sockets));
      io.close(drain).toCompletableFuture().join();
      assertEquals("42[\"written\"] 1001", said.join());
    }
  }

  @Test
  void waitsForNobodyLongerThanForOneClient() throws Exception {
    Limits patient = Limits.builder().closeTimeout(LONG).build();
    try (TestServer server = new TestServer(SocketIoOptions.builder().limits(patient).build());
        RawClient silent = RawClient.webSocket(server)) {
      // One that never polls again, and one that never answers the close.
      PollingClient gone = PollingClient.open(server);
      assertEquals(200, gone.post("40"));
      server.nextSocket();
      close(server, Drain.within(LONG).clientWaitMax(Duration.ofMillis(50))).join();
      assertEquals(1001, silent.readClose());
      assertTrue(silent.isEnded());
      assertEquals(0, server.io().sessionCount());
    }
  }

  @Test
  void stillWaitsForHandlersOfClientsThatItHasCut() throws Exception {
    CompletableFuture<Void> go = new CompletableFuture<>();
    try (TestServer server = server()) {
      server.io().of("/").onDisconnect((_, _) -> go.join());
      try (RawClient silent = RawClient.webSocket(server)) {
        silent.send(RawClient.frame(0x81, "40"));
        server.nextSocket();
        assertTrue(silent.readFrame().startsWith("40{"));
        CompletableFuture<Void> closed =
            close(server, Drain.within(LONG).clientWaitMax(Duration.ofMillis(50)));
        assertEquals(1001, silent.readClose());
        assertTrue(silent.isEnded());
        server.settle();
        assertFalse(closed.isDone());
        go.complete(null);
        closed.join();
      }
    }
  }

  @Test
  void waitsForHandlersOfAClientThatHadGoneBefore() throws Exception {
    HeldHandler handler = new HeldHandler();
    try (TestServer server = server()) {
      server.io().of("/").onDisconnect((_, _) -> handler.run());
      try (WebSocketClient _ = WebSocketClient.connect(server)) {
        server.nextSocket();
      }
      handler.awaitEntered();
      CompletableFuture<Void> closed = close(server, Drain.within(LONG));
      server.settle();
      assertFalse(closed.isDone());
      handler.letGo();
      closed.join();
    }
  }

  @Test
  void waitsForNoHandlerWhenTheTimeIsOver() {
    CompletableFuture<Void> go = new CompletableFuture<>();
    try (TestServer server = server();
        WebSocketClient client = WebSocketClient.connect(server)) {
      server.io().of("/").onDisconnect((_, _) -> go.join());
      server.nextSocket();
      close(server, Drain.within(Duration.ofMillis(50))).join();
      assertEquals(1001, client.closeCode());
      go.complete(null);
    }
  }

  @Test
  void waitsForNoEventLoopThatIsStuck() {
    CompletableFuture<Void> go = new CompletableFuture<>();
    try (TestServer server = server();
        WebSocketClient _ = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      socket
          .executor()
          .execute(
              () -> {
                boolean isOver;
                do {
                  isOver = go.isDone();
                } while (!isOver);
              });
      close(server, Drain.within(Duration.ofMillis(50))).join();
      assertEquals(1, server.io().sessionCount());
      go.complete(null);
    }
  }

  @Test
  void waitsForNoEventLoopThatHasEnded() {
    TestServer server = server();
    try (WebSocketClient _ = WebSocketClient.connect(server)) {
      server.nextSocket();
      server.close();
      close(server, Drain.within(LONG)).join();
      assertEquals(0, server.io().sessionCount());
    }
  }

  @Test
  void tellsWhoComesMeanwhileWhenToComeAgain() throws Exception {
    CompletableFuture<Void> settled = new CompletableFuture<>();
    try (TestServer server = server();
        WebSocketClient client = WebSocketClient.connect(server);
        RawClient late = new RawClient(server)) {
      server.nextSocket();
      CompletableFuture<Void> closed = close(server, Drain.within(LONG).settled(_ -> settled));
      late.send(get(POLLING));
      String head = late.readAnswer().head();
      assertTrue(head.startsWith("HTTP/1.1 503 "), head);
      assertTrue(head.contains("\r\nretry-after: 1\r\n"), head);
      assertTrue(head.contains("\r\nconnection: close\r\n"), head);
      settled.complete(null);
      assertEquals(1001, client.closeCode());
      closed.join();
    }
  }

  @Test
  void refusesWhatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> Drain.within(Duration.ZERO));
    Drain drain = Drain.within(Duration.ofSeconds(1));
    assertThrows(IllegalArgumentException.class, () -> drain.clientWaitMax(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> drain.clientWaitMax(drain.within()));
    assertThrows(IllegalArgumentException.class, () -> drain.spread(0, Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> drain.spread(1, Duration.ofSeconds(2)));
  }
}
