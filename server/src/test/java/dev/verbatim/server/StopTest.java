package dev.verbatim.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.RunningServer.Answer;
import dev.verbatim.server.faults.RecordedFaults;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stop, which a request that is being sent holds up. */
@Timeout(180)
final class StopTest {
  private static final String HANDSHAKE = "GET /socket.io/?EIO=4&transport=polling";
  private static final String REQUEST_ID = "half-sent";

  @TempDir Path directory = Path.of("");
  @RegisterExtension final RecordedFaults faults = new RecordedFaults();

  @Test
  void answersWhatIsUnderWayAndTellsOthersToGo() throws Exception {
    Map<String, String> settings = Map.of("SHUTDOWN_TIMEOUT_MS", "600000");
    try (RunningServer server = RunningServer.start(directory, settings);
        Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      int port = server.port();
      String token = server.token("ada");
      slow.getOutputStream().write(head(token).getBytes(ISO_8859_1));
      awaitContinue(slow);
      Thread stop = Thread.ofPlatform().start(server.verbatim::close);
      Answer ready = server.ask("GET /health/ready", "");
      while (ready.status() == 200) {
        ready = server.ask("GET /health/ready", "");
      }
      assertEquals(503, ready.status());
      assertEquals("connected", ready.string("database"));
      Answer live = server.ask("GET /health/live", "").expect(200);
      assertEquals("close", live.header("connection"));
      Answer handshake = server.ask(HANDSHAKE, "").expect(503);
      assertEquals("1", handshake.header("retry-after"));
      assertEquals("close", handshake.header("connection"));
      assertTrue(server.ask("GET /metrics", "").text().contains("\nverbatim_draining 1.0\n"));
      server.askAs(token, "GET /api/users/me", "").expect(200);

      slow.getOutputStream().write("{\"name\":\"Late\"}".getBytes(ISO_8859_1));
      String answer = new String(slow.getInputStream().readAllBytes(), ISO_8859_1);
      assertTrue(answer.startsWith("HTTP/1.1 201 "), answer);
      assertTrue(answer.contains("\r\nconnection: close\r\n"), answer);
      stop.join();
      assertIsClosed(port);
    }
  }

  @Test
  void cutsARequestOfWhichTheRestDoesNotCome() throws Exception {
    // A twentieth of it is what such a request has, twice.
    Map<String, String> settings = Map.of("SHUTDOWN_TIMEOUT_MS", "10000");
    try (RunningServer server = RunningServer.start(directory, settings);
        Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      slow.getOutputStream().write(head(server.token("ada")).getBytes(ISO_8859_1));
      awaitContinue(slow);
      // The stop has not failed.
      server.verbatim.close();
      assertEquals(-1, slow.getInputStream().read());
      assertEquals(List.of(), faults.withId(REQUEST_ID));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitsForNoClientThatIsGone(boolean isReset) throws Exception {
    Map<String, String> settings = Map.of("SHUTDOWN_TIMEOUT_MS", "600000");
    try (RunningServer server = RunningServer.start(directory, settings)) {
      try (Socket gone = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        gone.getOutputStream().write(head(server.token("ada")).getBytes(ISO_8859_1));
        awaitContinue(gone);
        gone.setSoLinger(isReset, 0);
      }
      server.verbatim.close();
      assertEquals(List.of(), faults.withId(REQUEST_ID));
    }
  }

  private static String head(String token) {
    return "POST /api/groups HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        + "Content-Length: 15\r\nExpect: 100-continue\r\nX-Request-Id: "
        + REQUEST_ID
        + "\r\nAuthorization: Bearer "
        + token
        + "\r\n\r\n";
  }

  /** Its body is asked for, so it is being answered. */
  private static void awaitContinue(Socket client) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) client.getInputStream().read());
    }
    assertTrue(head.toString().startsWith("HTTP/1.1 100 "), head.toString());
  }

  @Test
  void saysThatItDrainsOnlyThen() throws Exception {
    try (RunningServer server = RunningServer.start(directory, Map.of())) {
      assertTrue(server.ask("GET /metrics", "").text().contains("\nverbatim_draining 0.0\n"));
      assertEquals("", server.ask("GET /health/live", "").header("connection"));
    }
  }

  @Test
  void closesTheSameServerOnce() throws Exception {
    RunningServer server = RunningServer.start(directory, Map.of());
    int port = server.port();
    server.close();
    server.verbatim.close();
    assertIsClosed(port);
  }

  private static void assertIsClosed(int port) {
    assertThrows(
        ConnectException.class, () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
  }
}
