package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Four clients, on two event loops. */
@Timeout(180)
final class RoomsTest {
  private final TestServer server = new TestServer(SocketIoOptions.defaults());
  private final Namespace main = server.io().of("/");
  private final BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();
  private final List<WebSocketClient> clients = new ArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void connectFour() throws InterruptedException {
    main.onConnection(connected::add);
    for (int i = 0; i < 4; i++) {
      clients.add(WebSocketClient.connect(server));
      Socket socket = connected.poll(60, TimeUnit.SECONDS);
      assertNotNull(socket);
      sockets.add(socket);
    }
  }

  @AfterEach
  void close() {
    clients.forEach(WebSocketClient::close);
    server.close();
  }

  private Frame frame(String name) {
    return Frame.event(main, name, "1".getBytes(UTF_8));
  }

  /** Ends what all clients expect with something that they all get. */
  private void expect(int client, String... names) {
    for (String name : names) {
      assertEquals("42[\"" + name + "\",1]", clients.get(client).nextText());
    }
  }

  private void end() {
    main.emit("end", 1);
    for (int i = 0; i < clients.size(); i++) {
      expect(i, "end");
    }
  }

  @Test
  void emitsToTheRoomsMembersOnEveryLoop() {
    sockets.get(0).join("a");
    sockets.get(1).join("a");
    sockets.get(2).join("b");
    main.to("a").emit("x", 1);
    expect(0, "x");
    expect(1, "x");
    sockets.get(1).leave("a");
    main.to("a").emit("y", 1);
    expect(0, "y");
    end();
    assertEquals(Set.of("a", sockets.get(0).id()), sockets.get(0).rooms());
    assertEquals(Set.of(sockets.get(1).id()), sockets.get(1).rooms());
  }

  @Test
  void emitsOnceToWhoIsInSeveralRooms() {
    sockets.get(0).join("a");
    sockets.get(0).join("b");
    sockets.get(1).join("b");
    main.to("a").to("b").emit("x", 1);
    expect(0, "x");
    expect(1, "x");
    end();
  }

  @Test
  void leavesOutRoomsAndSockets() {
    sockets.get(0).join("a");
    sockets.get(1).join("a");
    sockets.get(1).join("quiet");
    main.except("quiet").except(sockets.get(2).id()).emit("x", 1);
    expect(0, "x");
    expect(3, "x");
    sockets.get(0).to("a").emit("y", 1);
    expect(1, "y");
    sockets.get(3).broadcast().emit("z", 1);
    for (int i = 0; i < 3; i++) {
      expect(i, "z");
    }
    end();
  }

  @Test
  void leavesOutTheSocketThatEmits() {
    sockets.get(0).join("a");
    sockets.get(1).join("a");
    sockets.get(2).join("b");
    Socket socket = sockets.getFirst();
    socket.in("a").emit("x", 1);
    expect(1, "x");
    socket.except("b").emit("y", 1);
    expect(1, "y");
    expect(3, "y");
    socket.local().emit("z", 1);
    for (int i = 1; i < 4; i++) {
      expect(i, "z");
    }
    end();
  }

  @Test
  void emitsToASocketByItsId() {
    main.to(sockets.get(1).id()).emit("x", 1);
    main.batch().to(sockets.get(1).id(), frame("y")).send();
    expect(1, "x", "y");
    end();
  }

  @Test
  void deliversABatchInOrderWithOwnPiecesInTheirPlaces() {
    for (Socket socket : sockets.subList(0, 3)) {
      socket.join("a");
    }
    main.batch()
        .to("a", frame("m1"))
        .to("a", frame("m2"), sockets.get(0), frame("sent2"), frame("ack2"))
        .to("a", frame("m3"), sockets.get(3), frame("sent3"))
        .toAllBut("a", frame("m4"), sockets.get(1))
        .to("b", frame("nobody"))
        .to("a", frame("m5"), sockets.get(0), frame("sent5"))
        .send();
    expect(0, "m1", "sent2", "ack2", "m3", "m4", "sent5");
    expect(1, "m1", "m2", "m3", "m5");
    expect(2, "m1", "m2", "m3", "m4", "m5");
    expect(3, "sent3");
    end();
  }

