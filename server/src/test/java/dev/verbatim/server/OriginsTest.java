package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.server.RunningServer.Answer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pages may ask, and which may connect, where the settings tell them apart. */
final class OriginsTest {
  @TempDir static Path directory = Path.of("");

  private static RunningServer server;
  private static RunningServer production;

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> settings =
        Map.of(
            "ALLOWED_ORIGINS", "https://asks.example",
            "SOCKET_IO_CORS_ORIGINS", "https://connects.example");
    server = RunningServer.start(directory.resolve("development"), settings);
    production = RunningServer.startProduction(directory.resolve("production"), settings);
  }

  @AfterAll
  static void stop() {
    server.close();
    production.close();
  }

  /** The status of a WebSocket's handshake. */
  private static int upgrade(RunningServer server, String origin) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      client
          .newWebSocketBuilder()
          .header("Origin", origin)
          .buildAsync(
              URI.create(
                  "ws://127.0.0.1:" + server.port() + "/socket.io/?EIO=4&transport=websocket"),
              new WebSocket.Listener() {})
          .join()
          .abort();
      return 101;
    } catch (CompletionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        return refused.getResponse().statusCode();
      }
      throw e;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://connects.example, true, false",
    "https://asks.example, false, true",
    "https://elsewhere.example, false, false",
    "https://connects.example.elsewhere.example, false, false",
    "null, false, false",
    "http://localhost:5173, true, true",
    "http://127.0.0.1:PORT, true, true",
  })
  void areAllowedByTheSettingForWhatTheyDo(String pattern, boolean mayConnect, boolean mayAsk)
      throws Exception {
    assertAllowed(server, pattern, mayConnect, mayAsk);
  }

  @ParameterizedTest
  @CsvSource({
    "https://connects.example, true, false",
    "https://asks.example, false, true",
    "https://elsewhere.example, false, false",
    "http://localhost:5173, false, false",
    "http://localhost, false, false",
    "http://127.0.0.1, false, false",
    "http://[::1]:3000, false, false",
    "http://127.0.0.1:PORT, true, true",
    "https://127.0.0.1:PORT, true, true",
  })
  void areInProductionTheListedOnesAndTheOwn(String pattern, boolean mayConnect, boolean mayAsk)
      throws Exception {
    assertAllowed(production, pattern, mayConnect, mayAsk);
  }

  private static void assertAllowed(
      RunningServer server, String pattern, boolean mayConnect, boolean mayAsk) throws Exception {
    String origin = pattern.replace("PORT", Integer.toString(server.port()));
    assertEquals(mayConnect ? 101 : 403, upgrade(server, origin));
    Answer polled = server.ask("GET /socket.io/?EIO=4&transport=polling", "", "Origin", origin);
    assertEquals(mayConnect ? 200 : 403, polled.status());
    Answer asked = server.ask("GET /health", "", "Origin", origin).expect(200);
    assertEquals(mayAsk ? origin : "", asked.header("access-control-allow-origin"));
  }
}
