package dev.verbatim.socketio;

/**
 * How WebSocket messages are compressed for clients that can (RFC 7692), with neither side keeping
 * anything from one message to the next.
 *
 * <p>Compressing takes the event loop's time, and is worth it where the line is dear and what is
 * sent is long. A frame that many sockets get is compressed once.
 *
 * @param threshold bytes from which on a message is compressed; shorter ones hardly shrink
 * @see <a href="https://socket.io/docs/v4/server-options/#permessagedeflate">The option in
 *     Socket.IO</a>
 */
public record PerMessageDeflate(int threshold) {
  /** From 1,024 bytes on. */
  public static final PerMessageDeflate DEFAULT = new PerMessageDeflate(1_024);

  /**
   * Checks the threshold.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public PerMessageDeflate {
    if (threshold < 0) {
      throw new IllegalArgumentException("threshold is negative: " + threshold);
    }
  }
}
