package dev.verbatim.socketio;

/**
 * How answers to polls are compressed for clients that say by {@code Accept-Encoding} that they
 * can, by gzip or deflate.
 *
 * <p>An answer is compressed as a whole, if at least one of the frames in it may be. How much of
 * this an event loop does at one time is bounded by {@link Limits#httpCompressionBytesMax}.
 *
 * @param threshold bytes from which on an answer is compressed; shorter ones hardly shrink
 * @see <a href="https://socket.io/docs/v4/server-options/#httpcompression">The option in
 *     Socket.IO</a>
 */
public record HttpCompression(int threshold) {
  /** From 1,024 bytes on. */
  public static final HttpCompression DEFAULT = new HttpCompression(1_024);

  /**
   * Checks the threshold.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public HttpCompression {
    if (threshold < 0) {
      throw new IllegalArgumentException("threshold is negative: " + threshold);
    }
  }
}
