package dev.verbatim.chat.storage.mongo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Builds the command under src/test/go/ferretdb, once for each JVM; safe for any thread. The first
 * build on a machine takes minutes, later ones what it takes to see that nothing changed. Without
 * Go the test is skipped, but not in CI.
 */
final class FerretDbBuild {
  /**
   * A first build takes 90 s on two idle cores. The JVM of the tests itself is given 15 minutes.
   */
  private static final int BUILD_MINUTES_MAX = 10;

  private static @Nullable Path binary;

  private FerretDbBuild() {}

  static synchronized Path binary() throws IOException, InterruptedException, TimeoutException {
    Path built = binary;
    if (built == null) {
      built = build();
      binary = built;
    }
    return built;
  }

  private static Path build() throws IOException, InterruptedException, TimeoutException {
    // Beside the directory or the jar of the module's test classes, from wherever the tests run.
    Path classes =
        Path.of(FerretDbBuild.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    Path sources = classes.resolve("../../src/test/go/ferretdb").normalize();
    Path directory = Files.createDirectories(classes.resolveSibling("ferretdb"));
    Path binary = directory.resolve("ferretdb");
    Path log = directory.resolve("build.log");
    ProcessBuilder command =
        new ProcessBuilder("go", "build", "-o", binary.toString(), ".")
            .directory(sources.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Process go;
    try {
      go = command.start();
    } catch (IOException e) {
      String reason = "Go is not installed, and FerretDB is built with it: " + e.getMessage();
      if ("true".equals(System.getenv("CI"))) {
        Assertions.fail(reason);
      }
      Assumptions.abort(reason);
      throw e;
    }
    if (!go.waitFor(BUILD_MINUTES_MAX, MINUTES)) {
      go.destroyForcibly();
      throw new TimeoutException("go build took more than " + BUILD_MINUTES_MAX + " minutes");
    }
    if (go.exitValue() != 0) {
      throw new IOException("go build failed: " + Files.readString(log, UTF_8));
    }
    return binary;
  }
}
