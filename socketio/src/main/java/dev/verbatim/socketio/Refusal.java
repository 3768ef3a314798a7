package dev.verbatim.socketio;

import io.netty.handler.codec.http.HttpResponseStatus;

/** Why a request, or a wish to enter a namespace, was refused; for {@link Counters}. */
public enum Refusal {
  /** The transport is none, or not allowed. */
  TRANSPORT_UNKNOWN,
  /** There is no session of this id, or no longer. */
  SESSION_UNKNOWN,
  /** A handshake by another method than GET. */
  BAD_HANDSHAKE_METHOD,
  /** A request that does not fit its transport or its session. */
  BAD_REQUEST,
  /** {@link SocketIoOptions#allowRequest} was against it. */
  FORBIDDEN,
  /** Another version of Engine.IO than is served. */
  UNSUPPORTED_PROTOCOL_VERSION,
  /** An old client that would read its polls as scripts. */
  JSONP_NOT_SUPPORTED,
  /** {@link Limits#connectionsMax} or {@link Limits#connectionsPerAddressMax} is reached. */
  TOO_MANY_CONNECTIONS,
  /** {@link Limits#handshakesPerSecond} is passed. */
  TOO_MANY_HANDSHAKES,
  /** {@link Limits#admissionsWaitingMax} or {@link Limits#admissionWaitMax} is passed. */
  TOO_MANY_WAITING,
  /** {@link Limits#allowRequestTimeout} has passed. */
  UNDECIDED,
  /** The server is going down. */
  SHUTTING_DOWN,
  /** Another version of WebSocket than 13. */
  WEBSOCKET_VERSION,
  /** {@link Limits#requestTimeout} has passed in the middle of a request. */
  REQUEST_TIMEOUT,
  /** The body has more bytes than {@link SocketIoOptions#maxHttpBufferSize}. */
  BODY_TOO_LARGE,
  /** What came is not HTTP as it should be, or has too long a head. */
  MALFORMED_HTTP,
  /** Something failed on this side. */
  INTERNAL_ERROR,
  /** CONNECT to a namespace that there is not. */
  INVALID_NAMESPACE,
  /** {@link Limits#namespacesPerConnectionMax} is reached. */
  TOO_MANY_NAMESPACES,
  /** A middleware was against it. */
  MIDDLEWARE;

  /** What a request is refused for that gets this status and the end of its connection. */
  static Refusal of(HttpResponseStatus status) {
    return switch (status.code()) {
      case 408 -> REQUEST_TIMEOUT;
      case 413 -> BODY_TOO_LARGE;
      case 500 -> INTERNAL_ERROR;
      default -> MALFORMED_HTTP;
    };
  }
}
