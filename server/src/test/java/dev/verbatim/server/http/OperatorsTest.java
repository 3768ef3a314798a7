package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.verbatim.server.RunningServer;
import dev.verbatim.server.RunningServer.Answer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OperatorsTest {
  @TempDir Path directory = Path.of("");

  private static Answer ask(RunningServer server, String... headers) throws Exception {
    return server.ask("GET /health/detailed", "", headers);
  }

  @Test
  void wantTheirTokenInProduction() throws Exception {
    Map<String, String> settings = Map.of("OPERATOR_TOKEN", "the-operators-own");
    try (RunningServer server = RunningServer.startProduction(directory, settings)) {
      Answer without = ask(server).expect(401);
      assertEquals("AUTHENTICATION_FAILED", without.string("code"));
      assertEquals("Bearer", without.header("www-authenticate"));
      for (String value :
          new String[] {
            "Bearer the-operators-ow", "Bearer the-operators-own2", "Bearer none", "Bearer Ö"
          }) {
        assertEquals(
            "INVALID_TOKEN", ask(server, "Authorization", value).expect(401).string("code"));
      }
      String right = "Bearer the-operators-own";
      assertEquals("ok", ask(server, "Authorization", right).expect(200).string("status"));
      ask(server, "Authorization", right, "Authorization", right).expect(401);
      for (String path : new String[] {"/health/detailed/", "/health/%64etailed"}) {
        Answer other = server.ask("GET " + path, "");
        assertFalse(other.json().has("writer"), other.text());
      }
      server.ask("GET /health", "").expect(200);
    }
  }

  @Test
  void haveNoRoutesInProductionWithoutTheSetting() throws Exception {
    try (RunningServer server = RunningServer.startProduction(directory, Map.of())) {
      assertEquals("NOT_FOUND", ask(server).expect(404).string("code"));
      Answer guessed = ask(server, "Authorization", "Bearer null").expect(404);
      assertEquals("NOT_FOUND", guessed.string("code"));
    }
  }
}
