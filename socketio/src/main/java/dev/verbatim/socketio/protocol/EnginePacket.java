package dev.verbatim.socketio.protocol;

/**
 * An Engine.IO packet.
 *
 * <table>
 * <caption>The packets as the page of revision 4 lists them</caption>
 * <tr><th>type</th><th>packet</th><th>who sends it</th><th>payload</th></tr>
 * <tr><td>{@code 0}</td><td>{@link Open}</td><td>server</td><td>the handshake, a JSON object</td></tr>
 * <tr><td>{@code 1}</td><td>{@link Close}</td><td>both</td><td>none</td></tr>
 * <tr><td>{@code 2}</td><td>{@link Ping}</td><td>server; a client only to probe</td><td>none or {@code probe}</td></tr>
 * <tr><td>{@code 3}</td><td>{@link Pong}</td><td>client; the server only to a probe</td><td>none or {@code probe}</td></tr>
 * <tr><td>{@code 4}</td><td>{@link Message}</td><td>both</td><td>text</td></tr>
 * <tr><td>{@code 5}</td><td>{@link Upgrade}</td><td>client</td><td>none</td></tr>
 * <tr><td>{@code 6}</td><td>{@link Noop}</td><td>server</td><td>none</td></tr>
 * <tr><td>a binary frame, {@code b} in polling</td><td>{@link Binary}</td><td>both</td><td>bytes</td></tr>
 * </table>
 *
 * <p>In {@linkplain EngineRevision#V3 revision 3} it is the client that pings, and the server that
 * answers.
 *
 * @see <a href="https://socket.io/docs/v4/engine-io-protocol/">The Engine.IO protocol</a>
 */
public sealed interface EnginePacket {

  /**
   * The server's first packet.
   *
   * @param handshake a JSON object with {@code sid}, {@code upgrades}, {@code pingInterval}, {@code
   *     pingTimeout} and {@code maxPayload}; not checked when decoded
   */
  record Open(Bytes handshake) implements EnginePacket {}

  /** The sender closes the transport. */
  record Close() implements EnginePacket {}

  /**
   * The heartbeat's question, or a client's on a new transport.
   *
   * @param probe whether it probes a transport that is to be upgraded to
   */
  record Ping(boolean probe) implements EnginePacket {}

  /**
   * The answer to a {@link Ping}.
   *
   * @param probe whether it answers a probe
   */
  record Pong(boolean probe) implements EnginePacket {}

  /**
   * A text, in Socket.IO one {@link Packet} without its attachments.
   *
   * @param text valid UTF-8, without the type character
   */
  record Message(Bytes text) implements EnginePacket {}

  /**
   * Bytes, in Socket.IO one attachment.
   *
   * @param data the bytes as they are
   */
  record Binary(Bytes data) implements EnginePacket {}

  /** The client goes over to the transport that this packet comes on. */
  record Upgrade() implements EnginePacket {}

  /** Nothing; it ends a held poll. */
  record Noop() implements EnginePacket {}
}
