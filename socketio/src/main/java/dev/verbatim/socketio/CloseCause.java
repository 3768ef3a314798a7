package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.MalformedPacketException;

/** Why a transport ends, and so what its client is told. */
enum CloseCause {
  /** The connection is gone: there is nobody to tell. */
  GONE(0),
  /** The client said that it closes. */
  CLIENT_CLOSE(1000),
  /** The server no longer wants the connection. */
  SERVER_CLOSE(1000),
  /** The session went over to another transport. */
  UPGRADED(1000),
  /** The server goes down. */
  GOING_AWAY(1001),
  /** The client broke a protocol. */
  PROTOCOL_ERROR(1002),
  /** The client sent text that is not UTF-8. */
  NOT_UTF8(1007),
  /** The client sent a compressed message that is not what the compression makes. */
  NOT_DEFLATED(1007),
  /** The client passed a bound, or did not answer. */
  POLICY(1008),
  /** The client sent too large a message. */
  TOO_BIG(1009);

  private final int webSocketCode;

  /** Why the transport ends that brought a malformed packet. */
  static CloseCause of(MalformedPacketException e) {
    return e.reason() == MalformedPacketException.Reason.INVALID_UTF8 ? NOT_UTF8 : PROTOCOL_ERROR;
  }

  CloseCause(int webSocketCode) {
    this.webSocketCode = webSocketCode;
  }

  /** Whether what was sent before is to arrive. */
  boolean isOrderly() {
    return switch (this) {
      case CLIENT_CLOSE, SERVER_CLOSE, GOING_AWAY -> true;
      case GONE, UPGRADED, PROTOCOL_ERROR, NOT_UTF8, NOT_DEFLATED, POLICY, TOO_BIG -> false;
    };
  }

  /** The status code in a WebSocket close frame (RFC 6455, 7.4). */
  int webSocketCode() {
    return webSocketCode;
  }
}
