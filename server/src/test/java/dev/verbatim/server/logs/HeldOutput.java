package dev.verbatim.server.logs;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Standard output that nobody reads until the test does. For any thread. */
final class HeldOutput extends OutputStream {
  private final CompletableFuture<Void> read = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  void read() {
    read.complete(null);
  }

  List<String> lines() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) {
    // As a pipe that is full, it does not care who interrupts.
    var _ = read.join();
    bytes.write(from, offset, length);
  }
}
