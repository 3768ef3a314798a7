package dev.verbatim.server.socket;

import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.User;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A chat that runs for each test, in which Ada owns a public group and Bob is a member of it. */
abstract class TwoInAGroup {
  @TempDir Path directory;

  RunningChat running;
  User ada;
  User bob;
  Group group;

  /** What the chat runs with; without a limit on messages unless a test has its own. */
  ChatSettings.Builder settings() {
    return ChatSettings.builder().messageRate(0, 1);
  }

  @BeforeEach
  void start() throws Exception {
    running = new RunningChat(directory, settings().build());
    ada = running.user("ada");
    bob = running.user("bob");
    group = running.group(ada, false);
    running.join(bob, group.id());
  }

  @AfterEach
  void stop() throws Exception {
    running.close();
  }

  /** An object that names the group, with more fields. */
  String inGroup(String more) {
    return "{\"groupId\":\"" + group.id() + "\"" + more + "}";
  }
}
