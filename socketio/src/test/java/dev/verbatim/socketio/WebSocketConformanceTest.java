package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.verbatim.socketio.RawClient.ServerFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RFC 6455, as a client sees it whose messages are echoed; the order is that of the case categories
 * of the Autobahn fuzzing client. Each table's row is sent at once and octet by octet.
 *
 * <p>A text has Engine.IO's type before it, for without it the message is refused a layer above.
 */
@Timeout(180)
final class WebSocketConformanceTest {
  private static final int FIN = 0x80;
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private static final int MESSAGE_BYTES_MAX = 1_000_000;

  /** More octets than these are sent by the thousand, not one by one. */
  private static final int ONE_BY_ONE_MAX = 1_000;

  private static TestServer server;

  @BeforeAll
  static void open() {
    server =
        TestServer.echoing(
            SocketIoOptions.builder()
                .maxHttpBufferSize(MESSAGE_BYTES_MAX)
                .limits(Limits.builder().closeTimeout(Duration.ofSeconds(60)).build())
                .build(),
            new ConcurrentLinkedQueue<>());
  }

  @AfterAll
  static void close() {
    server.close();
  }

  // Frames to send

  private static byte[] text(String text) {
    return RawClient.frame(FIN | TEXT, ("4" + text).getBytes(UTF_8));
  }

  private static byte[] frame(int first, String payload) {
    return RawClient.frame(first, payload.getBytes(ISO_8859_1));
  }

  private static byte[] close(int code, String reason) {
    byte[] bytes = reason.getBytes(ISO_8859_1);
    return RawClient.frame(
        FIN | CLOSE,
        ByteBuffer.allocate(2 + bytes.length).putShort((short) code).put(bytes).array());
  }

