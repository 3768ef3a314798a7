package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.SocketIoOptions.TransportName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the timeouts among the options end, and when, by a clock that stands until it is moved. */
final class TimeoutsTest {
  private static final int TEXT = 0x81;

  /** A WebSocket's close with 1008. */
  private static final String POLICY = "\210\2\3\360";

  private final EmbeddedServer server =
      new EmbeddedServer(
          options ->
              options
                  .connectTimeout(Duration.ofSeconds(2))
                  .upgradeTimeout(Duration.ofSeconds(3))
                  .ackTimeout(Duration.ofSeconds(4))
                  .pingInterval(Duration.ofSeconds(10))
                  .pingTimeout(Duration.ofSeconds(5)));

  private final Namespace main = server.io().of("/");
  private final List<Socket> connected = new ArrayList<>();
  private final List<DisconnectReason> reasons = new ArrayList<>();

  @BeforeEach
  void listen() {
    main.onConnection(connected::add);
    main.onDisconnect((_, reason) -> reasons.add(reason));
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** Time goes by, and the loop works all the while. */
  private void pass(int millis) {
    for (int i = 0; i < millis; i += 10) {
      server.pass(Duration.ofMillis(10));
    }
  }

  /** Opens a session that polls, goes into the main namespace, and gives the session's id. */
  private String connectPolling() {
    server.send(RawClient.get(RawClient.POLLING));
    String sid = RawClient.sid(server.receivedText());
    post(sid, "40");
    assertEquals("ok", body());
    poll(sid);
    assertTrue(body().startsWith("40{"));
    return sid;
  }

  private void post(String sid, String packets) {
    server.send(RawClient.post(RawClient.POLLING + "&sid=" + sid, packets));
  }

  private void poll(String sid) {
    server.send(RawClient.get(RawClient.POLLING + "&sid=" + sid));
  }

  private String body() {
    String answer = server.receivedText();
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  private void frame(String text) {
    server.send(RawClient.frame(TEXT, text), 0);
  }

  private void connectWebSocket() {
    server.send(RawClient.upgrade(""));
    frame("40");
    assertTrue(server.receivedText().contains("40{"));
  }

  @Test
  void closesWhoPollsAndDoesNotAnswerThePing() {
    String sid = connectPolling();
    poll(sid);
    pass(9_900);
    assertEquals("", server.receivedText());
    pass(200);
    assertEquals("2", body());
    poll(sid);
    pass(4_700);
    assertEquals("", server.receivedText());
    assertEquals(List.of(), reasons);
    pass(300);
    assertEquals("1", body());
    assertEquals(List.of(DisconnectReason.PING_TIMEOUT), reasons);
    poll(sid);
    assertEquals("{\"code\":1,\"message\":\"Session ID unknown\"}", body());
  }

  @Test
  void takesNoPongThatComesTooLate() {
    // So that the pong is due between two ticks of the wheel, which has not come round then.
    pass(10);
    String sid = connectPolling();
    poll(sid);
    pass(10_100);
    assertEquals("2", body());
    pass(4_920);
    assertEquals(List.of(), reasons);
    post(sid, "3");
    assertEquals("{\"code\":1,\"message\":\"Session ID unknown\"}", body());
    assertEquals(List.of(DisconnectReason.PING_TIMEOUT), reasons);
  }

  @Test
  void closesTheWebSocketThatDoesNotTakeOver() {
    String sid = connectPolling();
    server.send(RawClient.upgrade("&sid=" + sid));
    frame("2probe");
    assertTrue(server.receivedText().endsWith("\201\0063probe"));
    pass(2_900);
    assertEquals("", server.receivedText());
    pass(200);
    assertEquals(POLICY, server.receivedText());
    assertEquals(new Counters.Upgrades(1, 0, 1), server.io().counters().upgrades());
    assertEquals(1, sessionsOpen(TransportName.POLLING));
    assertEquals(0, sessionsOpen(TransportName.WEBSOCKET));
    assertEquals(List.of(), reasons);
  }

  private long sessionsOpen(TransportName transport) {
    return Objects.requireNonNull(server.io().counters().transports().get(transport))
        .sessionsOpen();
  }

  @Test
  void closesWhoseMiddlewareNeverAnswers() {
    List<Middleware.Next> asked = new ArrayList<>();
    main.use((_, next) -> asked.add(next));
    server.send(RawClient.upgrade(""));
    frame("40");
    assertEquals(1, asked.size());
    server.receivedText();
    pass(1_900);
    assertEquals("", server.receivedText());
    pass(200);
    assertEquals(POLICY, server.receivedText());
    asked.getFirst().proceed();
    assertEquals(List.of(), connected);
    assertEquals(0, main.socketCount());
  }

  @Test
  void awaitsAcknowledgementsForAsLongAsTheOptionSays() {
    connectWebSocket();
    CompletableFuture<Args> ofOne = connected.getFirst().emitWithAck("who").toCompletableFuture();
    CompletableFuture<List<Args>> ofAll = main.emitWithAck("who").toCompletableFuture();
    pass(3_900);
    assertFalse(ofOne.isDone());
    assertFalse(ofAll.isDone());
    pass(200);
    AckMissingException one = failure(AckMissingException.class, ofOne);
    assertEquals(AckMissingException.Reason.TIMEOUT, one.reason());
    assertEquals(1, failure(BroadcastAckException.class, ofAll).missing());
  }

  private static <T extends Exception> T failure(Class<T> type, CompletableFuture<?> future) {
    assertTrue(future.isDone());
    return assertInstanceOf(type, assertThrows(CompletionException.class, future::join).getCause());
  }
}
