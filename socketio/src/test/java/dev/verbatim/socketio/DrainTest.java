package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.POLLING;
import static dev.verbatim.socketio.RawClient.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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

  private static long packetsIn(TestServer server) {
    return Objects.requireNonNull(
            server.io().counters().transports().get(SocketIoOptions.TransportName.WEBSOCKET))
        .packetsIn();
  }

  @Test
  void runsTheHandlersOfWhatHasComeAndSendsTheirAnswersBeforeTheClose() throws Exception {
    CompletableFuture<Void> entered = new CompletableFuture<>();
    CompletableFuture<Void> go = new CompletableFuture<>();
    try (TestServer server = server()) {
      server
          .io()
          .of("/")
          .on(
              "say",
              (socket, event) -> {
                entered.complete(null);
                go.join();
                socket.emit("said", event.args().argument(0, Integer.class));
              });
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        client.send("42[\"say\",1]");
        client.send("42[\"say\",2]");
        entered.join();
        while (packetsIn(server) < 3) {
          Thread.onSpinWait();
        }
        CompletableFuture<Void> closed = close(server, Drain.within(LONG));
        server.settle();
        go.complete(null);
        assertEquals("42[\"said\",1]", client.nextText());
        assertEquals("42[\"said\",2]", client.nextText());
        assertEquals(1001, client.closeCode());
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
                        () -> {
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
  void sendsWhatComesOfOthersWorkBeforeTheClose() throws Exception {
    try (TestServer server = server();
        WebSocketClient client = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      Drain drain =
          Drain.within(LONG)
              .settled(
                  () ->
                      CompletableFuture.runAsync(
                          () -> socket.emit("settled"), Thread::startVirtualThread));
      CompletableFuture<Void> closed = close(server, drain);
      assertEquals("42[\"settled\"]", client.nextText());
      assertEquals(1001, client.closeCode());
      closed.join();
    }
  }

  /** What handlers hand their events on to. */
  private record Orders(CompletableFuture<Void> whenWritten) {}

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
            orders.whenWritten().complete(null);
          });
      Drain drain =
          Drain.within(Duration.ofSeconds(10))
              .clientWaitMax(Duration.ofSeconds(1))
              .spread(1_000, Duration.ofSeconds(5))
              .settled(orders::whenWritten);
      io.close(drain).toCompletableFuture().join();
      assertEquals("42[\"written\"] 1001", said.join());
    }
  }

  @Test
  void goesOnThoughSettlingFailsOrNeverEnds() throws Exception {
    for (CompletableFuture<Void> answer :
        List.of(
            CompletableFuture.<Void>failedFuture(new IllegalStateException("as is to be tested")),
            new CompletableFuture<Void>())) {
      try (TestServer server = server();
          WebSocketClient client = WebSocketClient.connect(server)) {
        server.nextSocket();
        CompletableFuture<Void> closed =
            close(
                server,
                Drain.within(LONG).clientWaitMax(Duration.ofMillis(500)).settled(() -> answer));
        assertEquals(1001, client.closeCode());
        closed.join();
      }
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
  void spreadsTheClosesOfMany() throws Exception {
    try (TestServer server = server()) {
      List<WebSocketClient> clients = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        clients.add(WebSocketClient.connect(server));
        server.nextSocket();
      }
      BlockingQueue<Long> ends = new LinkedBlockingQueue<>();
      server.io().of("/").onDisconnect((_, _) -> ends.add(System.nanoTime()));
      long began = System.nanoTime();
      CompletableFuture<Void> closed = close(server, Drain.within(LONG).spread(20, LONG));
      for (WebSocketClient client : clients) {
        assertEquals(1001, client.closeCode());
        client.close();
      }
      closed.join();
      // One a slice of a tenth of a second on each loop, or more if one loop has more of them.
      long lasted = ends.stream().mapToLong(each -> each - began).max().orElseThrow();
      assertTrue(lasted > TimeUnit.MILLISECONDS.toNanos(850), () -> lasted + " ns");
      assertEquals(20, ends.size());
    }
  }

  @Test
  void closesTheFewAtOnceAndTheManyInTheTimeThereIs() throws Exception {
    for (Drain drain :
        List.of(
            Drain.within(LONG).spread(1_000, LONG),
            Drain.within(LONG).spread(1, Duration.ofMillis(200)))) {
      try (TestServer server = server()) {
        List<WebSocketClient> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
          clients.add(WebSocketClient.connect(server));
          server.nextSocket();
        }
        CompletableFuture<Void> closed = close(server, drain);
        for (WebSocketClient client : clients) {
          assertEquals(1001, client.closeCode());
          client.close();
        }
        closed.get(60, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void tellsWhoComesMeanwhileWhenToComeAgain() throws Exception {
    CompletableFuture<Void> settled = new CompletableFuture<>();
    try (TestServer server = server();
        WebSocketClient client = WebSocketClient.connect(server);
        RawClient late = new RawClient(server)) {
      server.nextSocket();
      CompletableFuture<Void> closed = close(server, Drain.within(LONG).settled(() -> settled));
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
    assertThrows(IllegalArgumentException.class, () -> drain.spread(0, Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> drain.spread(1, Duration.ofSeconds(2)));
  }
}
