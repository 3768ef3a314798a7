package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.ContentCoding;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PollCompressionTest {
  private static final int BYTES_MAX = 1_000;

  private final Zlib zlib = new Zlib();
  private final PollCompression compression = new PollCompression(zlib);

  @AfterEach
  void close() {
    zlib.close();
  }

  private @Nullable Bytes gzip(String body) {
    return compression.encode(ContentCoding.GZIP, Bytes.utf8(body), BYTES_MAX);
  }

  @Test
  void compressesOnceWhatManyGet() {
    String body = "a".repeat(400);
    Bytes first = gzip(body);
    assertNotNull(first);
    for (int i = 0; i < 10; i++) {
      assertSame(first, gzip(body));
    }
    assertNotSame(first, compression.encode(ContentCoding.DEFLATE, Bytes.utf8(body), BYTES_MAX));
  }

  @Test
  void compressesNoMoreThanTheBoundInOneRun() {
    assertNotNull(gzip("a".repeat(400)));
    assertNotNull(gzip("b".repeat(600)));
    assertNull(gzip("c".repeat(400)));
    assertNotNull(gzip("b".repeat(600)));
    compression.onRun();
    assertNotNull(gzip("c".repeat(400)));
    assertNull(gzip("d".repeat(601)));
    compression.onRun();
    assertNull(gzip("e".repeat(1_001)));
    assertNotNull(gzip("f".repeat(1_000)));
  }
}
