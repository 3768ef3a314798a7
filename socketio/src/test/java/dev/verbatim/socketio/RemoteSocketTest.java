package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What is done to sockets from afar, one by one or to all of a broadcast at once. Two clients, on
 * two event loops, each in two namespaces.
 */
@Timeout(180)
final class RemoteSocketTest {
  private final TestServer server = new TestServer(SocketIoOptions.defaults());
  private final Namespace main = server.io().of("/");
  private final Namespace other = server.io().of("/other");
  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
  private final List<WebSocketClient> clients = new ArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void connectTwo() {
    for (int i = 0; i < 2; i++) {
      WebSocketClient client = WebSocketClient.connect(server);
      clients.add(client);
      sockets.add(server.nextSocket());
      client.send("40/other,");
      client.expectPrefix("40/other,{");
    }
    main.onDisconnect((_, reason) -> reasons.add(reason));
    other.onDisconnect((_, reason) -> reasons.add(reason));
  }

  @AfterEach
  void close() {
    clients.forEach(WebSocketClient::close);
    server.close();
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private RemoteSocket remote(int socket) {
    return join(main.in(sockets.get(socket).id()).fetchSockets()).getFirst();
  }

  /** Ends what a client expects. */
  private void assertNothingMoreFor(int client) {
    main.to(sockets.get(client).id()).emit("end", 1);
    assertEquals("42[\"end\",1]", clients.get(client).nextText());
  }

  @Test
  void emitsToItsClientAlone() {
    remote(1).emit("x", 1, List.of(2));
    assertEquals("42[\"x\",1,[2]]", clients.get(1).nextText());
    assertNothingMoreFor(0);
    assertNothingMoreFor(1);
  }

  @Test
  void entersAndLeavesRooms() {
    RemoteSocket remote = remote(0);
    Socket socket = sockets.getFirst();
    assertSame(socket, remote.local());
    join(remote.join("a", "b", "c"));
    assertEquals(Set.of(socket.id(), "a", "b", "c"), socket.rooms());
    join(remote.leave("a", "c"));
    assertEquals(Set.of(socket.id(), "b"), socket.rooms());
    assertEquals(Set.of(sockets.get(1).id()), sockets.get(1).rooms());
    // It says what was so when it was asked for.
    assertEquals(Set.of(socket.id()), remote.rooms());
  }

  @Test
  void sendsItsClientOutOfTheNamespace() throws InterruptedException {
    join(remote(0).disconnect(false));
    assertFalse(sockets.get(0).connected());
    assertEquals("41", clients.get(0).nextText());
    assertEquals(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, reasons.take());
    other.emit("still", 1);
    assertEquals("42/other,[\"still\",1]", clients.get(0).nextText());
    assertEquals("42/other,[\"still\",1]", clients.get(1).nextText());
    assertNothingMoreFor(1);
  }

  @Test
  void sendsItsClientOutOfAllNamespaces() throws InterruptedException {
    join(remote(0).disconnect(true));
    assertFirstIsSentOut();
  }

  private void assertFirstIsSentOut() throws InterruptedException {
    assertFalse(sockets.get(0).connected());
    assertEquals("41", clients.get(0).nextText());
    assertEquals("41/other,", clients.get(0).nextText());
    assertEquals(1000, clients.get(0).closeCode());
    assertEquals(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, reasons.take());
    assertEquals(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, reasons.take());
    assertEquals(1, main.socketCount());
    assertEquals(1, other.socketCount());
    assertNothingMoreFor(1);
  }

  @Test
  void comesToNothingWhenTheSocketHasGone() {
    RemoteSocket remote = remote(0);
    clients.get(0).send("41");
    while (main.socketCount() > 1) {
      Thread.onSpinWait();
    }
    assertNull(remote.local());
    remote.emit("late", 1);
    join(remote.join("a"));
    join(remote.leave("a"));
    join(remote.disconnect(true));
    other.emit("still", 1);
    assertEquals("42/other,[\"still\",1]", clients.get(0).nextText());
  }

  @Test
  void sendsTheClientsOfABroadcastOutOfAllNamespaces() throws InterruptedException {
    sockets.get(0).join("a");
    join(main.in("a").disconnectSockets(true));
    assertFirstIsSentOut();
  }

  @Test
  void closesTheTransportsOfABroadcastWithoutAWord() throws InterruptedException {
    sockets.get(0).join("a");
    join(main.in("a").closeTransports());
    assertFalse(sockets.get(0).connected());
    assertEquals(1000, clients.get(0).closeCode());
    assertTrue(clients.get(0).isQuiet());
    assertEquals(DisconnectReason.FORCED_CLOSE, reasons.take());
    assertEquals(DisconnectReason.FORCED_CLOSE, reasons.take());
    assertEquals(1, main.socketCount());
    assertEquals(1, other.socketCount());
    assertNothingMoreFor(1);
  }
}
