package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The server that the Socket.IO protocol's own test suite wants: on port 3000, with a short
 * heartbeat, echoing in the namespaces {@code /} and {@code /custom}.
 *
 * <p>The suite is JavaScript, {@code docs/socket.io-protocol/v5-test-suite} of the repository
 * socketio/socket.io; with this server running it is run there by {@code npm ci && npm test}. One
 * event loop, for the suite sends a poll and a close on two connections at once and expects them to
 * arrive in that order.
 */
final class ProtocolServer {
  private static final byte[] NO_AUTH = "{}".getBytes(UTF_8);

  private ProtocolServer() {}

  public static void main(String[] args) throws InterruptedException {
    SocketIoOptions options =
        SocketIoOptions.builder()
            .pingInterval(Duration.ofMillis(300))
            .pingTimeout(Duration.ofMillis(200))
            .maxHttpBufferSize(1_000_000)
            .build();
    try (TestServer server = new TestServer(options, 1, 3000)) {
      echo(server.io().of("/"));
      echo(server.io().of("/custom"));
      new CountDownLatch(1).await();
    }
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
