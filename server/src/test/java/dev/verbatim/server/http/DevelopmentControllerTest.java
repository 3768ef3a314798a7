package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.server.RunningServer;
import dev.verbatim.server.RunningServer.Answer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DevelopmentControllerTest {
  @TempDir Path directory = Path.of("");

  @Test
  void issuesNoTokensInProduction() throws Exception {
    try (RunningServer server = RunningServer.startProduction(directory, Map.of())) {
      Answer answer =
          server.ask(
              "POST /dev/token", "{\"username\":\"alice\"}", "Content-Type", "application/json");
      assertEquals("NOT_FOUND", answer.expect(404).string("code"));
    }
  }

  @Test
  void isSaidToThePageOutsideProductionAlone() throws Exception {
    try (RunningServer server = RunningServer.start(directory, Map.of())) {
      Answer answer = server.ask("GET /identity.json", "").expect(200);
      assertEquals("{\"kind\":\"development\"}", answer.text());
      assertEquals("no-store", answer.header("cache-control"));
    }
    try (RunningServer server = RunningServer.startProduction(directory, Map.of())) {
      assertEquals("elsewhere", server.ask("GET /identity.json", "").expect(200).string("kind"));
    }
  }
}
