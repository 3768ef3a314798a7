package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.CodecLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What passing each bound leads to. */
@Timeout(180)
final class LimitsTest {
  private static final String OPEN =
      "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n";

  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

  private TestServer server(Limits.Builder limits) {
    TestServer server = new TestServer(SocketIoOptions.builder().limits(limits.build()).build());
    server.io().of("/").onDisconnect((_, reason) -> reasons.add(reason));
    return server;
  }

  @Test
  void namesEveryBoundThatCannotBe() {
    Limits.Builder wrong = Limits.builder().sessionsMax(0).pipelinedMax(-1);
    String message =
        assertThrows(IllegalArgumentException.class, wrong.closeTimeout(Duration.ZERO)::build)
            .getMessage();
    assertEquals(
        "sessionsMax is not positive: 0; pipelinedMax is not positive: -1;"
            + " closeTimeout is not positive: PT0S",
        message);
    CodecLimits.Builder wrongCodec = CodecLimits.builder().jsonDepthMax(0).argumentsMax(-2);
    assertEquals(
        "argumentsMax is not positive: -2; jsonDepthMax is not positive: 0",
        assertThrows(IllegalArgumentException.class, wrongCodec::build).getMessage());
  }

  @Test
  void refusesHandshakesBeyondSessionsMax() throws IOException {
    try (TestServer server = server(Limits.builder().sessionsMax(2));
        WebSocketClient _ = WebSocketClient.connect(server);
        WebSocketClient _ = WebSocketClient.connect(server);
        RawClient third = new RawClient(server)) {
      third.send(OPEN);
      assertTrue(third.readHead().startsWith("HTTP/1.1 503 "));
      assertEquals(2, server.io().sessionCount());
    }
  }

  @Test
  void closesWhoIsInMoreRoomsThanRoomsPerSocketMax() throws InterruptedException {
    try (TestServer server = server(Limits.builder().roomsPerSocketMax(2))) {
      server
          .io()
          .of("/")
          .onConnection(
              socket -> {
                socket.join("a");
                socket.join("b");
                socket.join("b");
                socket.leave("a");
                socket.join("c");
                socket.emit("two");
              });
      server.io().of("/").on("join", (socket, _) -> socket.join("d"));
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        assertEquals("42[\"two\"]", client.nextText());
        client.send("42[\"join\"]");
        assertEquals(1008, client.closeCode());
        assertEquals(DisconnectReason.FORCED_CLOSE, reasons.poll(30, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void refusesMoreNamespacesThanNamespacesPerConnectionMax() {
    try (TestServer server = server(Limits.builder().namespacesPerConnectionMax(2))) {
      server.io().of("/a");
      server.io().of("/b");
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        client.send("40/a,");
        client.expectPrefix("40/a,{");
        client.send("40/b,");
        assertEquals("44/b,{\"message\":\"Too many namespaces\"}", client.nextText());
        client.send("41/a,");
        client.send("40/b,");
        client.expectPrefix("40/b,{");
      }
    }
  }

  @Test
  void failsAcknowledgementsAwaitedBeyondAcksPerSocketMax() throws InterruptedException {
    BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();
    try (TestServer server = server(Limits.builder().acksPerSocketMax(1))) {
      server.io().of("/").onConnection(connected::add);
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        Socket socket = connected.take();
        CompletableFuture<Args> first =
            socket.timeout(Duration.ofDays(1)).emitWithAck("a").toCompletableFuture();
        CompletableFuture<Args> second =
            socket.timeout(Duration.ofDays(1)).emitWithAck("b").toCompletableFuture();
        CompletionException failure = assertThrows(CompletionException.class, second::join);
        assertEquals(
            AckMissingException.Reason.TOO_MANY,
            assertInstanceOf(AckMissingException.class, failure.getCause()).reason());
        assertEquals("420[\"a\"]", client.nextText());
        client.send("430[]");
        assertEquals(0, first.join().count());
      }
    }
  }

  @Test
  void readsNothingMoreBeyondEventsWaitingMax() throws IOException, InterruptedException {
    Semaphore go = new Semaphore(0);
    Semaphore handled = new Semaphore(0);
    BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();
    try (TestServer server = server(Limits.builder().eventsWaitingMax(4))) {
      server.io().of("/").onConnection(connected::add);
      server
          .io()
          .of("/")
          .on(
              "wait",
              (_, _) -> {
                handled.release();
                go.acquireUninterruptibly();
              });
      try (RawClient client = RawClient.webSocket(server)) {
        client.send(RawClient.frame(0x81, "40"));
        client.readFrame();
        byte[] event = RawClient.frame(0x81, "42[\"wait\"]");
        for (int i = 0; i < 5; i++) {
          client.send(event);
        }
        handled.acquireUninterruptibly();
        Session session = connected.take().session();
        while (!isPaused(session)) {
          Thread.onSpinWait();
        }
        client.send(RawClient.frame(0x89, "ping"));
        go.release(5);
        handled.acquireUninterruptibly(4);
        assertEquals("ping", client.readFrame());
      }
    }
  }

  private static boolean isPaused(Session session) {
    CompletableFuture<Boolean> paused = new CompletableFuture<>();
    session.loop().run(() -> paused.complete(session.isPaused()));
    return paused.join();
  }

  @Test
  void closesWhoPipelinesMoreThanPipelinedMax() throws IOException {
    try (TestServer server = server(Limits.builder().pipelinedMax(2));
        RawClient client = new RawClient(server)) {
      client.send(OPEN);
      client.readHead();
      StringBuilder body = new StringBuilder();
      while (body.isEmpty() || body.charAt(body.length() - 1) != '}') {
        body.append(client.read(1));
      }
      String poll = OPEN.replace("polling", "polling&sid=" + body.substring(9, 29));
      // The first is held; the next one is two parts, its head and its end.
      client.send(poll + OPEN + OPEN);
      assertTrue(client.isEnded());
    }
  }
}
