package dev.verbatim.socketio;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request that was refused for what it asks of the engine: Socket.IO's {@code connection_error}.
 *
 * @param request what the client asked with
 * @param requestId by which the log tells of it at debug, and with {@link
 *     SocketIoOptions#requestIds} the answer
 * @param code the Engine.IO protocol's number of the error, 0 to 5, or -1 if it has none
 * @param message the error's words
 * @param context what the refusal is about
 */
public record ConnectionError(
    Handshake request, String requestId, int code, String message, Context context) {

  static ConnectionError of(Exchange exchange, Context context) {
    EngineError error = EngineError.of(context);
    return new ConnectionError(
        exchange.handshake(), exchange.id(), error.code(), error.message(), context);
  }

  /** What a refusal is about. */
  public sealed interface Context {
    /**
     * There is no such transport here.
     *
     * @param transport what the query says, or null if nothing
     */
    record TransportUnknown(@Nullable String transport) implements Context {}

    /** There is no session of this id, or no longer. */
    record SessionUnknown(String sid) implements Context {}

    /** A handshake by another method than GET. */
    record BadHandshakeMethod(String method) implements Context {}

    /** A handshake that is for a WebSocket and asks for no upgrade, or the other way round. */
    record TransportHandshakeError() implements Context {}

    /**
     * A session's request that does not fit its transport, such as a poll behind the upgrade.
     *
     * @param transport what the query says
     */
    record TransportMismatch(String transport) implements Context {}

    /** A session's request by a method that means nothing to its transport. */
    record BadMethod(String method) implements Context {}

    /** A body where there is none to be. */
    record UnexpectedBody() implements Context {}

    /** An upgrade to a WebSocket without a key of 16 bytes in base64. */
    record WebSocketKeyMissing() implements Context {}

    /**
     * An upgrade to another version of WebSocket than 13.
     *
     * @param version what the header says, or null if there is none
     */
    record WebSocketVersionUnknown(@Nullable String version) implements Context {}

    /**
     * {@link SocketIoOptions#allowRequest} was against it.
     *
     * @param message its words, or null
     */
    record Forbidden(@Nullable String message) implements Context {}

    /** {@link Limits#allowRequestTimeout} has passed. */
    record Undecided() implements Context {}

    /**
     * A version of Engine.IO that is not spoken here.
     *
     * @param version what the query says, or null if nothing
     */
    record UnsupportedProtocolVersion(@Nullable String version) implements Context {}

    /** An old client that would read its polls as scripts. */
    record JsonpNotSupported() implements Context {}

    /** {@link Limits#connectionsMax} is reached. */
    record TooManyConnections() implements Context {}

    /** {@link Limits#connectionsPerAddressMax} is reached. */
    record TooManyConnectionsOfAddress() implements Context {}

    /**
     * {@link Limits#handshakesPerSecond} is passed.
     *
     * @param retryAfter when there is room for one more
     */
    record TooManyHandshakes(Duration retryAfter) implements Context {}

    /**
     * {@link Limits#admissionsWaitingMax} or {@link Limits#admissionWaitMax} is passed.
     *
     * @param retryAfter when all who wait are in, at the best
     */
    record TooManyWaiting(Duration retryAfter) implements Context {}

    /** The server is going down. */
    record ShuttingDown() implements Context {}
  }
}
