package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Why a request to the engine is refused; the codes and words are the reference server's, but for
 * what that server does not refuse.
 */
enum EngineError {
  TRANSPORT_UNKNOWN(400, 0, "Transport unknown"),
  SESSION_UNKNOWN(400, 1, "Session ID unknown"),
  BAD_HANDSHAKE_METHOD(400, 2, "Bad handshake method"),
  BAD_REQUEST(400, 3, "Bad request"),
  /** The client would read its polls as scripts, which browsers have not needed for long. */
  JSONP_NOT_SUPPORTED(400, 3, "JSONP is not supported"),
  FORBIDDEN(403, 4, "Forbidden"),
  UNSUPPORTED_PROTOCOL_VERSION(400, 5, "Unsupported protocol version");

  private final int status;
  private final String body;

  EngineError(int status, int code, String message) {
    this.status = status;
    this.body = "{\"code\":" + code + ",\"message\":\"" + message + "\"}";
  }

  int status() {
    return status;
  }

  byte[] body() {
    return body.getBytes(UTF_8);
  }
}
