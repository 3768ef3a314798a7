package dev.verbatim.server.socket;

import dev.verbatim.server.wire.ErrorCode;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.WireError;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Ack;
import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Socket;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The answer to one event: its success or failure event, and the callback if the client gave one.
 * To be given once, from any thread.
 */
final class Reply {
  private final Socket socket;
  private final @Nullable String failureEvent;
  private final Ack ack;
  private final InstantSource clock;

  /**
   * @param failureEvent the event that a failure is told by; null if only the callback hears of it
   */
  Reply(Socket socket, @Nullable String failureEvent, Ack ack, InstantSource clock) {
    this.socket = socket;
    this.failureEvent = failureEvent;
    this.ack = ack;
    this.clock = clock;
  }

  Socket socket() {
    return socket;
  }

  /** Sends an event to the socket that asked. */
  void emit(String event, Consumer<JsonGenerator> payload) {
    socket.send(Frame.event(socket.namespace(), event, JsonBytes.of(payload)));
  }

  /** Sends an event with this payload to the socket that asked. */
  void emit(String event, byte[] payload) {
    socket.send(Frame.event(socket.namespace(), event, payload));
  }

  /** Answers the callback with {@code ok} and these fields. */
  void acknowledge(Consumer<JsonGenerator> fields) {
    ack.sendJson(acknowledgement(fields));
  }

  /** Answers the callback with this object. */
  void acknowledge(byte[] object) {
    ack.sendJson(object);
  }

  /** An acknowledgement for a place among other frames, which it has to get; null without one. */
  @Nullable Frame acknowledgementFrame(byte[] object) {
    return ack.frame(object);
  }

  private static byte[] acknowledgement(Consumer<JsonGenerator> fields) {
    return JsonBytes.of(
        json -> {
          json.writeStartObject();
          json.writeBooleanProperty("ok", true);
          fields.accept(json);
          json.writeEndObject();
        });
  }

  /** Emits the success event and answers the callback, both with these fields. */
  void succeed(String event, Consumer<JsonGenerator> fields) {
    socket.send(Frames.of(socket.namespace(), event, fields));
    acknowledge(fields);
  }

  /** Emits the row's failure event, if it has one, and refuses the callback. */
  void fail(ErrorCode code, String message, ErrorDetails details) {
    WireError error = new WireError(code, message, details, clock.instant());
    if (failureEvent != null) {
      emit(failureEvent, json -> failure(json, error));
    }
    refuse(error);
  }

  /** A field of the payload is wrong; {@code validation_error} tells of it besides. */
  void failValidation(String field, String message, ErrorDetails details) {
    fail(ErrorCode.VALIDATION_ERROR, message, details.inField(field));
    if (failureEvent != null) {
      socket.send(
          Frames.of(
              socket.namespace(),
              "validation_error",
              json -> {
                json.writeStringProperty("field", field);
                json.writeStringProperty("message", message);
              }));
    }
  }

  /** Emits {@code error} whatever the row, and refuses the callback. */
  void failUnauthenticated() {
    WireError error =
        new WireError(
            ErrorCode.AUTHENTICATION_FAILED,
            "Authenticate first",
            ErrorDetails.NONE,
            clock.instant());
    emit("error", json -> WireJson.error(json, error));
    refuse(error);
  }

  /** Tells the client that it is over a rate. */
  void emitRateLimit(long retryAfter) {
    socket.send(
        Frames.of(
            socket.namespace(),
            "rate_limit_error",
            json -> {
              json.writeStringProperty("message", "Slow down");
              json.writeNumberProperty("retryAfter", retryAfter);
            }));
  }

  /** Refuses the callback alone. */
  void refuse(ErrorCode code, String message, ErrorDetails details) {
    refuse(new WireError(code, message, details, clock.instant()));
  }

  private void refuse(WireError error) {
    ack.sendJson(
        JsonBytes.of(
            json -> {
              json.writeStartObject();
              json.writeBooleanProperty("ok", false);
              json.writeName("error");
              WireJson.error(json, error);
              json.writeEndObject();
            }));
  }

  private void failure(JsonGenerator json, WireError error) {
    if ("authentication_error".equals(failureEvent)) {
      json.writeStartObject();
      json.writeStringProperty("error", error.message());
      json.writeStringProperty("code", error.code().name());
      json.writeEndObject();
    } else {
      WireJson.error(json, error);
    }
  }
}
