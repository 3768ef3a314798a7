package dev.verbatim.chat.storage.mongo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * FerretDB on SQLite in a process of its own, which can be stopped, killed and started again on the
 * same port and data. Owned by the thread that started it. The process ends when this JVM does,
 * however that ends.
 */
final class FerretDb implements AutoCloseable {
  private static final int START_SECONDS_MAX = 60;

  /** More than the process allows itself. */
  private static final int STOP_SECONDS_MAX = 30;

  private final Path binary;
  private final Path directory;
  private Running running;

  private FerretDb(Path binary, Path directory) throws Exception {
    this.binary = binary;
    this.directory = directory;
    this.running = Running.start(binary, directory, 0);
  }

  /** Starts a server on a free loopback port with its data in a directory; builds it first. */
  static FerretDb start(Path directory) throws Exception {
    return new FerretDb(FerretDbBuild.binary(), directory);
  }

  /** The server's address, with no database. */
  String uri() {
    return "mongodb://127.0.0.1:" + port() + "/";
  }

  int port() {
    return running.port;
  }

  /** Lets the server end in order. */
  void stop() throws IOException, InterruptedException {
    running.stop();
  }

  /** Kills the server where it stands, as {@code kill -9} does. */
  void kill() throws InterruptedException {
    running.kill();
  }

  /** Starts a server that was stopped or killed again, on the same port and data. */
  void restart() throws Exception {
    if (running.process.isAlive()) {
      throw new IllegalStateException("still running");
    }
    running = Running.start(binary, directory, running.port);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  /** One life of the process. */
  private record Running(Process process, int port) {
    /** A port of 0 is a free one. */
    static Running start(Path binary, Path directory, int port) throws Exception {
      Process process =
          new ProcessBuilder(binary.toString(), "127.0.0.1:" + port, directory.toString()).start();
      Tail complaints = new Tail(process.errorReader(UTF_8));
      CompletableFuture<String> uri = new CompletableFuture<>();
      Thread.startVirtualThread(
          () -> {
            try (BufferedReader lines = process.inputReader(UTF_8)) {
              uri.complete(String.valueOf(lines.readLine()));
              while (lines.readLine() != null) {
                // Nothing else is told there, but a full pipe would stop the process.
              }
            } catch (IOException e) {
              uri.completeExceptionally(e);
            }
          });
      try {
        int given = URI.create(uri.get(START_SECONDS_MAX, SECONDS)).getPort();
        if (given > 0) {
          return new Running(process, given);
        }
      } catch (ExecutionException | TimeoutException e) {
        complaints.add(e.toString());
      }
      process.destroyForcibly().waitFor();
      throw new IOException("FerretDB did not start: " + complaints);
    }

    void stop() throws IOException, InterruptedException {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_SECONDS_MAX, SECONDS)) {
        kill();
      }
    }

    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }
  }

  /** The last lines that the process complained with; safe for any thread. */
  private static final class Tail {
    private static final int LINES_MAX = 100;

    private final Deque<String> lines = new ArrayDeque<>();

    Tail(BufferedReader reader) {
      Thread.startVirtualThread(
          () -> {
            try (reader) {
              for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
              }
            } catch (IOException e) {
              add(e.toString());
            }
          });
    }

    synchronized void add(String line) {
      if (lines.size() == LINES_MAX) {
        lines.removeFirst();
      }
      lines.addLast(line);
    }

    @Override
    public synchronized String toString() {
      return String.join("\n", lines);
    }
  }
}
