package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.ContentCoding;
import org.jspecify.annotations.Nullable;

/**
 * Confined to its event loop: compresses the answers to polls.
 *
 * <p>That takes the loop's time, so that in one run of flushes only so many bytes are. The last
 * result is kept: a broadcast makes the same answer for all who wait for nothing else.
 */
final class PollCompression {
  private final Zlib zlib;

  /** What was compressed in this run. */
  private int spentBytes;

  private @Nullable Result last;

  /** What became of a body; null if it would not become shorter. */
  private record Result(ContentCoding coding, Bytes body, @Nullable Bytes encoded) {}

  PollCompression(Zlib zlib) {
    this.zlib = zlib;
  }

  /** The loop begins to flush. */
  void onRun() {
    spentBytes = 0;
  }

  /**
   * Compresses an answer's body; null if it is to be sent as it is.
   *
   * @param bytesMax bytes that are compressed in one run
   */
  @Nullable Bytes encode(ContentCoding coding, Bytes body, int bytesMax) {
    Result known = last;
    if (known != null && known.coding == coding && known.body.equals(body)) {
      return known.encoded;
    }
    if (body.length() > bytesMax - spentBytes) {
      return null;
    }
    spentBytes += body.length();
    Bytes encoded = zlib.encode(coding, body);
    last = new Result(coding, body, encoded);
    return encoded;
  }
}
