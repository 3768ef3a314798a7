package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.EngineFormat;
import dev.verbatim.socketio.protocol.EnginePacket;

/**
 * Confined to its session's event loop: what carries a session's packets.
 *
 * <p>Writing queues; {@link #flush} sends, called by the loop once an iteration.
 */
sealed interface Transport permits WebSocketTransport, PollingTransport {
  /** Its name in a handshake. */
  SocketIoOptions.TransportName name();

  /** How its packets are written. */
  EngineFormat format();

  /** Queues a packet of Engine.IO's own. */
  void write(EnginePacket packet);

  /** Queues a frame. */
  void write(Frame frame);

  /**
   * Queues frames that many connections get.
   *
   * @param wire the frames; it stays the caller's
   */
  void writeShared(Wire wire);

  /** Whether what is written now goes out soon; volatile frames are left out otherwise. */
  boolean isWritable();

  /** Bytes queued that no connection has taken yet, answers to polls included. */
  long queuedBytes();

  /**
   * The memory that what is queued takes: the objects of each write, and all bytes but those that
   * many clients share.
   */
  long memoryBytes();

  /** Sends what is queued. */
  void flush();

  /** Flushing threw: what was queued may be lost, so the connection ends and the session hears. */
  void onFlushFailed();

  /** Stops or goes on taking in packets. */
  void setReading(boolean reading);

  /** Sends what is queued, tells the client in the transport's own way, and ends. */
  void close(CloseCause cause);

  /** Ends at once, even if it has begun to end in order. */
  void cut();

  /**
   * Calls an action, on any thread, when it has ended: a WebSocket when its connection is closed,
   * polling when its last answer has left; the connections that polls come on are not the session's
   * to close.
   */
  void whenClosed(Runnable action);
}
