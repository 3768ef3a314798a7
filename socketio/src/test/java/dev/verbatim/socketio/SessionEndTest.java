package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each reason that a socket is told for its end, and what is counted for its session. */
@Timeout(180)
final class SessionEndTest {
  private static final int BYTES_MAX = 20_000;
  private static final Duration LONG = Duration.ofDays(1);
  private static final byte[] LEAVE = RawClient.frame(0x81, "41");

  private final TestServer server =
      new TestServer(
          SocketIoOptions.builder()
              .pingInterval(LONG)
              .connectTimeout(LONG)
              .limits(Limits.builder().queuedBytesMax(BYTES_MAX).build())
              .build());
  private final Namespace main = server.io().of("/");
  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

  @BeforeEach
  void listen() {
    main.onDisconnect((_, reason) -> reasons.add(reason));
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** What has been counted if this reason has, once, and no other. */
  private static Map<DisconnectReason, Long> once(DisconnectReason reason) {
    Map<DisconnectReason, Long> counts = none();
    counts.put(reason, 1L);
    return counts;
  }

  private static Map<DisconnectReason, Long> none() {
    Map<DisconnectReason, Long> counts = new EnumMap<>(DisconnectReason.class);
    for (DisconnectReason each : DisconnectReason.values()) {
      counts.put(each, 0L);
    }
    return counts;
  }

  @ParameterizedTest
  @EnumSource
  void countsWhatTheSocketIsTold(DisconnectReason reason) throws Exception {
    switch (reason) {
      case TRANSPORT_CLOSE -> endsAfterFrame(reason, RawClient.frame(0x88, "\3\350"));
      // In revision 4 it is for the server to ping.
      case TRANSPORT_ERROR -> endsAfterFrame(reason, RawClient.frame(0x81, "2"));
      case PING_TIMEOUT -> endsWithoutAPong();
      case PARSE_ERROR -> endsAfterFrame(reason, RawClient.frame(0x81, "42nonsense"));
      case CLIENT_NAMESPACE_DISCONNECT -> goesOn(reason, (c, _) -> c.send(LEAVE));
      case SERVER_NAMESPACE_DISCONNECT -> goesOn(reason, (_, socket) -> socket.disconnect());
      case SERVER_SHUTTING_DOWN -> ends(reason, (_, _) -> server.io().close(LONG));
      case FORCED_CLOSE -> ends(reason, (_, socket) -> socket.closeTransport());
      case SLOW_READER -> endsBeyondTheBound();
    }
  }

  private interface Action {
    void take(RawClient client, Socket socket) throws IOException;
  }

  private void endsAfterFrame(DisconnectReason reason, byte[] frame) throws Exception {
    ends(reason, (client, _) -> client.send(frame));
  }

  private void ends(DisconnectReason reason, Action action) throws Exception {
    try (RawClient client = RawClient.webSocket(server)) {
      client.send(RawClient.frame(0x81, "40"));
      client.readFrame();
      assertEquals(none(), server.io().counters().closed());
      action.take(client, server.nextSocket());
      assertEquals(reason, reasons.poll(60, TimeUnit.SECONDS));
      assertEquals(once(reason), server.io().counters().closed());
    }
  }

  /** The socket leaves, and its session stays. */
  private void goesOn(DisconnectReason reason, Action action) throws Exception {
    try (RawClient client = RawClient.webSocket(server)) {
      client.send(RawClient.frame(0x81, "40"));
      client.readFrame();
      action.take(client, server.nextSocket());
      assertEquals(reason, reasons.poll(60, TimeUnit.SECONDS));
      assertEquals(none(), server.io().counters().closed());
      assertEquals(1, server.io().sessionCount());
    }
  }

  private void endsWithoutAPong() {
    try (EmbeddedServer held = new EmbeddedServer()) {
      held.io().of("/").onDisconnect((_, reason) -> reasons.add(reason));
      held.send(RawClient.upgrade(""));
      held.send(RawClient.frame(0x81, "40"), 0);
      // Not at once: a server that has stood still first reads what came meanwhile.
      for (int seconds = 0; reasons.isEmpty(); seconds++) {
        assertEquals(none(), held.io().counters().closed());
        assertTrue(seconds < 60, "no ping is missed");
        held.pass(Duration.ofSeconds(1));
      }
      assertEquals(DisconnectReason.PING_TIMEOUT, reasons.remove());
      assertEquals(once(DisconnectReason.PING_TIMEOUT), held.io().counters().closed());
    }
  }

  private void endsBeyondTheBound() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.connectPolling();
      server.nextSocket().emit("x", "x".repeat(BYTES_MAX));
      assertEquals(DisconnectReason.SLOW_READER, reasons.poll(60, TimeUnit.SECONDS));
      assertEquals(once(DisconnectReason.SLOW_READER), server.io().counters().closed());
    }
  }
}
