package dev.verbatim.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.identity.DevelopmentKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process itself: what it prints, and how a signal ends it. */
final class ServeTest {
  private static final String LISTENS = "listens on http://127.0.0.1:";

  /** The file of the development identity, which a start reads when it has opened the store. */
  private static final String KEY = "development-key.pem";

  @TempDir Path directory = Path.of("");

  @Test
  @Timeout(180)
  void servesUntilASignalComes() throws Exception {
    Process process = start(Map.of());
    try (BufferedReader out = process.inputReader()) {
      List<String> lines = new ArrayList<>();
      String line = "";
      while (line != null && !line.contains(LISTENS)) {
        line = out.readLine();
        lines.add(String.valueOf(line));
      }
      assertTrue(String.join("\n", lines).contains("data"), lines.toString());
      process.toHandle().destroy(); // SIGTERM
      // Whoever asks again changes nothing.
      process.toHandle().destroy();
      out.lines().forEach(lines::add);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue(), lines.toString());
      assertTrue(lines.size() <= 8, lines.toString());
      List<String> ends = lines.subList(lines.size() - 2, lines.size());
      assertTrue(
          ends.getFirst().endsWith("Stopping: 0 connections, at most 10,000 ms"), ends::toString);
      assertTrue(ends.getLast().matches(".*: Stopped after [0-9,]+ ms"), ends::toString);
    } finally {
      assertTrue(process.destroyForcibly().waitFor(20, TimeUnit.SECONDS));
    }
    // Without a collector nothing of its SDK costs memory or time.
    List<String> classes = Files.readAllLines(directory.resolve("classes.log"));
    assertTrue(classes.stream().anyMatch(line -> line.contains("dev.verbatim.server.Verbatim ")));
    assertEquals(
        List.of(), classes.stream().filter(line -> line.contains("io.opentelemetry")).toList());
    // The store was closed and is free.
    RunningServer.start(directory, Map.of()).close();
  }

  @Test
  @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void closesWhatAStartBringsThatIsUnderWayAtTheSignal() throws Exception {
    byte[] key = key();
    Path pipe = pipeInPlaceOfTheKey();
    Process process = start(Map.of("SHUTDOWN_TIMEOUT_MS", "120000"));
    try (BufferedReader out = process.inputReader()) {
      List<String> lines = new ArrayList<>();
      // It can be opened when the start reads it, which then waits for what is written.
      try (OutputStream held = Files.newOutputStream(pipe)) {
        process.toHandle().destroy(); // SIGTERM
        String line = "";
        while (line != null && !line.endsWith("Stopping: as soon as the start is over")) {
          line = out.readLine();
          lines.add(String.valueOf(line));
        }
        held.write(key);
      }
      out.lines().forEach(lines::add);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue(), lines.toString());
      assertTrue(lines.getLast().matches(".*: Stopped after [0-9,]+ ms"), lines.toString());
    } finally {
      assertTrue(process.destroyForcibly().waitFor(20, TimeUnit.SECONDS));
    }
  }

  @Test
  @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void endsInTimeThoughTheStartHangs() throws Exception {
    Path pipe = pipeInPlaceOfTheKey();
    Process process = start(Map.of("SHUTDOWN_TIMEOUT_MS", "1000"));
    try (InputStream out = process.getInputStream();
        OutputStream _ = Files.newOutputStream(pipe)) {
      process.toHandle().destroy(); // SIGTERM
      String lines = new String(out.readAllBytes(), UTF_8);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(1, process.exitValue(), lines);
      assertTrue(lines.contains("Not everything was closed within 500 ms"), lines);
    } finally {
      assertTrue(process.destroyForcibly().waitFor(20, TimeUnit.SECONDS));
    }
  }

  private byte[] key() throws IOException {
    Path other = directory.resolve("other");
    var _ = DevelopmentKey.in(other);
    return Files.readAllBytes(other.resolve(KEY));
  }

  private Path pipeInPlaceOfTheKey() throws Exception {
    Path pipe = Files.createDirectories(directory.resolve("data")).resolve(KEY);
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    return pipe;
  }

  private Process start(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xlog:class+load:file=" + directory.resolve("classes.log"),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.verbatim.server.Main");
    builder.environment().put("LOG_FORMAT", "plain");
    builder.environment().put("PORT", "0");
    builder.environment().put("HOST", "127.0.0.1");
    builder.environment().putAll(environment);
    return builder.directory(directory.toFile()).redirectErrorStream(true).start();
  }
}
