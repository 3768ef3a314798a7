package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.ChatSettings;
import dev.verbatim.server.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VerbatimTest {
  @TempDir Path directory = Path.of("");

  @Test
  void makesTheChatByItsSettings() throws Exception {
    Map<String, String> environment =
        Map.ofEntries(
            Map.entry("MESSAGE_RATE_PER_SECOND", "2"),
            Map.entry("MESSAGE_RATE_BURST", "3"),
            Map.entry("TYPING_TIMEOUT_MS", "401"),
            Map.entry("PRESENCE_GRACE_MS", "502"),
            Map.entry("PRESENCE_GROUP_MAX", "6"),
            Map.entry("REPLAY_LIMIT", "7"),
            Map.entry("SHUTDOWN_TIMEOUT_MS", "2400"),
            Map.entry("SESSION_CLEANUP_INTERVAL", "903"),
            Map.entry("SESSION_TIMEOUT", "1004"));
    assertEquals(
        ChatSettings.builder()
            .messageRate(2, 3)
            .typingTimeout(Duration.ofMillis(401))
            .presenceGrace(Duration.ofMillis(502))
            .presenceGroupMax(6)
            .replayLimit(7)
            .closeWaitMax(Duration.ofMillis(480))
            .sessionCleanup(Duration.ofMillis(903), Duration.ofMillis(1_004))
            .build(),
        Verbatim.chatSettings(Settings.read(environment, directory)));
  }
}
