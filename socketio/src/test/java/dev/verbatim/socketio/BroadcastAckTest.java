package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Broadcasts that are answered by three clients, on two event loops. */
@Timeout(180)
final class BroadcastAckTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();
  private final List<WebSocketClient> clients = new ArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();
  private @Nullable TestServer server;

  private Namespace start(SocketIoOptions options) throws InterruptedException {
    TestServer started = new TestServer(options);
    server = started;
    Namespace main = started.io().of("/");
    main.onConnection(connected::add);
    for (int i = 0; i < 3; i++) {
      clients.add(WebSocketClient.connect(started));
      sockets.add(Objects.requireNonNull(connected.poll(60, TimeUnit.SECONDS)));
    }
    return main;
  }

  @AfterEach
  void close() {
    clients.forEach(WebSocketClient::close);
    if (server != null) {
      server.close();
    }
  }

  private void answer(int client, String args) {
    String question = clients.get(client).expectPrefix("42");
    clients.get(client).send("43" + question.substring(0, question.indexOf('[')) + args);
  }

  private static Set<String> words(List<Args> answers) {
    Set<String> words = new HashSet<>();
    for (Args args : answers) {
      words.add(args.argument(0, String.class));
    }
    return words;
  }

  private static BroadcastAckException missing(CompletableFuture<List<Args>> answers) {
    CompletionException e = assertThrows(CompletionException.class, answers::join);
    return assertInstanceOf(BroadcastAckException.class, e.getCause());
  }

  @Test
  void gathersTheAnswersOfAll() throws InterruptedException {
    Namespace main = start(SocketIoOptions.defaults());
    var answers = main.timeout(LONG).emitWithAck("who", 1).toCompletableFuture();
    answer(0, "[\"a\"]");
    answer(1, "[\"b\"]");
    answer(2, "[\"c\"]");
    assertEquals(Set.of("a", "b", "c"), words(answers.join()));
  }

  @Test
  void holdsNoBodyThatAnAnswerCameIn() throws InterruptedException {
    Namespace main = start(SocketIoOptions.defaults());
    PollingClient polling = PollingClient.open(Objects.requireNonNull(server));
    assertEquals(200, polling.post("40"));
    Socket socket = Objects.requireNonNull(connected.poll(60, TimeUnit.SECONDS));
    socket.join("room");
    var answers = main.to("room").timeout(LONG).emitWithAck("who").toCompletableFuture();
    String question = polling.poll();
    while (!question.contains("[\"who\"]")) {
      question = polling.poll();
    }
    String id = question.replaceAll("(?s).*42(\\d+)\\[\"who\"].*", "$1");
    String ignored = "\u001e4377[\"" + "-".repeat(100_000) + "\"]";
    assertEquals(200, polling.post("43" + id + "[\"a\"]" + ignored));
    Args answer = answers.join().getFirst();
    assertEquals("\"a\"", new String(answer.json(0), UTF_8));
    assertEquals("[\"a\"]".length(), answer.array().array().length);
  }

  @Test
  void asksOnlyTheAudience() throws InterruptedException {
    Namespace main = start(SocketIoOptions.defaults());
    sockets.get(0).join("room");
    sockets.get(1).join("room");
    var answers = sockets.get(0).to("room").timeout(LONG).emitWithAck("who").toCompletableFuture();
    answer(1, "[\"b\"]");
    assertEquals(Set.of("b"), words(answers.join()));
    assertEquals(List.of(), main.to("empty").emitWithAck("who").toCompletableFuture().join());
  }

  @Test
  void refusesReservedNames() throws InterruptedException {
    Namespace main = start(SocketIoOptions.defaults());
    Socket socket = sockets.getFirst();
    assertThrows(IllegalArgumentException.class, () -> main.emitWithAck("connect"));
    assertThrows(IllegalArgumentException.class, () -> socket.emitWithAck("disconnect"));
  }

  @Test
  void failsWhenTheTimeIsOver() throws InterruptedException {
    Namespace main = start(SocketIoOptions.defaults());
    var answers = main.timeout(Duration.ofMillis(1)).emitWithAck("who").toCompletableFuture();
    assertEquals(3, missing(answers).missing());
  }

  @Test
  void failsWithTheExceptionItself() throws InterruptedException {
    Namespace main = start(SocketIoOptions.defaults());
    CompletionStage<Class<?>> failure =
        main.timeout(Duration.ofMillis(1))
            .emitWithAck("who")
            .handle((_, e) -> e == null ? Void.class : e.getClass());
    assertEquals(BroadcastAckException.class, failure.toCompletableFuture().join());
  }

  @Test
  void waitsNoLongerForThoseThatGo() throws InterruptedException {
    Namespace main = start(SocketIoOptions.defaults());
    var answers = main.timeout(LONG).emitWithAck("who").toCompletableFuture();
    answer(0, "[\"a\"]");
    answer(1, "[\"b\"]");
    sockets.get(2).disconnect(true);
    BroadcastAckException e = missing(answers);
    assertEquals(Set.of("a", "b"), words(e.received()));
    assertEquals(1, e.missing());
  }

  @Test
  void asksNobodyWhoIsNotLetInYet() throws InterruptedException {
    Namespace main = start(SocketIoOptions.defaults());
    BlockingQueue<Socket> asking = new LinkedBlockingQueue<>();
    main.use(
        (socket, _) -> {
          socket.join("room");
          asking.add(socket);
        });
    WebSocketClient waiting =
        WebSocketClient.open(
            Objects.requireNonNull(server).webSocket("/socket.io/?EIO=4&transport=websocket"));
    clients.add(waiting);
    waiting.expectPrefix("0{");
    waiting.send("40");
    assertNotNull(asking.poll(60, TimeUnit.SECONDS));
    sockets.getFirst().join("room");
    var answers = main.to("room").timeout(LONG).emitWithAck("who").toCompletableFuture();
    answer(0, "[\"a\"]");
    assertEquals(Set.of("a"), words(answers.join()));
  }

  @Test
  void keepsNoMoreOfTheAnswersThanTheBound() throws InterruptedException {
    Namespace main =
        start(
            SocketIoOptions.builder()
                .limits(Limits.builder().ackAnswersBytesMax(10).build())
                .build());
    var answers = main.timeout(LONG).emitWithAck("who").toCompletableFuture();
    answer(0, "[\"0123456789\"]");
    answer(1, "[\"0123456789\"]");
    answer(2, "[\"0123456789\"]");
    BroadcastAckException e = missing(answers);
    assertEquals(List.of(), e.received());
    assertEquals(3, e.missing());
  }
}
