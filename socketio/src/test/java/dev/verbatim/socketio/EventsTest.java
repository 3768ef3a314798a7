package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.core.JsonParser;

/** What listens to one socket: handlers, middleware, and who sees what goes out. */
@Timeout(180)
final class EventsTest {
  private final TestServer server = new TestServer(SocketIoOptions.defaults());
  private final Namespace main = server.io().of("/");
  private final BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private WebSocketClient client;
  private Socket socket;

  /** A shape to bind to. */
  record Point(int x, int y) {}

  @BeforeEach
  void connect() throws InterruptedException {
    main.onConnection(connected::add);
    main.on("sync", (_, event) -> event.ack().send());
    client = WebSocketClient.connect(server);
    socket = Objects.requireNonNull(connected.poll(60, TimeUnit.SECONDS));
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private String next() throws InterruptedException {
    return Objects.requireNonNull(seen.poll(60, TimeUnit.SECONDS));
  }

  /** Waits until everything that the client has sent is handled. */
  private void sync() {
    client.send("4277[\"sync\"]");
    assertEquals("4377[]", client.nextText());
  }

  @Test
  void tellsWhichEventsHaveHandlers() {
    main.on("a", (_, _) -> {});
    assertEquals(Set.of("sync", "a"), main.eventNames());
  }

  @Test
  void handlesAnEventOnce() {
    socket.once("a", (_, _) -> seen.add("once"));
    client.send("42[\"a\"]");
    client.send("42[\"a\"]");
    sync();
    assertEquals(List.of("once"), List.copyOf(seen));
  }

  @Test
  void removesOneHandlerOfSeveral() {
    EventHandler first = (_, _) -> seen.add("first");
    EventHandler second = (_, _) -> seen.add("second");
    socket.on("a", first);
    socket.on("a", second);
    socket.off("a", first);
    client.send("42[\"a\"]");
    sync();
    assertEquals(List.of("second"), List.copyOf(seen));
    socket.off("a", second);
    client.send("42[\"a\"]");
    sync();
    assertEquals(1, seen.size());
  }

  @Test
  void showsAllEventsUntilToldOtherwise() {
    EventHandler one = (_, event) -> seen.add("one " + event.name());
    socket.onAny(one);
    socket.onAny((_, event) -> seen.add("two " + event.name()));
    client.send("42[\"a\"]");
    sync();
    socket.offAny(one);
    client.send("42[\"b\"]");
    sync();
    socket.offAny();
    client.send("42[\"c\"]");
    sync();
    assertEquals(
        List.of("one a", "two a", "one sync", "two sync", "two b", "two sync"), List.copyOf(seen));
  }

  @Test
  void asksTheMiddlewareBeforeTheHandlers() throws InterruptedException {
    socket.onAny((_, event) -> seen.add("any " + event.name()));
    socket.use(
        (_, event) -> {
          seen.add("asked");
          if (event.name().equals("bad")) {
            throw new IllegalStateException("refused");
          }
        });
    socket.onError((_, event, e) -> seen.add(event.name() + ": " + e.getMessage()));
    socket.on("bad", (_, _) -> seen.add("handled"));
    socket.on("good", (_, _) -> seen.add("handled"));
    client.send("42[\"bad\"]");
    client.send("42[\"good\"]");
    for (String expected :
        List.of("any bad", "asked", "bad: refused", "any good", "asked", "handled")) {
      assertEquals(expected, next());
    }
  }

  @Test
  void bindsTheFirstArgument() throws InterruptedException {
    main.on("point", Point.class, (_, point, ack) -> ack.send(point, point.x() + point.y()));
    main.on("nothing", Point.class, (_, point, _) -> seen.add("point " + point.x()));
    main.onError((_, event, e) -> seen.add(event.name() + " " + e.getClass().getSimpleName()));
    client.send("421[\"point\",{\"x\":1,\"y\":2}]");
    assertEquals("431[{\"x\":1,\"y\":2},3]", client.nextText());
    client.send("42[\"nothing\"]");
    assertEquals("nothing BadArgumentException", next());
    client.send("42[\"point\",[]]");
    assertEquals("point BadArgumentException", next());
  }

  /** All that a parser has before it, token by token. */
  private static String tokens(JsonParser parser) {
    StringBuilder tokens = new StringBuilder();
    try (parser) {
      while (parser.nextToken() != null) {
        tokens.append(parser.getString()).append(' ');
      }
    }
    return tokens.toString();
  }

  @Test
  void streamsAnArgument() throws InterruptedException {
    socket.on("shape", (_, event) -> event.ack().send(tokens(event.parser(1))));
    socket.onError(
        (_, _, e) -> seen.add("out of bounds: " + (e instanceof IndexOutOfBoundsException)));
    client.send("421[\"shape\",{\"a\":[]},[1,{\"b\":\"é\"}],2]");
    assertEquals("431[\"[ 1 { b é } ] \"]", client.nextText());
    client.send("422[\"shape\",3,-4.5]");
    assertEquals("432[\"-4.5 \"]", client.nextText());
    client.send("423[\"shape\",5]");
    assertEquals("out of bounds: true", next());
  }

  @Test
  void streamsWhatAnAcknowledgementSays() {
    var answer = socket.timeout(Duration.ofMinutes(1)).emitWithAck("who").toCompletableFuture();
    client.send("43" + client.expectPrefix("42").replace("[\"who\"]", "[\"a\",{\"b\":[1,2]}]"));
    Args args = answer.join();
    assertEquals("a ", tokens(args.parser(0)));
    assertEquals("{ b [ 1 2 ] } ", tokens(args.parser(1)));
    assertEquals("{ b [ 1 2 ] } ", tokens(args.parser(1)));
    assertThrows(IndexOutOfBoundsException.class, () -> args.parser(2));
  }

  @Test
  void showsWhatGoesOut() throws InterruptedException {
    OutgoingListener listener =
        (_, event, args) -> seen.add(event + " " + args.count() + " " + args.hasAttachments());
    socket.onAnyOutgoing(listener);
    socket.emit("own", 1, 2);
    main.emit("all", Map.of("data", new byte[] {1}));
    socket.timeout(Duration.ofMinutes(1)).emitWithAck("asked");
    skip(4);
    assertEquals("own 2 false", next());
    assertEquals("all 1 true", next());
    assertEquals("asked 0 false", next());
    socket.offAnyOutgoing(listener);
    socket.emit("hidden");
    skip(1);
    assertEquals(0, seen.size());
  }

  private void skip(int messages) {
    for (int i = 0; i < messages; i++) {
      client.next();
    }
  }

  @Test
  void letsAListenerChangeTheRoomThatItIsReachedIn() throws InterruptedException {
    try (WebSocketClient other = WebSocketClient.connect(server)) {
      Socket second = Objects.requireNonNull(connected.poll(60, TimeUnit.SECONDS));
      for (Socket each : List.of(socket, second)) {
        each.onAnyOutgoing((from, _, _) -> from.leave("room"));
        main.in(each.id()).socketsJoin("room").toCompletableFuture().join();
      }
      main.to("room").emit("last", 1);
      assertEquals("42[\"last\",1]", client.nextText());
      assertEquals("42[\"last\",1]", other.nextText());
    }
  }

  @Test
  void tellsTheSocketsOwnHandlersThatItGoes() throws InterruptedException {
    main.in(socket.id()).socketsJoin("a").toCompletableFuture().join();
    socket.onDisconnecting((going, _) -> seen.add("going " + going.rooms().size()));
    socket.onDisconnect((_, reason) -> seen.add("gone: " + reason.text()));
    main.onDisconnecting((_, _) -> seen.add("namespace going"));
    main.onDisconnect((_, _) -> seen.add("namespace gone"));
    client.send("41");
    for (String expected :
        List.of(
            "going 2", "namespace going", "gone: client namespace disconnect", "namespace gone")) {
      assertEquals(expected, next());
    }
  }

  @Test
  void emitsNoReservedName() {
    assertThrows(IllegalArgumentException.class, () -> socket.emit("connect"));
    assertThrows(IllegalArgumentException.class, () -> main.emit("disconnect"));
    assertThrows(IllegalArgumentException.class, () -> Frame.event(main, "connect", new byte[2]));
    assertThrows(IllegalArgumentException.class, () -> socket.once("disconnecting", (_, _) -> {}));
  }

  @Test
  void sendsNoFrameOfAnotherNamespace() {
    Frame frame = Frame.event(server.io().of("/other"), "a", 1);
    assertThrows(IllegalArgumentException.class, () -> main.to("room").send(frame));
    assertThrows(IllegalArgumentException.class, () -> socket.volatile_().send(frame));
    assertThrows(IllegalArgumentException.class, () -> socket.send(frame));
    assertThrows(IllegalArgumentException.class, () -> main.batch().to("room", frame));
  }
}
