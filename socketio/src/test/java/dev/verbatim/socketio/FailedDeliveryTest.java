package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three clients in a room of one loop, to one of which nothing can be brought. */
@Timeout(180)
final class FailedDeliveryTest {
  private static final int MIB = 1024 * 1024;

  private final TestServer server = new TestServer(SocketIoOptions.defaults(), 1, 0);
  private final Namespace main = server.io().of("/");
  private final List<WebSocketClient> clients = new ArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void connect() {
    for (int i = 0; i < 3; i++) {
      clients.add(WebSocketClient.connect(server));
      Socket socket = server.nextSocket();
      socket.join("room");
      sockets.add(socket);
    }
    server.settle();
  }

  @AfterEach
  void close() {
    clients.forEach(WebSocketClient::close);
    server.close();
  }

  private Frame frame(String name) {
    return Frame.event(main, name, "1".getBytes(UTF_8));
  }

  /** Gives the second a hold that has ended, which can take nothing in. */
  private void breakSecond() {
    EngineLoop loop = sockets.get(1).session().loop();
    loop.submit(
            _ -> {
              Socket socket = sockets.get(1);
              Room room = Objects.requireNonNull(loop.rooms(main).room("room"));
              Membership member = Objects.requireNonNull(socket.membership(room));
              Hold hold = socket.joinHolding("room");
              hold.cancel();
              member.hold = hold;
            })
        .join();
  }

  private void expect(int client, String... names) {
    for (String name : names) {
      assertEquals("42[\"" + name + "\",1]", clients.get(client).nextText());
    }
  }

  private void assertOthersGoOn() {
    sockets.getFirst().emit("next", 1);
    sockets.getLast().emit("next", 1);
    expect(0, "next");
    expect(2, "next");
  }

  @Test
  void bringsABatchToTheOthersAndClosesTheOne() {
    breakSecond();
    try (Logged logged = Logged.by(Fanout.class)) {
      main.batch().to("room", frame("m1")).to("room", frame("m2")).send();
      main.batch().to("room", frame("m3")).send();
      expect(0, "m1", "m2", "m3");
      expect(2, "m1", "m2", "m3");
      assertEquals(1006, clients.get(1).closeCode());
      assertTrue(clients.get(1).isQuiet());
      assertEquals(1, logged.with(sockets.get(1).id()).size());
    }
    assertOthersGoOn();
  }

  @Test
  void bringsABroadcastToTheOthersAndClosesTheOne() {
    breakSecond();
    main.in("room").emit("m1", 1);
    expect(0, "m1");
    expect(2, "m1");
    assertEquals(1006, clients.get(1).closeCode());
    assertOthersGoOn();
  }

  @Test
  void closesAllOfARoomForWhichABatchIsTooLarge() {
    Frame large = Frame.event(main, "large", ("\"" + "x".repeat(MIB) + "\"").getBytes(UTF_8));
    Batch batch = main.batch();
    for (int i = 0; i <= Integer.MAX_VALUE / MIB; i++) {
      batch.to("room", large);
    }
    batch.send();
    clients.forEach(client -> assertEquals(1006, client.closeCode()));
    WebSocketClient.connect(server).close();
  }

  @Test
  void tellsOfATaskThatFailsAndGoesOn() {
    try (Logged logged = Logged.by(EngineLoop.class)) {
      Socket socket = sockets.getFirst();
      socket
          .executor()
          .execute(
              () -> {
                throw new AssertionError("as is to be tested");
              });
      CompletableFuture<Boolean> next = new CompletableFuture<>();
      socket.executor().execute(() -> next.complete(socket.inEventLoop()));
      assertTrue(next.join());
      assertEquals(1, logged.with("as is to be tested").size());
    }
  }
}
