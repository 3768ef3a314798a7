package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where what the server was given is called: the README has a table of it. */
@Timeout(180)
final class DispatchTest {
  /** Kinds of threads. */
  private enum Where {
    VIRTUAL_THREAD,
    /** The socket's own. */
    ITS_EVENT_LOOP,
    /** One of the server's. */
    AN_EVENT_LOOP,
    ELSEWHERE
  }

  /** Where each thing has been called last. */
  private final Map<String, Where> calls = new ConcurrentHashMap<>();

  private final CompletableFuture<Void> disconnected = new CompletableFuture<>();

  private final TestServer server =
      new TestServer(
          SocketIoOptions.builder()
              .ackTimeout(Duration.ofMinutes(1))
              .cors(Cors.origin(_ -> note("cors")).build())
              .allowRequest(
                  handshake -> note("allowRequest") && handshake.query("forbidden") == null)
              .addressOf(handshake -> note("addressOf") ? handshake.address() : null)
              .headers((_, _) -> note("headers"))
              .initialHeaders((_, _) -> note("initialHeaders"))
              .build());

  private final Namespace main = server.io().of("/");

  @AfterEach
  void close() {
    server.close();
  }

  /** Notes a call that has to do with no socket; true, for who is asked something. */
  private boolean note(String what) {
    boolean isOnLoop = false;
    for (EngineLoop loop : server.io().loops()) {
      isOnLoop |= loop.inEventLoop();
    }
    calls.put(what, isOnLoop ? Where.AN_EVENT_LOOP : here());
    return true;
  }

  private void note(String what, Socket socket) {
    boolean isOnLoop = socket.inEventLoop();
    calls.put(what, isOnLoop ? Where.ITS_EVENT_LOOP : here());
  }

  private static Where here() {
    return Thread.currentThread().isVirtual() ? Where.VIRTUAL_THREAD : Where.ELSEWHERE;
  }

  /** Has each kind of handler called once, and gives where. */
  private Map<String, Where> callHandlers() {
    main.use(
        (socket, next) -> {
          note("middleware", socket);
          next.proceed();
        });
    main.onConnection(
        socket -> {
          note("connection", socket);
          socket.use((_, _) -> note("packet middleware", socket));
          socket.on("event", (_, _) -> note("socket's event", socket));
          socket.onDisconnecting((_, _) -> note("socket's disconnecting", socket));
          socket.onDisconnect((_, _) -> note("socket's disconnect", socket));
        });
    main.onAny((socket, _) -> note("any event", socket));
    main.on(
        "event",
        (socket, _) -> {
          note("event", socket);
          throw new IllegalStateException("on purpose");
        });
    main.onError((socket, _, _) -> note("error", socket));
    main.onUnknown((socket, _) -> note("unknown event", socket));
    main.onDisconnecting((socket, _) -> note("disconnecting", socket));
    main.onDisconnect(
        (socket, _) -> {
          note("disconnect", socket);
          disconnected.complete(null);
        });
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("42[\"event\"]");
      client.send("42[\"other\"]");
      client.send("41");
      disconnected.join();
    }
    // What concerns the handshake is no handler's.
    calls
        .keySet()
        .removeAll(Set.of("cors", "allowRequest", "addressOf", "headers", "initialHeaders"));
    return calls;
  }

  private static Map<String, Where> handlersOn(Where where) {
    return Map.ofEntries(
        Map.entry("middleware", where),
        Map.entry("connection", where),
        Map.entry("packet middleware", where),
        Map.entry("any event", where),
        Map.entry("socket's event", where),
        Map.entry("event", where),
        Map.entry("error", where),
        Map.entry("unknown event", where),
        Map.entry("socket's disconnecting", where),
        Map.entry("disconnecting", where),
        Map.entry("socket's disconnect", where),
        Map.entry("disconnect", where));
  }

  @Test
  void callsHandlersOnVirtualThreadsUnlessToldOtherwise() {
    assertEquals(handlersOn(Where.VIRTUAL_THREAD), callHandlers());
  }

  @Test
  void callsHandlersOnTheSocketsEventLoopWhenToldTo() {
    main.dispatch(Dispatch.EVENT_LOOP);
    assertEquals(handlersOn(Where.ITS_EVENT_LOOP), callHandlers());
  }

  @ParameterizedTest
  @EnumSource
  void callsAllElseOnEventLoopsWhateverIsSaidOfHandlers(Dispatch dispatch) throws IOException {
    main.dispatch(dispatch);
    server.io().of((_, _) -> note("predicate")).dispatch(dispatch);
    server.io().onNewNamespace(_ -> note("onNewNamespace"));
    server.io().onConnectionError(_ -> note("onConnectionError"));
    try (RawClient client = new RawClient(server)) {
      client.send(RawClient.get(RawClient.POLLING + "&forbidden=1"));
      client.readAnswer(403);
      client.send(
          RawClient.get(RawClient.POLLING).replace("Host: x", "Host: x\r\nOrigin: http://a"));
      client.readAnswer(200);
    }
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      socket.onAnyOutgoing((_, _, _) -> note("onAnyOutgoing", socket));
      CompletableFuture<?> ofOne =
          socket
              .emitWithAck("who")
              .toCompletableFuture()
              .whenComplete((_, _) -> note("emitWithAck", socket));
      answer(client);
      ofOne.join();
      CompletableFuture<?> ofAll =
          main.emitWithAck("who")
              .toCompletableFuture()
              .whenComplete((_, _) -> note("emitWithAck to all"));
      answer(client);
      ofAll.join();
      client.send("40/dynamic,");
      client.expectPrefix("40/dynamic,{");
    }
    assertEquals(
        Map.ofEntries(
            Map.entry("emitWithAck", Where.ITS_EVENT_LOOP),
            Map.entry("emitWithAck to all", Where.AN_EVENT_LOOP),
            Map.entry("onAnyOutgoing", Where.ITS_EVENT_LOOP),
            Map.entry("onNewNamespace", Where.AN_EVENT_LOOP),
            Map.entry("predicate", Where.AN_EVENT_LOOP),
            Map.entry("allowRequest", Where.AN_EVENT_LOOP),
            Map.entry("addressOf", Where.AN_EVENT_LOOP),
            Map.entry("cors", Where.AN_EVENT_LOOP),
            Map.entry("headers", Where.AN_EVENT_LOOP),
            Map.entry("initialHeaders", Where.AN_EVENT_LOOP),
            Map.entry("onConnectionError", Where.AN_EVENT_LOOP)),
        calls);
  }

  private static void answer(WebSocketClient client) {
    client.send("43" + client.expectPrefix("42").replace("[\"who\"]", "[]"));
  }
}
