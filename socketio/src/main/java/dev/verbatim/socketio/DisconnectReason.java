package dev.verbatim.socketio;

/**
 * Why a socket is no longer connected, in the words of Socket.IO servers but for {@link
 * #SLOW_READER}, which they do not have.
 *
 * @see <a href="https://socket.io/docs/v4/server-socket-instance/#disconnect">Socket.IO's list</a>
 */
public enum DisconnectReason {
  /** The connection was closed by the client or by the network. */
  TRANSPORT_CLOSE("transport close"),
  /** The connection broke, or carried what the transport does not allow. */
  TRANSPORT_ERROR("transport error"),
  /** The client did not answer a ping in time. */
  PING_TIMEOUT("ping timeout"),
  /** The client sent a packet that is none. */
  PARSE_ERROR("parse error"),
  /** The client left the namespace. */
  CLIENT_NAMESPACE_DISCONNECT("client namespace disconnect"),
  /** The server sent the client out of the namespace. */
  SERVER_NAMESPACE_DISCONNECT("server namespace disconnect"),
  /** The server is going down. */
  SERVER_SHUTTING_DOWN("server shutting down"),
  /** The server closed the transport, for instance because the client passed a bound. */
  FORCED_CLOSE("forced close"),
  /**
   * The client read more slowly than it was written to: more waited for it than {@link
   * Limits#queuedBytesMax}, or the most of what waited for all clients when that was more than
   * {@link Limits#queuedBytesTotalMax}. Socket.IO has no word for it, as it has no such bound.
   */
  SLOW_READER("slow reader");

  private final String text;

  DisconnectReason(String text) {
    this.text = text;
  }

  /** The reason in words, for clients' eyes and logs: "transport close". */
  public String text() {
    return text;
  }
}
