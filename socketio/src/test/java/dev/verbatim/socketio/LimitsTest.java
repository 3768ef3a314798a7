package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.POLLING;
import static dev.verbatim.socketio.RawClient.get;
import static dev.verbatim.socketio.RawClient.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.CodecLimits;
import dev.verbatim.socketio.protocol.MalformedPacketException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What passing each bound leads to. */
@Timeout(180)
final class LimitsTest {
  private static final String OPEN = get(POLLING);

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

  static Stream<Arguments> codecBounds() {
    String one = "[\"e\",{\"_placeholder\":true,\"num\":0}]";
    CodecLimits.Builder attachments = CodecLimits.builder().attachmentsMax(1);
    CodecLimits.Builder arguments = CodecLimits.builder().argumentsMax(1);
    CodecLimits.Builder depth = CodecLimits.builder().jsonDepthMax(2);
    CodecLimits.Builder property = CodecLimits.builder().jsonNameLengthMax(2);
    CodecLimits.Builder number = CodecLimits.builder().jsonNumberLengthMax(2);
    CodecLimits.Builder event = CodecLimits.builder().eventNameLengthMax(4);
    return Stream.of(
        row(attachments, "451-1" + one, "452-1" + one, Reason.TOO_MANY_ATTACHMENTS),
        row(arguments, "421[\"e\",1]", "421[\"e\",1,2]", Reason.TOO_MANY_ARGUMENTS),
        row(depth, "421[\"e\",[1]]", "421[\"e\",[[1]]]", Reason.INVALID_JSON),
        row(property, "421[\"e\",{\"ab\":1}]", "421[\"e\",{\"abc\":1}]", Reason.INVALID_JSON),
        row(number, "421[\"e\",12]", "421[\"e\",123]", Reason.INVALID_JSON),
        row(event, "421[\"four\"]", "421[\"fives\"]", Reason.EVENT_NAME_TOO_LONG));
  }

  private static Arguments row(
      CodecLimits.Builder limits, String within, String beyond, Reason reason) {
    return Arguments.of(limits.build(), within, beyond, reason);
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("codecBounds")
  void closesWhoSendsWhatIsBeyondABoundOfTheCodec(
      CodecLimits codec, String within, String beyond, Reason reason) throws InterruptedException {
    try (TestServer server = server(Limits.builder().codec(codec))) {
      server.io().of("/").onAny((_, event) -> event.ack().send(event.name()));
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        client.send(within);
        if (within.startsWith("45")) {
          client.send(new byte[] {1});
        }
        client.expectPrefix("431[");
        assertEquals(0, server.io().counters().malformed().get(reason));
        client.send(beyond);
        assertEquals(1002, client.closeCode());
        assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(30, TimeUnit.SECONDS));
        assertEquals(1, server.io().counters().malformed().get(reason));
      }
    }
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("codecBounds")
  void closesWhoPostsWhatIsBeyondABoundOfTheCodec(
      CodecLimits codec, String within, String beyond, Reason reason) throws Exception {
    try (TestServer server = server(Limits.builder().codec(codec))) {
      server.io().of("/").onAny((_, event) -> event.ack().send(event.name()));
      try (RawClient client = new RawClient(server)) {
        String session = client.connectPolling();
        client.send(post(session, within.startsWith("45") ? within + "\u001ebAQ==" : within));
        client.readAnswer(200);
        client.send(get(session));
        assertTrue(client.readAnswer(200).startsWith("431["));
        client.send(post(session, beyond));
        client.readAnswer(200);
        assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(30, TimeUnit.SECONDS));
        assertEquals(1, server.io().counters().malformed().get(reason));
        client.send(get(session));
        assertTrue(client.readAnswer(400).startsWith("{\"code\":1,"));
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
  void closesWhoPostsNoAttachmentsForLongerThanAttachmentsTimeout() {
    Limits limits = Limits.builder().attachmentsTimeout(Duration.ofSeconds(5)).build();
    String header = "451-1[\"e\",{\"_placeholder\":true,\"num\":0}]";
    try (EmbeddedServer server = new EmbeddedServer(limits)) {
      server.send(OPEN);
      String session = POLLING + "&sid=" + RawClient.sid(server.receivedText());
      server.send(post(session, "40\u001e" + header) + get(session));
      server.pass(Duration.ofSeconds(4));
      server.received();
      server.send(post(session, "bYQ==") + get(session));
      assertTrue(server.receivedText().endsWith("\r\n\r\n431[\"answer\"]"));
      server.pass(Duration.ofSeconds(10));
      server.send(post(session, header) + get(session));
      server.pass(Duration.ofSeconds(4));
      assertTrue(server.receivedText().endsWith("\r\n\r\nok"));
      server.pass(Duration.ofSeconds(2));
      assertTrue(server.receivedText().endsWith("\r\n\r\n1"));
      server.send(get(session));
      assertTrue(server.receivedText().contains("Session ID unknown"));
      assertEquals(1, server.io().counters().closed().get(DisconnectReason.PARSE_ERROR));
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
