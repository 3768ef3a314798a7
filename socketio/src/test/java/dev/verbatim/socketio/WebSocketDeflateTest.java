package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.RawClient.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed messages (RFC 7692), as a client sees them. */
@Timeout(180)
final class WebSocketDeflateTest {
  private static final int TEXT = 0x81;
  private static final int BINARY = 0x82;
  private static final int RSV1 = 0x40;
  private static final int FIN = 0x80;

  private static final String OFFER = "permessage-deflate; client_max_window_bits";
  private static final int MESSAGE_BYTES_MAX = 1_000_000;

  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
  private final SocketIoOptions options =
      SocketIoOptions.builder()
          .perMessageDeflate(true)
          .maxHttpBufferSize(MESSAGE_BYTES_MAX)
          .build();
  private final TestServer echo = TestServer.echoing(options, reasons);
  private final TestServer server = new TestServer(options);

  @AfterEach
  void close() {
    echo.close();
    server.close();
  }

  private static String offering(String offer, String request) {
    return request.replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: " + offer + "\r\n\r\n");
  }

  /** Opens a WebSocket with an offer, and reads as far as the OPEN packet. */
  private static RawClient open(TestServer server, String query, String offer) throws IOException {
    RawClient client = new RawClient(server);
    client.send(offering(offer, RawClient.upgrade(query)));
    String head = client.readHead();
    assertTrue(
        head.toLowerCase(Locale.ROOT)
            .contains(
                "sec-websocket-extensions: permessage-deflate; server_no_context_takeover;"
                    + " client_no_context_takeover\r\n"),
        head);
    if (query.isEmpty()) {
      client.readFrame();
    }
    return client;
  }

  private static RawClient open(TestServer server) throws IOException {
    return open(server, "", OFFER);
  }