  @Test
  void deliversWhatIsForOneSocketAloneInItsPlaceInTheRoom() {
    Socket socket = sockets.getFirst();
    socket.join("a");
    sockets.get(1).join("a");
    main.batch()
        .to("a", frame("m1"))
        .toOne("a", socket, frame("sent1"), frame("ack1"))
        .toOne("a", sockets.get(2), frame("outside"))
        .to("a", frame("m2"))
        .toOne(sockets.get(3).id(), sockets.get(3), frame("byId"))
        .send();
    main.batch().toOne("a", socket, frame("sent2")).send();
    Hold hold = socket.joinHolding("a");
    main.batch().to("a", frame("m3")).toOne("a", socket, frame("sent3")).send();
    socket.send(frame("history"));
    hold.release();
    expect(0, "m1", "sent1", "ack1", "m2", "sent2", "history", "m3", "sent3");
    expect(1, "m1", "m2", "m3");
    expect(2, "outside");
    expect(3, "byId");
    end();
  }

  @Test
  void deliversBatchesOfOneThreadInTheirOrder() {
    sockets.forEach(socket -> socket.join("a"));
    for (int i = 0; i < 500; i++) {
      main.batch().to("a", frame("n" + i)).send();
    }
    for (int client = 0; client < 4; client++) {
      for (int i = 0; i < 500; i++) {
        expect(client, "n" + i);
      }
    }
  }

  @Test
  void holdsBackWhatARoomBringsUntilReleased() {
    Socket socket = sockets.getFirst();
    Hold hold = socket.joinHolding("a");
    sockets.get(1).join("a");
    main.batch().to("a", frame("new1"), socket, frame("sent1")).to("a", frame("new2")).send();
    main.to("a").emit("new3", 1);
    socket.send(frame("history"));
    hold.release();
    hold.release();
    main.to("a").emit("new4", 1);
    expect(0, "history", "sent1", "new2", "new3", "new4");
    expect(1, "new1", "new2", "new3", "new4");
    end();
  }

  @Test
  void holdsUntilItEndsOrTheSocketLeaves() throws Exception {
    Socket socket = sockets.getFirst();
    Hold released = socket.joinHolding("a");
    assertTrue(isHolding(socket, released));
    released.release();
    assertFalse(isHolding(socket, released));
    Hold left = socket.joinHolding("a");
    socket.leave("a");
    socket.join("a");
    assertFalse(isHolding(socket, left));
  }

  private static boolean isHolding(Socket socket, Hold hold) throws Exception {
    return CompletableFuture.supplyAsync(hold::isHolding, socket.executor())
        .get(60, TimeUnit.SECONDS);
  }

  @Test
  void holdsOfOneMembershipKeepTheOrder() {
    Socket socket = sockets.getFirst();
    socket.join("a");
    Hold first = socket.joinHolding("a");
    main.to("a").emit("x1", 1);
    Hold second = socket.joinHolding("a");
    main.to("a").emit("x2", 1);
    second.release();
    main.to("a").emit("x3", 1);
    first.release();
    expect(0, "x1", "x2", "x3");
    Hold dropped = socket.joinHolding("a");
    main.to("a").emit("lost", 1);
    socket.leave("a");
    dropped.release();
    end();
  }

  @Test
  void sendsWhatWasForOneSocketAloneWhenItLeavesHolding() {
    Socket socket = sockets.getFirst();
    Hold first = socket.joinHolding("a");
    main.batch()
        .to("a", frame("lost1"))
        .to("a", frame("m1"), socket, frame("sent1"), frame("ack1"))
        .send();
    Hold second = socket.joinHolding("a");
    main.batch()
        .to("a", frame("m2"), socket, frame("sent2"), frame("ack2"))
        .to("a", frame("lost2"))
        .send();
    socket.leave("a");
    first.release();
    second.release();
    expect(0, "sent1", "ack1", "sent2", "ack2");
    end();
  }

  @Test
  void cancelledHoldDropsWhatTheRoomBroughtAndGoesOnInIt() {
    Socket socket = sockets.getFirst();
    Hold hold = socket.joinHolding("a");
    main.batch()
        .to("a", frame("lost"))
        .to("a", frame("m1"), socket, frame("sent1"), frame("ack1"))
        .send();
    hold.cancel();
    hold.release();
    main.to("a").emit("m2", 1);
    expect(0, "sent1", "ack1", "m2");
    end();
  }

