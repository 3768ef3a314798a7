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
}
