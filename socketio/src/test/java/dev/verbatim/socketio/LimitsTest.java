package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.POLLING;
import static dev.verbatim.socketio.RawClient.get;
import static dev.verbatim.socketio.RawClient.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.CodecLimits;
import java.io.IOException;
import java.net.InetAddress;
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
  private static final String OPEN = get(POLLING);

  private static final String FORBIDDEN = "{\"code\":4,\"message\":\"Forbidden\"}";
  private static final String TOO_MANY = "{\"message\":\"Too many connections\"}";

  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

  private TestServer server(Limits.Builder limits) {
    TestServer server = new TestServer(SocketIoOptions.builder().limits(limits.build()).build());
    server.io().of("/").onDisconnect((_, reason) -> reasons.add(reason));
    return server;
  }

  @Test
  void namesEveryBoundThatCannotBe() {
    Limits.Builder wrong = Limits.builder().connectionsMax(0).pipelinedMax(-1);
    String message =
        assertThrows(IllegalArgumentException.class, wrong.closeTimeout(Duration.ZERO)::build)
            .getMessage();
    assertEquals(
        "connectionsMax is not positive: 0; pipelinedMax is not positive: -1;"
            + " closeTimeout is not positive: PT0S",
        message);
    CodecLimits.Builder wrongCodec = CodecLimits.builder().jsonDepthMax(0).argumentsMax(-2);
    assertEquals(
        "argumentsMax is not positive: -2; jsonDepthMax is not positive: 0",
        assertThrows(IllegalArgumentException.class, wrongCodec::build).getMessage());
  }

  @Test
  void refusesHandshakesBeyondConnectionsMax() throws IOException {
    try (TestServer server = server(Limits.builder().connectionsMax(2));
        WebSocketClient _ = WebSocketClient.connect(server);
        WebSocketClient _ = WebSocketClient.connect(server);
        RawClient third = new RawClient(server)) {
      third.send(OPEN);
      assertTrue(third.readHead().startsWith("HTTP/1.1 503 "));
      assertEquals(2, server.io().sessionCount());
    }
  }

  @Test
  void countsHandshakesThatAreNotAllowedYetAsConnections() throws Exception {
    BlockingQueue<AllowRequest.Decision> asked = new LinkedBlockingQueue<>();
    SocketIoOptions options =
        SocketIoOptions.builder()
            .limits(Limits.builder().connectionsMax(1).build())
            .allowRequest(
                (request, decision) -> {
                  if (request.query("again") == null) {
                    asked.add(decision);
                  } else {
                    decision.refuse(null);
                  }
                })
            .build();
    try (TestServer server = new TestServer(options);
        RawClient second = new RawClient(server)) {
      try (RawClient first = new RawClient(server)) {
        first.send(OPEN);
        AllowRequest.Decision decision = asked.take();
        second.send(OPEN);
        assertEquals(TOO_MANY, second.readAnswer(503));
        decision.refuse(null);
        first.readAnswer(403);
        first.send(OPEN);
        asked.take();
      }
      // The first is gone, and does not keep its place.
      for (boolean isIn = false; !isIn; ) {
        second.send(OPEN.replace("polling", "polling&again=1"));
        isIn = second.readHead().startsWith("HTTP/1.1 403 ");
        second.read(isIn ? FORBIDDEN.length() : TOO_MANY.length());
      }
    }
  }

  @Test
  void refusesMoreConnectionsThanConnectionsPerAddressMax() throws IOException {
    Limits limits = Limits.builder().connectionsPerAddressMax(1).build();
    SocketIoOptions options =
        SocketIoOptions.builder()
            .limits(limits)
            .addressOf(handshake -> InetAddress.ofLiteral(handshake.header("X-Address")))
            .build();
    try (TestServer server = new TestServer(options);
        RawClient client = new RawClient(server)) {
      String sid = open(client, 200, "192.0.2.1");
      open(client, 503, "192.0.2.1");
      open(client, 200, "192.0.2.2");
      open(client, 200, "2001:db8::1");
      open(client, 503, "2001:db8::2");
      open(client, 200, "2001:db8:0:1::2");
      client.send(post(POLLING + "&sid=" + sid, "1"));
      client.readAnswer(200);
      client.send(get(POLLING + "&sid=" + sid));
      client.readAnswer(200);
      open(client, 200, "192.0.2.1");
    }
  }

  /** Asks for a session as somebody, and gives its id if there is one. */
  private static String open(RawClient client, int status, String address) throws IOException {
    client.send(OPEN.replace("Host: x", "Host: x\r\nX-Address: " + address));
    String body = client.readAnswer(status);
    return status == 200 ? RawClient.sid(body) : "";
  }

  @Test
  void refusesHandshakesBeyondTheirRate() throws IOException {
    try (TestServer server = server(Limits.builder().handshakeRate(1, 2));
        RawClient client = new RawClient(server)) {
      // However slowly this is run, one of them follows the others too soon.
      int admitted = 0;
      String head = handshake(client);
      while (head.startsWith("HTTP/1.1 200 ")) {
        admitted++;
        head = handshake(client);
      }
      assertTrue(admitted >= 2);
      assertTrue(head.startsWith("HTTP/1.1 429 "), head);
      assertTrue(head.contains("\r\nretry-after: 1\r\n"), head);
    }
  }

  private static String handshake(RawClient client) throws IOException {
    client.send(OPEN);
    return client.readAnswer().head();
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
        server.settle();
        assertTrue(client.isQuiet());
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
      String poll = get(client.openPolling());
      // The first is held; the next one is two parts, its head and its end.
      client.send(poll + OPEN + OPEN);
      assertTrue(client.isEnded());
    }
  }

  @Test
  void closesWhoNamesAnEventLongerThanEventNameLengthMax() throws InterruptedException {
    CodecLimits codec = CodecLimits.builder().eventNameLengthMax(4).build();
    try (TestServer server = server(Limits.builder().codec(codec))) {
      server.io().of("/").onAny((_, event) -> event.ack().send(event.name()));
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        client.send("421[\"four\"]");
        assertEquals("431[\"four\"]", client.nextText());
        client.send("422[\"fives\"]");
        assertEquals(1002, client.closeCode());
        assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(30, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void closesWhoSendsMorePacketsAtOnceThanPayloadPacketsMax() throws Exception {
    CodecLimits codec = CodecLimits.builder().payloadPacketsMax(2).build();
    try (TestServer server = server(Limits.builder().codec(codec));
        RawClient client = new RawClient(server)) {
      String session = client.openPolling();
      client.send(post(session, "40\u001e6"));
      client.readAnswer(200);
      client.send(post(session, "6\u001e6\u001e66"));
      client.readAnswer(400);
      assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void closesWhoKeepsAttachmentsBackForLongerThanAttachmentsTimeout() {
    Limits limits = Limits.builder().attachmentsTimeout(Duration.ofSeconds(5)).build();
    byte[] header = RawClient.frame(0x81, "451-1[\"e\",{\"_placeholder\":true,\"num\":0}]");
    byte[] attachment = RawClient.frame(0x82, "a");
    try (EmbeddedServer server = new EmbeddedServer(limits)) {
      server.send(RawClient.upgrade(""));
      server.send(RawClient.frame(0x81, "40"), 0);
      server.send(header, 0);
      server.pass(Duration.ofSeconds(4));
      server.received();
      server.send(attachment, 0);
      assertEquals("\201\r431[\"answer\"]", server.receivedText());
      server.pass(Duration.ofSeconds(10));
      server.send(header, 0);
      server.pass(Duration.ofSeconds(6));
      assertEquals("\210\2\3\360", server.receivedText());
    }
  }

  @Test
  void remembersAsManyLeftNamespacesAsNamespacesPerConnectionMax() throws InterruptedException {
    try (TestServer server = server(Limits.builder().namespacesPerConnectionMax(2))) {
      for (String name : new String[] {"/a", "/b", "/c"}) {
        server.io().of(name);
      }
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        for (String name : new String[] {"/a", "/b", "/c"}) {
          client.send("40" + name + ",");
          client.expectPrefix("40" + name + ",{");
          client.send("41" + name + ",");
        }
        client.send("42/b,[\"e\"]");
        client.send("42/c,[\"e\"]");
        client.send("40/a,");
        client.expectPrefix("40/a,{");
        client.send("41/a,");
        client.send("42/b,[\"e\"]");
        assertEquals(1002, client.closeCode());
        assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(30, TimeUnit.SECONDS));
      }
    }
  }
}
