package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.server.RunningServer.Answer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How often one address may connect. */
@Timeout(180)
final class ConnectRateTest {
  private static final String HANDSHAKE = "GET /socket.io/?EIO=4&transport=polling";

  @TempDir Path directory = Path.of("");

  private static Answer connect(RunningServer server, String forwardedFor) throws Exception {
    return server.ask(HANDSHAKE, "", "X-Forwarded-For", forwardedFor);
  }

  /** Connects until it is too often, which comes behind the burst of five. */
  private static Answer connectTooOften(RunningServer server, String forwardedFor)
      throws Exception {
    for (int i = 0; i < 5; i++) {
      connect(server, forwardedFor).expect(200);
    }
    Answer answer = connect(server, forwardedFor);
    while (answer.status() == 200) {
      answer = connect(server, forwardedFor);
    }
    return answer;
  }

  @Test
  void refusesAnAddressThatConnectsTooOften() throws Exception {
    Map<String, String> settings = Map.of("CONNECT_RATE_PER_SECOND", "1", "TRUST_PROXY", "1");
    try (RunningServer server = RunningServer.start(directory, settings)) {
      Answer refusal = connectTooOften(server, "198.51.100.9, 192.0.2.1").expect(429);
      assertEquals("1", refusal.header("retry-after"));
      assertEquals("Too many handshakes", refusal.string("message"));
      connect(server, "192.0.2.1, 192.0.2.2").expect(200);
      connectTooOften(server, "2001:db8::1").expect(429);
      connect(server, "2001:db8:0:1::1").expect(200);
    }
  }

  @Test
  void believesNoClientWhereItComesFrom() throws Exception {
    Map<String, String> settings = Map.of("CONNECT_RATE_PER_SECOND", "1");
    try (RunningServer server = RunningServer.start(directory, settings)) {
      int i = 0;
      while (connect(server, "192.0.2." + i % 256).status() == 200) {
        i++;
      }
    }
  }
}
