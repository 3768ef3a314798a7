package dev.verbatim.chat.storage.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.store.Changes;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import dev.verbatim.chat.store.Write.Appended;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Stores written by processes that die or are kept from writing. */
class CrashTest {
  private static final int BATCH = 20;

  @TempDir Path directory;
  private final List<Process> children = new ArrayList<>();

  @BeforeEach
  void putGroup() throws Exception {
    try (SqliteChatStore store = SqliteChatStore.open(directory)) {
      store.commit(
          List.of(
              new Write.PutUser(Samples.user(1)),
              new Write.PutUser(Samples.user(2)),
              new Write.PutGroup(Samples.group(1, 1))));
    }
  }

  @AfterEach
  void endChildren() throws Exception {
    for (Process child : children) {
      child.destroyForcibly().waitFor();
    }
  }

  /**
   * A batch of messages whose ids and tempIds follow from its number, of which the first is edited
   * and the second deleted. The group is renamed, and another member comes or goes.
   */
  private static List<Write<?>> batch(int number) {
    List<Write<?>> writes = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      int id = number * BATCH + i;
      writes.add(Samples.append(id, 1, 1, "t" + id, "message " + id));
    }
    writes.add(Changes.edit(number * BATCH, 1, 1, "edited"));
    writes.add(Changes.delete(number * BATCH + 1, 1, 1));
    writes.add(Changes.settings(1, "batch " + number, null, null, 1));
    writes.add(number % 2 == 0 ? Changes.join(1, 2) : Changes.leave(1, 2));
    return writes;
  }

  /** Commits batch after batch and tells each number once it is committed, or that it failed. */
  static final class Committer {
    private Committer() {}

    static void main(String[] args) throws Exception {
      try (SqliteChatStore store = SqliteChatStore.open(Path.of(args[0]))) {
        int number = (int) (store.newestSeq(Samples.groupId(1)) / BATCH);
        while (true) {
          try {
            store.commit(batch(number));
            System.out.println(number++);
          } catch (StoreException e) {
            System.out.println("failed");
            // Whoever reads this answers with a line when it is worth trying again.
            if (System.in.read() < 0) {
              return;
            }
          }
        }
      }
    }
  }

  private Process start() throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Committer.class.getName(),
            directory.toString());
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    children.add(child);
    return child;
  }

  /** Asserts that the store holds whole batches, up to the given one at least, and no more. */
  private int assertWholeBatches(int acknowledged) throws Exception {
    assertEquals(List.of(), SqliteStoreCheck.findings(directory));
    try (SqliteChatStore store = SqliteChatStore.open(directory)) {
      List<Message> messages =
          store.messagesUpward(Samples.groupId(1), 1, Long.MAX_VALUE, Integer.MAX_VALUE);
      assertEquals(0, messages.size() % BATCH, "a part of a batch is there");
      int batches = messages.size() / BATCH;
      assertTrue(batches > acknowledged, "what was committed is gone");
      for (int i = 0; i < messages.size(); i++) {
        assertEquals(Samples.id(i), messages.get(i).id());
        assertEquals(i + 1, messages.get(i).seq());
        assertEquals(content(i), messages.get(i).content());
        assertEquals(i % BATCH == 1, messages.get(i).isDeleted());
      }
      Group group = store.group(Samples.groupId(1)).orElseThrow();
      assertEquals("batch " + (batches - 1), group.name());
      assertEquals(batches % 2 == 1 ? 2 : 1, group.members().size());
      for (Object outcome : store.commit(batch(batches - 1)).subList(0, BATCH)) {
        assertInstanceOf(Appended.Known.class, outcome);
      }
      return batches;
    }
  }

  private static String content(int id) {
    return switch (id % BATCH) {
      case 0 -> "edited";
      case 1 -> "";
      default -> "message " + id;
    };
  }

  @Test
  void keepsWhatWasCommittedWhenTheProcessIsKilled() throws Exception {
    int batches = 0;
    for (int kill = 0; kill < 3; kill++) {
      Process child = start();
      int last = batches - 1;
      try (BufferedReader lines = child.inputReader(UTF_8)) {
        while (last < batches + 30 * kill) {
          last = Integer.parseInt(String.valueOf(lines.readLine()));
        }
        assertThrows(StoreException.class, () -> SqliteChatStore.open(directory).close());
        // It commits while it dies: whatever it still wrote must be whole.
        child.destroyForcibly().waitFor();
      }
      batches = assertWholeBatches(last);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void goesOnOnceTheSystemWritesAgain() throws Exception {
    Process child = start();
    try (BufferedReader lines = child.inputReader(UTF_8)) {
      String line = String.valueOf(lines.readLine());
      // From here on the system refuses every write beyond the first bytes of a file.
      limitFileSize(child, "1");
      int last = -1;
      while (!line.equals("failed")) {
        last = Integer.parseInt(line);
        line = String.valueOf(lines.readLine());
      }
      assertTrue(last >= 0);
      tryAgain(child);
      assertEquals("failed", lines.readLine());

      limitFileSize(child, "unlimited");
      tryAgain(child);
      assertEquals(String.valueOf(last + 1), lines.readLine());
      child.destroyForcibly().waitFor();
      assertTrue(assertWholeBatches(last + 1) > last);
    }
  }

  private static void tryAgain(Process child) throws IOException {
    child.getOutputStream().write('\n');
    child.getOutputStream().flush();
  }

  private static void limitFileSize(Process child, String bytes) throws Exception {
    Process prlimit =
        new ProcessBuilder("prlimit", "--pid=" + child.pid(), "--fsize=" + bytes + ":unlimited")
            .inheritIO()
            .start();
    assertEquals(0, prlimit.waitFor());
  }
}
