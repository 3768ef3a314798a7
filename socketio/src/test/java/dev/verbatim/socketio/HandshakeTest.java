package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Inet4Address;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a socket tells of how its client came. */
@Timeout(180)
final class HandshakeTest {
  private static TestServer server(Line line) {
    return new TestServer(SocketIoOptions.defaults(), 2, 0, line::addTo);
  }

  @Test
  void tellsWhatTheClientSaid() {
    try (TestServer server = server(Line.PLAIN);
        WebSocketClient _ = WebSocketClient.connect(server)) {
      Handshake handshake = server.nextSocket().handshake();
      assertEquals("websocket", handshake.query("transport"));
      assertEquals(List.of("4"), handshake.query().get("EIO"));
      assertFalse(handshake.time().isAfter(Instant.now()));
      assertInstanceOf(Inet4Address.class, handshake.address());
      assertNull(handshake.auth());
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsWhetherTheLineIsEncrypted(Line line) throws IOException {
    try (TestServer server = server(line);
        RawClient client = line.slowWebSocket(server)) {
      client.send(RawClient.frame(0x81, "40"));
      assertEquals(line == Line.ENCRYPTED, server.nextSocket().handshake().secure());
    }
  }

  @Test
  void hasNoParameterThatIsForgottenUntilTheClientComesAgain() {
    try (TestServer server = server(Line.PLAIN);
        WebSocketClient client = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      assertEquals("/socket.io/?EIO=4&transport=websocket", socket.handshake().url());
      socket.forgetQuery("EIO");
      socket.forgetQuery("none");
      assertEquals("/socket.io/?transport=websocket", socket.handshake().url());
      assertNull(socket.handshake().query("EIO"));
      socket.forgetQuery("transport");
      assertEquals("/socket.io/?", socket.handshake().url());
      assertTrue(socket.handshake().query().isEmpty());
      server.watch(server.io().of("/other"));
      client.send("40/other,");
      assertEquals("4", server.nextSocket().handshake().query("EIO"));
    }
  }

  @Test
  void hasNoAuthOnceItIsForgotten() {
    try (TestServer server = server(Line.PLAIN);
        WebSocketClient client = WebSocketClient.connect(server, "{\"token\":\"1\"}")) {
      Socket socket = server.nextSocket();
      Handshake before = socket.handshake();
      socket.forgetAuth();
      assertNull(socket.handshake().auth());
      assertEquals("websocket", socket.handshake().query("transport"));
      byte[] auth = before.auth();
      assertNotNull(auth);
      assertEquals("{\"token\":\"1\"}", new String(auth, UTF_8));
      // What the client says when it comes again is its own.
      server.watch(server.io().of("/other"));
      client.send("40/other,{\"token\":\"2\"}");
      byte[] other = server.nextSocket().handshake().auth();
      assertNotNull(other);
      assertEquals("{\"token\":\"2\"}", new String(other, UTF_8));
    }
  }
}