  private static byte[] deflated(byte[] message) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(message);
    byte[] data = new byte[message.length + 100];
    int length = deflater.deflate(data, 0, data.length, Deflater.SYNC_FLUSH);
    deflater.end();
    return Arrays.copyOf(data, length - 4);
  }

  private static byte[] deflated(String message) {
    return deflated(message.getBytes(UTF_8));
  }

  private static String inflated(byte[] data) {
    Inflater inflater = new Inflater(true);
    inflater.setInput(data);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    byte[] buffer = new byte[8_192];
    try {
      for (int n = inflater.inflate(buffer); n > 0; n = inflater.inflate(buffer)) {
        message.write(buffer, 0, n);
      }
    } catch (DataFormatException e) {
      throw new AssertionError(e);
    } finally {
      inflater.end();
    }
    return message.toString(UTF_8);
  }

  /** A message that must be a compressed text, inflated. */
  private static String readDeflated(RawClient client) throws IOException {
    ServerFrame frame = client.readWholeFrame();
    assertEquals(TEXT | RSV1, frame.first());
    return inflated(frame.payload().toByteArray());
  }

  private static String readPlain(RawClient client) throws IOException {
    ServerFrame frame = client.readWholeFrame();
    assertEquals(TEXT, frame.first());
    return frame.payload().utf8();
  }

  // Agreeing

  @Test
  void agreesToNothingByItself() throws IOException {
    try (TestServer plain = new TestServer(SocketIoOptions.defaults());
        RawClient client = new RawClient(plain);
        RawClient silent = new RawClient(server)) {
      client.send(
          RawClient.upgrade("")
              .replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: " + OFFER + "\r\n\r\n"));
      assertFalse(client.readHead().toLowerCase(Locale.ROOT).contains("extensions"));
      silent.send(RawClient.upgrade(""));
      assertFalse(silent.readHead().toLowerCase(Locale.ROOT).contains("extensions"));
    }
  }

  @Test
  void agreesOnUpgradesToo() throws IOException {
    PollingClient polling = PollingClient.open(echo);
    try (RawClient client = open(echo, "&sid=" + polling.id(), OFFER)) {
      client.send(RawClient.frame(TEXT, "2probe"));
      assertEquals("3probe", client.readFrame());
      client.send(RawClient.frame(TEXT, "5"));
      String message = "4" + "ä".repeat(1_000);
      client.send(RawClient.frame(TEXT | RSV1, deflated(message)));
      assertEquals(message, readDeflated(client));
    }
  }

  // What goes out

  @Test
  void compressesFromTheThresholdOn() throws IOException {
    try (RawClient client = open(echo)) {
      for (String message : new String[] {"4" + "x".repeat(1_022), "4", "4hello"}) {
        client.send(RawClient.frame(TEXT, message));
        assertEquals(message, readPlain(client));
      }
      String longer = "4" + "x".repeat(1_023);
      client.send(RawClient.frame(TEXT, longer));
      assertEquals(longer, readDeflated(client));
      byte[] binary = new byte[2_000];
      client.send(RawClient.frame(BINARY, binary));
      ServerFrame frame = client.readWholeFrame();
      assertEquals(BINARY | RSV1, frame.first());
      assertEquals(new String(binary, UTF_8), inflated(frame.payload().toByteArray()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 3_000})
  void compressesFromAThresholdOfOnesOwnOn(int threshold) throws IOException {
    SocketIoOptions own =
        SocketIoOptions.builder().perMessageDeflate(new PerMessageDeflate(threshold)).build();
    try (TestServer other = new TestServer(own);
        RawClient client = open(other)) {
      client.send(RawClient.frame(TEXT, "40"));
      client.readFrame();
      Socket socket = other.nextSocket();
      String shorter = "x".repeat(threshold - "42[\"x\",\"\"]".length() - 1);
      socket.emit("x", shorter);
      other.io().emit("x", shorter);
      socket.emit("x", shorter + "x");
      other.io().emit("x", shorter + "x");
      assertEquals("42[\"x\",\"" + shorter + "\"]", readPlain(client));
      assertEquals("42[\"x\",\"" + shorter + "\"]", readPlain(client));
      assertEquals("42[\"x\",\"" + shorter + "x\"]", readDeflated(client));
      assertEquals("42[\"x\",\"" + shorter + "x\"]", readDeflated(client));
    }
  }

  @Test
  void compressesNothingForWhoDidNotAgree() throws IOException {
    try (RawClient client = RawClient.webSocket(echo)) {
      String message = "4" + "x".repeat(5_000);
      client.send(RawClient.frame(TEXT, message));
      assertEquals(message, readPlain(client));
    }
  }

  @Test
  void compressesABroadcastForWhoAgreed() throws IOException {
    Namespace main = server.io().of("/");
    BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();
    main.onConnection(connected::add);
    String text = "\"" + "x".repeat(2_000) + "\"";
    try (RawClient first = open(server);
        RawClient second = open(server);
        RawClient plain = RawClient.webSocket(server)) {
      for (RawClient client : new RawClient[] {first, second, plain}) {
        client.send(RawClient.frame(TEXT, "40"));
        assertTrue(readPlain(client).startsWith("40{"));
      }
      Frame frame = Frame.event(main, "x", text.getBytes(UTF_8));
      main.local().send(frame);
      main.local().send(Frame.event(main, "short", 1));
      String expected = "42[\"x\"," + text + "]";
      assertEquals(expected, readDeflated(first));
      assertEquals(expected, readDeflated(second));
      assertEquals(expected, readPlain(plain));
      for (RawClient client : new RawClient[] {first, second, plain}) {
        assertEquals("42[\"short\",1]", readPlain(client));
      }
    }
  }

  @Test
  void compressesWhatOneSocketGetsInABatch() throws IOException, InterruptedException {
    Namespace main = server.io().of("/");
    BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();
    main.onConnection(
        socket -> {
          socket.join("a");
          connected.add(socket);
        });
    byte[] text = ("\"" + "x".repeat(2_000) + "\"").getBytes(UTF_8);
    String same = "\"" + "x".repeat(2_000) + "\"]";
    try (RawClient owner = open(server);
        RawClient other = open(server)) {
      owner.send(RawClient.frame(TEXT, "40"));
      owner.readFrame();
      Socket own = connected.poll(60, TimeUnit.SECONDS);
      other.send(RawClient.frame(TEXT, "40"));
      other.readFrame();
      connected.poll(60, TimeUnit.SECONDS);
      main.batch()
          .to("a", Frame.event(main, "first", text))
          .to("a", Frame.event(main, "second", 2), own, Frame.event(main, "own", text))
          .to("a", Frame.event(main, "third", text))
          .send();
      assertEquals("42[\"first\"," + same, readDeflated(owner));
      assertEquals("42[\"own\"," + same, readDeflated(owner));
      assertEquals("42[\"third\"," + same, readDeflated(owner));
      assertEquals("42[\"first\"," + same, readDeflated(other));
      assertEquals("42[\"second\",2]", readPlain(other));
      assertEquals("42[\"third\"," + same, readDeflated(other));
    }
  }

  @Test
  void sendsAsItIsWhatIsNotToBeCompressed() throws IOException {
    Namespace main = server.io().of("/");
    String text = "x".repeat(2_000);
    main.onConnection(
        socket -> {
          socket.compress(false).emit("no", text);
          socket.compress(true).emit("yes", text, new byte[2_000]);
          main.compress(false).emit("no", text);
        });
    try (RawClient client = open(server)) {
      client.send(RawClient.frame(TEXT, "40"));
      client.readFrame();
      assertEquals("42[\"no\",\"" + text + "\"]", readPlain(client));
      assertTrue(readDeflated(client).startsWith("451-[\"yes\""));
      assertEquals(BINARY | RSV1, client.readWholeFrame().first());
      assertEquals("42[\"no\",\"" + text + "\"]", readPlain(client));
    }
  }

  @Test
  void sendsAsItIsWhatIsNotToBeCompressedWhenItMovesFromPolling() throws IOException {
    String text = "x".repeat(2_000);
    try (RawClient polling = new RawClient(server)) {
      String sid = polling.connectPolling().substring(RawClient.POLLING.length());
      Socket socket = server.nextSocket();
      socket.compress(false).emit("no", text, new byte[2_000]);
      socket.emit("yes", text, new byte[2_000]);
      server.settle();
      try (RawClient client = open(server, sid, OFFER)) {
        client.send(RawClient.frame(TEXT, "2probe"));
        assertEquals("3probe", readPlain(client));
        client.send(RawClient.frame(TEXT, "5"));
        assertTrue(readPlain(client).startsWith("451-[\"no\""));
        assertEquals(BINARY, client.readWholeFrame().first());
        assertTrue(readDeflated(client).startsWith("451-[\"yes\""));
        assertEquals(BINARY | RSV1, client.readWholeFrame().first());
      }
    }
  }

  @Test
  void sendsAsItIsToOldClientsWhatIsNotToBeCompressed() throws IOException {
    SocketIoOptions old = SocketIoOptions.builder().perMessageDeflate(true).allowEIO3(true).build();
    try (TestServer other = new TestServer(old);
        RawClient client = new RawClient(other)) {
      client.send(offering(OFFER, RawClient.upgrade("").replace("EIO=4", "EIO=3")));
      client.readHead();
      assertTrue(readPlain(client).startsWith("0{"));
      assertEquals("40", readPlain(client));
      Socket socket = other.nextSocket();
      String text = "x".repeat(2_000);
      socket.compress(false).emit("no", text, new byte[2_000]);
      socket.emit("yes", text, new byte[2_000]);
      assertTrue(readPlain(client).startsWith("451-[\"no\""));
      assertEquals(BINARY, client.readWholeFrame().first());
      assertTrue(readDeflated(client).startsWith("451-[\"yes\""));
      assertEquals(BINARY | RSV1, client.readWholeFrame().first());
    }
  }

  @Test
  void compressesAFrameOnce() {
    try (Zlib zlib = new Zlib()) {
      Frame frame = Frame.event(server.io().of("/"), "x", "x".repeat(2_000));
      assertTrue(frame.deflated(zlib, 1_024).length() < 200);
      assertSame(frame.deflated(zlib, 1_024), frame.deflated(zlib, 1_024));
      assertTrue(frame.uncompressed().deflated(zlib, 1_024).isEmpty());
      assertTrue(Frame.event(server.io().of("/"), "x", 1).deflated(zlib, 1_024).isEmpty());
    }
  }

  // What comes in

  @Test
  void joinsCompressedFragments() throws IOException {
    String message = "4" + "äöü".repeat(500);
    byte[] data = deflated(message);
    try (RawClient client = open(echo)) {
      client.send(RawClient.frame(0x01 | RSV1, Arrays.copyOf(data, 3)));
      client.send(RawClient.frame(0x89, "between"));
      client.send(RawClient.frame(0x00, Arrays.copyOfRange(data, 3, data.length)));
      client.send(RawClient.frame(FIN, ""));
      assertEquals("between", client.readFrame());
      assertEquals(message, readDeflated(client));
      client.send(RawClient.frame(0x01, "4no"));
      client.send(RawClient.frame(FIN, "ne"));
      assertEquals("4none", readPlain(client));
    }
  }

  @Test
  void takesCompressedMessagesUpToTheBound() throws IOException {
    byte[] most = new byte[MESSAGE_BYTES_MAX];
    Arrays.fill(most, (byte) '4');
    try (RawClient client = open(echo)) {
      client.send(RawClient.frame(TEXT | RSV1, deflated(most)));
      assertEquals(new String(most, ISO_8859_1), readDeflated(client));
    }
    assertEquals(DisconnectReason.TRANSPORT_CLOSE, reason());
    assertEquals(1009, closeCode(TEXT | RSV1, deflated(new byte[MESSAGE_BYTES_MAX + 1])));
    assertEquals(DisconnectReason.TRANSPORT_ERROR, reason());
  }

  private DisconnectReason reason() {
    try {
      DisconnectReason reason = reasons.poll(60, TimeUnit.SECONDS);
      if (reason == null) {
        throw new AssertionError("still there");
      }
      return reason;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private int closeCode(int first, byte[] payload) throws IOException {
    try (RawClient client = open(echo)) {
      return closeCode(client, first, payload);
    }
  }

  private static int closeCode(RawClient client, int first, byte[] payload) throws IOException {
    client.send(RawClient.frame(first, payload));
    int code = client.readClose();
    client.endSending();
    assertTrue(client.isEnded());
    return code;
  }

  @Test
  void refusesWhatIsNotCompressedAsItSays() throws IOException {
    assertEquals(1007, closeCode(TEXT | RSV1, HexFormat.of().parseHex("ffffffff")));
    assertEquals(1007, closeCode(TEXT | RSV1, Arrays.copyOf(deflated("4" + "x".repeat(9)), 4)));
    assertEquals(1007, closeCode(TEXT | RSV1, deflated(new byte[] {'4', (byte) 0xff})));
    assertEquals(1002, closeCode(TEXT | RSV1, deflated("")));
  }

  @Test
  void refusesReservedBitsThatMeanNothing() throws IOException {
    byte[] data = deflated("4hello");
    for (int first : new int[] {TEXT | 0x20, TEXT | 0x10, TEXT | RSV1 | 0x20, TEXT | 0x70}) {
      assertEquals(1002, closeCode(first, data));
    }
    for (int control : new int[] {0x88, 0x89, 0x8a}) {
      assertEquals(1002, closeCode(control | RSV1, new byte[] {3, (byte) 0xe8}));
    }
    try (RawClient client = open(echo)) {
      client.send(RawClient.frame(0x01 | RSV1, data));
      assertEquals(1002, closeCode(client, FIN | RSV1, new byte[0]));
    }
    try (RawClient client = RawClient.webSocket(echo)) {
      assertEquals(1002, closeCode(client, TEXT | RSV1, data));
    }
  }

  @Test
  void takesNoMoreMemoryForWhatWaitsThanItsCompressedBytes() throws IOException {
    AtomicInteger capacityMax = new AtomicInteger();
    String text = "x".repeat(200_000);
    Consumer<ChannelPipeline> watch =
        pipeline ->
            pipeline.addFirst(
                new ChannelOutboundHandlerAdapter() {
                  @Override
                  public void write(
                      ChannelHandlerContext ctx, Object message, ChannelPromise done) {
                    if (message instanceof ByteBuf bytes) {
                      capacityMax.accumulateAndGet(bytes.capacity(), Math::max);
                    }
                    ctx.write(message, done);
                  }
                });
    try (TestServer watched = new TestServer(options, 2, 0, watch);
        RawClient client = open(watched)) {
      watched.io().of("/").on("x", (socket, event) -> event.ack().send(text));
      client.send(RawClient.frame(TEXT, "40"));
      client.readFrame();
      client.send(RawClient.frame(TEXT, "421[\"x\"]"));
      assertEquals("431[\"" + text + "\"]", readDeflated(client));
    }
    assertTrue(capacityMax.get() < 10_000, "capacity: " + capacityMax);
  }
}
