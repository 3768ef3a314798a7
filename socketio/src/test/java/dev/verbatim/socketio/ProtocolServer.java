package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The server that the protocols' own test suites want: on port 3000, with a short heartbeat. It
 * echoes the messages of Engine.IO under {@code /engine.io/}, and under {@code /socket.io/} those
 * of Socket.IO in the namespaces {@code /} and {@code /custom}.
 *
 * <p>The suites are JavaScript, {@code docs/engine.io-protocol/v3-test-suite}, {@code
 * docs/engine.io-protocol/v4-test-suite} and {@code docs/socket.io-protocol/v5-test-suite} of the
 * repository socketio/socket.io; with this server running each is run there by {@code npm ci && npm
 * test}. The first one wants the argument {@code allowEIO3}, the second one that it is not given.
 * One event loop, for the suites send a poll and a close on two connections at once and expect them
 * to arrive in that order.
 */
final class ProtocolServer {
  private static final byte[] NO_AUTH = "{}".getBytes(UTF_8);

  private ProtocolServer() {}

  public static void main(String[] args) throws InterruptedException {
    boolean allowEIO3 = List.of(args).contains("allowEIO3");
    SocketIoServer engine =
        SocketIoServer.create(
            options("/engine.io/", allowEIO3),
            session -> new Echo(session, new LinkedBlockingQueue<>(1)));
    try (TestServer server =
        new TestServer(
            options("/socket.io/", allowEIO3),
            1,
            3000,
            pipeline -> pipeline.addLast(engine.gate()))) {
      echo(server.io().of("/"));
      echo(server.io().of("/custom"));
      new CountDownLatch(1).await();
    }
  }

  private static SocketIoOptions options(String path, boolean allowEIO3) {
    return SocketIoOptions.builder()
        .path(path)
        .allowEIO3(allowEIO3)
        .pingInterval(Duration.ofMillis(300))
        .pingTimeout(Duration.ofMillis(200))
        .maxHttpBufferSize(1_000_000)
        .perMessageDeflate(true)
        .build();
  }

  private static void echo(Namespace namespace) {
    namespace.onConnection(
        socket -> {
          byte[] auth = socket.handshake().auth();
          socket.send(Frame.event(namespace, "auth", auth == null ? NO_AUTH : auth));
        });
    namespace.on("message", (socket, event) -> socket.emit("message-back", values(event)));
    namespace.on("message-with-ack", (_, event) -> event.ack().send(values(event)));
  }

  private static @Nullable Object[] values(Event event) {
    boolean binary = !event.attachments().isEmpty();
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < event.argumentCount(); i++) {
      values.add(binary ? event.argument(i, byte[].class) : event.argument(i, Object.class));
    }
    return values.toArray();
  }
}