  private static byte[] glued(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  // What comes back

  /** A frame in a few words, such as {@code text 4hello}, {@code close 1002}. */
  private static String words(ServerFrame frame) {
    byte[] payload = frame.payload().toByteArray();
    return switch (frame.first()) {
      case FIN | TEXT -> "text " + new String(payload, UTF_8);
      case FIN | BINARY -> "binary " + new String(payload, ISO_8859_1);
      case FIN | PONG -> "pong " + new String(payload, ISO_8859_1);
      case FIN | CLOSE ->
          payload.length == 0 ? "close" : "close " + (int) ByteBuffer.wrap(payload).getChar(0);
      default -> "frame " + Integer.toHexString(frame.first());
    };
  }

  private static String closeOf(int code) {
    return "close " + code;
  }

  /** Sends the octets in pieces of some length, and wants the answers and nothing else. */
  private static void expect(byte[] octets, int pieceLength, List<String> answers)
      throws IOException {
    try (RawClient client = RawClient.webSocket(server)) {
      for (int at = 0; at < octets.length; at += pieceLength) {
        client.send(Arrays.copyOfRange(octets, at, Math.min(octets.length, at + pieceLength)));
      }
      List<String> wanted = new ArrayList<>(answers);
      boolean endsOpen = answers.isEmpty() || !answers.getLast().startsWith("close");
      if (endsOpen) {
        client.send(close(1000, ""));
        wanted.add(closeOf(1000));
      }
      for (String answer : wanted) {
        assertEquals(answer, words(client.readWholeFrame()));
      }
      client.endSending();
      assertTrue(client.isEnded());
    }
  }

  private static void expectBothWays(byte[] octets, List<String> answers) throws IOException {
    expect(octets, octets.length, answers);
    expect(octets, octets.length <= ONE_BY_ONE_MAX ? 1 : 997, answers);
  }

  private static Arguments row(String what, byte[] octets, String... answers) {
    return arguments(what, octets, List.of(answers));
  }

  // 1: framing

  @ParameterizedTest
  @ValueSource(ints = {0, 124, 125, 126, 127, 65_534, 65_535, 65_536})
  void echoesMessagesOfEachLengthEncoding(int length) throws IOException {
    String payload = "*".repeat(length);
    expectBothWays(frame(FIN | BINARY, payload), List.of("binary " + payload));
    if (length > 0) {
      String text = "4" + payload.substring(1);
      expectBothWays(frame(FIN | TEXT, text), List.of("text " + text));
    }
  }

  // 2: pings and pongs

  static Stream<Arguments> pings() {
    String longest = "p".repeat(125);
    byte[][] ten =
        IntStream.range(0, 10).mapToObj(i -> frame(FIN | PING, "ping " + i)).toArray(byte[][]::new);
    String[] tenPongs =
        IntStream.range(0, 10).mapToObj(i -> "pong ping " + i).toArray(String[]::new);
    return Stream.of(
        row("no payload", frame(FIN | PING, ""), "pong "),
        row("text", frame(FIN | PING, "Hello"), "pong Hello"),
        row(
            "no UTF-8",
            RawClient.frame(FIN | PING, hex("00fffefdfcfb00ff")),
            "pong " + new String(hex("00fffefdfcfb00ff"), ISO_8859_1)),
        row("125 bytes", frame(FIN | PING, longest), "pong " + longest),
        row("126 bytes", frame(FIN | PING, longest + "p"), closeOf(1002)),
        row("ten", glued(ten), tenPongs),
        row("an unsolicited pong", frame(FIN | PONG, "")),
        row("an unsolicited pong with payload", frame(FIN | PONG, "unsolicited")),
        row(
            "an unsolicited pong, then a ping",
            glued(frame(FIN | PONG, "unsolicited"), frame(FIN | PING, "ping")),
            "pong ping"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pings")
  void answersPings(String what, byte[] octets, List<String> answers) throws IOException {
    expectBothWays(octets, answers);
  }

  // 3: reserved bits

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void refusesReservedBits(int bits) throws IOException {
    for (int opcode : new int[] {TEXT, BINARY, CLOSE, PING, PONG}) {
      byte[] reserved = frame(FIN | bits << 4 | opcode, "4x");
      expectBothWays(reserved, List.of(closeOf(1002)));
      expectBothWays(
          glued(text("good"), reserved, text("late")), List.of("text 4good", closeOf(1002)));
    }
  }

  // 4: reserved opcodes

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
  void refusesReservedOpcodes(int opcode) throws IOException {
    expectBothWays(frame(FIN | opcode, ""), List.of(closeOf(1002)));
    expectBothWays(
        glued(text("good"), frame(FIN | opcode, "4x"), frame(FIN | PING, "late")),
        List.of("text 4good", closeOf(1002)));
  }

  // 5: fragments

  static Stream<Arguments> fragments() {
    byte[] first = frame(TEXT, "4frag");
    byte[] middle = frame(CONTINUATION, "men");
    byte[] last = frame(FIN | CONTINUATION, "ts");
    byte[] ping = frame(FIN | PING, "between");
    return Stream.of(
        row("two", glued(first, last), "text 4fragts"),
        row("three", glued(first, middle, last), "text 4fragments"),
        row("binary ones", glued(frame(BINARY, "a"), last), "binary ats"),
        row(
            "empty ones",
            glued(frame(BINARY, ""), frame(CONTINUATION, ""), frame(FIN | CONTINUATION, "")),
            "binary "),
        row("the last one empty", glued(first, frame(FIN | CONTINUATION, "")), "text 4frag"),
        row("a ping between", glued(first, ping, last), "pong between", "text 4fragts"),
        row(
            "pings and pongs between",
            glued(first, ping, frame(FIN | PONG, "no"), middle, ping, last),
            "pong between",
            "pong between",
            "text 4fragments"),
        row("a fragmented ping", glued(frame(PING, "a"), last), closeOf(1002)),
        row("a fragmented pong", glued(frame(PONG, "a"), last), closeOf(1002)),
        row("a fragmented close", glued(frame(CLOSE, ""), last), closeOf(1002)),
        row("a continuation of nothing", glued(last, text("late")), closeOf(1002)),
        row("an unfinished continuation of nothing", glued(middle, last), closeOf(1002)),
        row(
            "a continuation behind a whole message",
            glued(text("whole"), last),
            "text 4whole",
            closeOf(1002)),
        row("a text within", glued(first, text("within")), closeOf(1002)),
        row("a binary within", glued(first, frame(FIN | BINARY, "")), closeOf(1002)),
        row("a beginning within", glued(first, first, last), closeOf(1002)),
        row(
            "one message after another",
            glued(first, middle, last, text("whole"), frame(BINARY, "b"), last),
            "text 4fragments",
            "text 4whole",
            "binary bts"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fragments")
  void joinsFragments(String what, byte[] octets, List<String> answers) throws IOException {
    expectBothWays(octets, answers);
  }

  // 6: UTF-8

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121",
        "cebae1bdb9cf83cebcceb5",
        "00",
        "7f",
        "c280",
        "dfbf",
        "e0a080",
        "ed9fbf",
        "ee8080",
        "efbfbd",
        "efbfbe",
        "efbfbf",
        "f0908080",
        "f09fbfbf",
        "f48fbfbf"
      })
  void takesTextsHoweverTheyAreSplit(String hex) throws IOException {
    byte[] text = glued("4".getBytes(UTF_8), hex(hex));
    List<String> answers = List.of("text " + new String(text, UTF_8));
    expectBothWays(RawClient.frame(FIN | TEXT, text), answers);
    expectBothWays(fragmented(text), answers);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cebae1bdb9cf83cebcceb5eda080656469746564",
        "80",
        "bf",
        "8080",
        "c0af",
        "c1bf",
        "c2",
        "c220",
        "e080af",
        "e09fbf",
        "e282",
        "e28220",
        "eda080",
        "edbfbf",
        "edad bfedb080",
        "f08080af",
        "f08fbfbf",
        "f09f98",
        "f09f9820",
        "f4908080",
        "f7bfbfbf",
        "f888808080",
        "fc8480808080",
        "fe",
        "ff",
        "fefeffff"
      })
  void refusesTextsThatAreNotUtf8(String hex) throws IOException {
    byte[] text = glued("4".getBytes(UTF_8), hex(hex.replace(" ", "")));
    List<String> answers = List.of(closeOf(1007));
    expectBothWays(RawClient.frame(FIN | TEXT, text), answers);
    expectBothWays(fragmented(text), answers);
    expectBothWays(
        glued(text("good"), RawClient.frame(FIN | TEXT, text), text("late")),
        List.of("text 4good", closeOf(1007)));
    // Binary is what it likes.
    expect(
        RawClient.frame(FIN | BINARY, text),
        text.length,
        List.of("binary " + new String(text, ISO_8859_1)));
  }

  /** A text of which each octet is a frame. */
  private static byte[] fragmented(byte[] text) {
    byte[] octets = RawClient.frame(TEXT, Arrays.copyOf(text, 1));
    for (int i = 1; i < text.length; i++) {
      octets = glued(octets, RawClient.frame(CONTINUATION, new byte[] {text[i]}));
    }
    return glued(octets, frame(FIN | CONTINUATION, ""));
  }

  @Test
  void refusesATextBeforeItsLastFragmentComes() throws IOException {
    byte[] whole = frame(TEXT, "4" + new String("κόσμε".getBytes(UTF_8), ISO_8859_1));
    expectBothWays(
        glued(whole, RawClient.frame(CONTINUATION, hex("f4908080"))), List.of(closeOf(1007)));
    // Three octets of four, and what cannot follow them.
    expectBothWays(
        glued(
            whole,
            RawClient.frame(CONTINUATION, hex("f48fbf")),
            RawClient.frame(CONTINUATION, hex("41"))),
        List.of(closeOf(1007)));
  }

  // 7: closing

  static Stream<Arguments> closes() {
    return Stream.of(
        row("without a code", frame(FIN | CLOSE, ""), "close"),
        row("with a code", close(1000, ""), closeOf(1000)),
        row("with a reason", close(1000, "Hello World!"), closeOf(1000)),
        row("with the longest reason", close(1000, "*".repeat(123)), closeOf(1000)),
        row("with too long a reason", close(1000, "*".repeat(124)), closeOf(1002)),
        row("of one byte", frame(FIN | CLOSE, "*"), closeOf(1002)),
        row(
            "with a reason that is not UTF-8",
            RawClient.frame(FIN | CLOSE, hex("03e8cebae1bdb9cf83cebcceb5eda080")),
            closeOf(1007)),
        row("behind a message", glued(text("a"), close(1000, "")), "text 4a", closeOf(1000)),
        row("before a fragment's rest", glued(frame(TEXT, "4a"), close(1000, "")), closeOf(1000)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("closes")
  void answersCloses(String what, byte[] octets, List<String> answers) throws IOException {
    expectBothWays(octets, answers);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000,
        4999
      })
  void echoesCodesThatMayBeSent(int code) throws IOException {
    expectBothWays(close(code, ""), List.of(closeOf(code)));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 9999, 32_768, 65_535
      })
  void refusesCodesThatMayNotBeSent(int code) throws IOException {
    expectBothWays(close(code, ""), List.of(closeOf(1002)));
  }

  @Test
  void doesNothingBehindAClose() throws IOException {
    byte[] close = close(1000, "");
    for (byte[] late :
        List.of(text("late"), frame(FIN | PING, "late"), close, frame(TEXT, "4"), new byte[9])) {
      expect(glued(close, late), 1_000, List.of(closeOf(1000)));
    }
    byte[] fragment = frame(FIN | CONTINUATION, "late");
    expect(glued(frame(TEXT, "4"), close, fragment), 1_000, List.of(closeOf(1000)));
  }

  @Test
  void tellsTheSessionWhyItEnded() throws IOException, InterruptedException {
    endsFor(DisconnectReason.TRANSPORT_CLOSE, close(1001, ""));
    endsFor(DisconnectReason.TRANSPORT_ERROR, frame(FIN | PING | 0x40, ""));
    endsFor(DisconnectReason.TRANSPORT_ERROR, close(5000, ""));
    endsFor(DisconnectReason.PARSE_ERROR, RawClient.frame(FIN | TEXT, hex("34ff")));
  }

  private static void endsFor(DisconnectReason reason, byte[] octets)
      throws IOException, InterruptedException {
    BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
    try (TestServer listening = TestServer.echoing(SocketIoOptions.defaults(), reasons);
        RawClient client = RawClient.webSocket(listening)) {
      client.send(octets);
      assertEquals(reason, reasons.poll(60, TimeUnit.SECONDS));
    }
  }

  // 9: limits, and what is announced

  @Test
  void takesMessagesUpToTheBound() throws IOException {
    byte[] most = new byte[MESSAGE_BYTES_MAX];
    Arrays.fill(most, (byte) '4');
    for (int opcode : new int[] {TEXT, BINARY}) {
      try (RawClient client = RawClient.webSocket(server)) {
        client.send(RawClient.frame(FIN | opcode, most));
        assertArrayEquals(most, client.readWholeFrame().payload().toByteArray());
        client.send(
            glued(
                RawClient.frame(opcode, Arrays.copyOf(most, 400_000)),
                RawClient.frame(CONTINUATION, Arrays.copyOf(most, 600_000)),
                frame(FIN | CONTINUATION, "")));
        assertArrayEquals(most, client.readWholeFrame().payload().toByteArray());
      }
    }
  }

  static Stream<Arguments> announcements() {
    byte[] big = new byte[MESSAGE_BYTES_MAX];
    return Stream.of(
        row("one byte over the bound", hex("82ff00000000000f4241"), closeOf(1009)),
        row("four gigabytes", hex("82ff0000000100000000"), closeOf(1009)),
        row("the longest that can be", hex("82ff7fffffffffffffff"), closeOf(1009)),
        row("the highest bit set", hex("82ff8000000000000000"), closeOf(1002)),
        row("all bits set", hex("82ffffffffffffffffff"), closeOf(1002)),
        row("125 in two bytes", hex("82fe007d"), closeOf(1002)),
        row("125 in eight bytes", hex("82ff000000000000007d"), closeOf(1002)),
        row("65535 in eight bytes", hex("82ff000000000000ffff"), closeOf(1002)),
        row("a ping of 126 in two bytes", hex("89fe007e"), closeOf(1002)),
        row("no mask", hex("820161"), closeOf(1002)),
        row("a close without a mask", hex("880203e8"), closeOf(1002)),
        row(
            "fragments over the bound",
            glued(RawClient.frame(BINARY, big), frame(FIN | CONTINUATION, "1")),
            closeOf(1009)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("announcements")
  void refusesLengthsBeforeTheirBytesCome(String what, byte[] octets, List<String> answers)
      throws IOException {
    expectBothWays(octets, answers);
  }
}