  @Test
  void cancelledHoldLeavesTheOthersOfItsMembership() {
    Socket socket = sockets.getFirst();
    Hold first = socket.joinHolding("a");
    main.to("a").emit("lost", 1);
    Hold second = socket.joinHolding("a");
    main.to("a").emit("m1", 1);
    first.cancel();
    socket.send(frame("history"));
    second.release();
    expect(0, "history", "m1");
    first = socket.joinHolding("a");
    main.to("a").emit("m2", 1);
    second = socket.joinHolding("a");
    main.batch()
        .to("a", frame("lost"))
        .to("a", frame("m3"), socket, frame("sent3"), frame("ack3"))
        .send();
    second.cancel();
    main.to("a").emit("m4", 1);
    first.release();
    expect(0, "m2", "sent3", "ack3", "m4");
    end();
  }

  @Test
  void movesAndDisconnectsSocketsFromAfar() {
    sockets.get(0).join("a");
    sockets.get(1).join("a");
    main.in("a").socketsJoin("b").toCompletableFuture().join();
    assertTrue(sockets.get(1).rooms().contains("b"));
    Set<@Nullable Socket> found = new HashSet<>();
    for (RemoteSocket socket : main.in("b").fetchSockets().toCompletableFuture().join()) {
      found.add(socket.local());
    }
    assertEquals(Set.copyOf(sockets.subList(0, 2)), found);
    main.in(sockets.get(0).id()).socketsLeave("b").toCompletableFuture().join();
    assertFalse(sockets.get(0).rooms().contains("b"));
    main.in("b").disconnectSockets(false).toCompletableFuture().join();
    assertEquals("41", clients.get(1).nextText());
    assertFalse(sockets.get(1).connected());
    assertEquals(3, main.socketCount());
    assertEquals(3, main.sockets().size());
  }

  @Test
  void showsTheRoomsToTheDisconnectHandler() throws InterruptedException {
    BlockingQueue<Set<String>> rooms = new LinkedBlockingQueue<>();
    main.onDisconnecting((socket, _) -> rooms.add(socket.rooms()));
    sockets.get(0).join("a");
    main.in("a").fetchSockets().toCompletableFuture().join();
    clients.get(0).abort();
    assertEquals(Set.of("a", sockets.get(0).id()), rooms.poll(60, TimeUnit.SECONDS));
  }

  @Test
  void reachesASocketByItsIdThoughARoomIsCalledTheSame() {
    String id = sockets.getFirst().id();
    for (Socket socket : sockets) {
      socket.join(id);
    }
    main.to(id).emit("x", 1);
    main.batch().to(id, frame("m1"), sockets.getFirst(), frame("own1")).to(id, frame("m2")).send();
    main.batch().to(id, frame("m3"), sockets.get(1), frame("own3")).send();
    expect(0, "x", "own1", "m2", "m3");
    expect(1, "x", "m1", "m2", "own3");
    expect(2, "x", "m1", "m2", "m3");
    expect(3, "x", "m1", "m2", "m3");
    main.except(id).emit("nobody", 1);
    Hold hold = sockets.getFirst().joinHolding(id);
    main.to(id).emit("y1", 1);
    main.batch().to(id, frame("y2")).send();
    sockets.getFirst().emit("between", 1);
    hold.release();
    expect(0, "between", "y1", "y2");
    for (int i = 1; i < 4; i++) {
      expect(i, "y1", "y2");
    }
    end();
  }

  @Test
  void keepsAccountOfManyRooms() {
    Socket socket = sockets.getFirst();
    Set<String> rooms = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      socket.join("r" + i);
      socket.join("r" + i);
      rooms.add("r" + i);
    }
    for (int i = 0; i < 100; i += 3) {
      socket.leave("r" + i);
      socket.leave("r" + i);
      rooms.remove("r" + i);
      main.to("r" + i).emit("nobody", 1);
    }
    main.to("r1").to("r98").emit("x", 1);
    expect(0, "x");
    rooms.add(socket.id());
    assertEquals(rooms, socket.rooms());
    rooms.remove(socket.id());
    rooms.forEach(socket::leave);
    rooms.forEach(room -> main.to(room).emit("nobody", 1));
    end();
    assertEquals(Set.of(socket.id()), socket.rooms());
  }

  @Test
  void keepsNamespacesApart() {
    Namespace other = server.io().of("/other");
    other.use(
        (socket, next) -> {
          socket.join("a");
          next.proceed();
        });
    clients.get(0).send("40/other,");
    clients.get(0).expectPrefix("40/other,{");
    main.to("a").emit("x", 1);
    other.to("a").emit("y", 1);
    assertEquals("42/other,[\"y\",1]", clients.get(0).nextText());
    end();
  }
}
