package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.RunningServer;
import dev.verbatim.server.RunningServer.Answer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may scrape, and in what form. What is in it the conformance tests look at. */
final class MetricsTest {
  @TempDir Path directory = Path.of("");

  private static Answer scrape(RunningServer server, String... headers) throws Exception {
    return server.ask("GET /metrics", "", headers);
  }

  @Test
  void comeInTheFormThatIsAskedFor() throws Exception {
    try (RunningServer server = RunningServer.start(directory, Map.of())) {
      Answer plain = scrape(server).expect(200);
      assertEquals("text/plain; version=0.0.4; charset=utf-8", plain.header("content-type"));
      assertTrue(plain.text().contains("\nverbatim_sockets 0.0\n"), plain.text());
      assertFalse(plain.text().contains("# EOF"));
      String accept = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.3,*/*;q=0.1";
      Answer open = scrape(server, "Accept", accept).expect(200);
      assertEquals(
          "application/openmetrics-text; version=1.0.0; charset=utf-8",
          open.header("content-type"));
      assertTrue(open.text().endsWith("# EOF\n"), open.text());
    }
  }

  @Test
  void wantTheOperatorsTokenInProduction() throws Exception {
    Map<String, String> settings = Map.of("OPERATOR_TOKEN", "the-operators-own");
    try (RunningServer server = RunningServer.startProduction(directory, settings)) {
      assertEquals("AUTHENTICATION_FAILED", scrape(server).expect(401).string("code"));
      scrape(server, "Authorization", "Bearer the-operators-own").expect(200);
    }
  }

  @Test
  void areNotThereInProductionWithoutTheSetting() throws Exception {
    try (RunningServer server = RunningServer.startProduction(directory, Map.of())) {
      assertEquals("NOT_FOUND", scrape(server).expect(404).string("code"));
    }
  }
}
