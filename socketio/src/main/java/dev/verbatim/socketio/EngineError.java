package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verbatim.socketio.ConnectionError.Context;
import dev.verbatim.socketio.protocol.JsonText;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * How a request to the engine is refused. Codes and words are the reference server's; for what it
 * does not know there is a status of HTTP and no code.
 */
enum EngineError {
  TRANSPORT_UNKNOWN(400, 0, "Transport unknown", Refusal.TRANSPORT_UNKNOWN),
  SESSION_UNKNOWN(400, 1, "Session ID unknown", Refusal.SESSION_UNKNOWN),
  BAD_HANDSHAKE_METHOD(400, 2, "Bad handshake method", Refusal.BAD_HANDSHAKE_METHOD),
  BAD_REQUEST(400, 3, "Bad request", Refusal.BAD_REQUEST),
  /** The client would read its polls as scripts, which browsers have not needed for long. */
  JSONP_NOT_SUPPORTED(400, 3, "JSONP is not supported", Refusal.JSONP_NOT_SUPPORTED),
  FORBIDDEN(403, 4, "Forbidden", Refusal.FORBIDDEN),
  UNSUPPORTED_PROTOCOL_VERSION(
      400, 5, "Unsupported protocol version", Refusal.UNSUPPORTED_PROTOCOL_VERSION),
  WEBSOCKET_VERSION_UNKNOWN(
      426, EngineError.NO_CODE, "WebSocket version unknown", Refusal.WEBSOCKET_VERSION),
  TOO_MANY_HANDSHAKES(429, EngineError.NO_CODE, "Too many handshakes", Refusal.TOO_MANY_HANDSHAKES),
  TOO_MANY_CONNECTIONS(
      503, EngineError.NO_CODE, "Too many connections", Refusal.TOO_MANY_CONNECTIONS),
  TOO_MANY_WAITING(503, EngineError.NO_CODE, "Too many handshakes wait", Refusal.TOO_MANY_WAITING),
  UNDECIDED(503, EngineError.NO_CODE, "Not decided in time", Refusal.UNDECIDED),
  SHUTTING_DOWN(503, EngineError.NO_CODE, "Shutting down", Refusal.SHUTTING_DOWN);

  private static final int NO_CODE = -1;

  private final int status;
  private final int code;
  private final String message;
  private final Refusal counted;

  EngineError(int status, int code, String message, Refusal counted) {
    this.status = status;
    this.code = code;
    this.message = message;
    this.counted = counted;
  }

  static EngineError of(Context context) {
    return switch (context) {
      case Context.TransportUnknown _ -> TRANSPORT_UNKNOWN;
      case Context.SessionUnknown _ -> SESSION_UNKNOWN;
      case Context.BadHandshakeMethod _ -> BAD_HANDSHAKE_METHOD;
      case Context.TransportHandshakeError(),
          Context.TransportMismatch _,
          Context.BadMethod _,
          Context.UnexpectedBody(),
          Context.WebSocketKeyMissing() ->
          BAD_REQUEST;
      case Context.JsonpNotSupported() -> JSONP_NOT_SUPPORTED;
      case Context.WebSocketVersionUnknown _ -> WEBSOCKET_VERSION_UNKNOWN;
      case Context.Forbidden _ -> FORBIDDEN;
      case Context.Undecided() -> UNDECIDED;
      case Context.UnsupportedProtocolVersion _ -> UNSUPPORTED_PROTOCOL_VERSION;
      case Context.TooManyConnections(), Context.TooManyConnectionsOfAddress() ->
          TOO_MANY_CONNECTIONS;
      case Context.TooManyHandshakes _ -> TOO_MANY_HANDSHAKES;
      case Context.TooManyWaiting _ -> TOO_MANY_WAITING;
      case Context.ShuttingDown() -> SHUTTING_DOWN;
    };
  }

  int status() {
    return status;
  }

  int code() {
    return code;
  }

  String message() {
    return message;
  }

  /** What it counts as. */
  Refusal counted() {
    return counted;
  }

  /** The JSON that the answer to a request brings, with words of its own if there are some. */
  byte[] body(@Nullable String words) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.writeBytes((code == NO_CODE ? "{" : "{\"code\":" + code + ",").getBytes(UTF_8));
    json.writeBytes("\"message\":".getBytes(UTF_8));
    json.writeBytes(JsonText.of(words == null ? message : words));
    json.write('}');
    return json.toByteArray();
  }
}
