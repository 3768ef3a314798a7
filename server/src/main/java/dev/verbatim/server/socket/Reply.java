package dev.verbatim.server.socket;

import dev.verbatim.server.Unanswered;
import dev.verbatim.server.metrics.EventMeter;
import dev.verbatim.server.telemetry.Trace;
import dev.verbatim.server.wire.ErrorCode;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Ack;
import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Socket;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/**
 * The answer to one event: its success or failure event, and the callback if the client gave one.
 * Its user gives one answer, from any thread; a callback gets the first only.
 */
final class Reply {
  private static final byte[] OK = "{\"ok\":true".getBytes(StandardCharsets.US_ASCII);

  private static final Logger log = LoggerFactory.getLogger(Reply.class);
  private static final VarHandle UNANSWERED;

  static {
    try {
      UNANSWERED =
          MethodHandles.lookup().findVarHandle(Reply.class, "unanswered", Unanswered.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Socket socket;
  private final String event;
  private final Failure failure;
  private final Ack ack;
  private final InstantSource clock;
  private final EventMeter meter;
  private final Trace trace;
  private final long arrivedNanos = System.nanoTime();

  /** Where it counts until it is given; null before it does, and then. */
  private volatile @Nullable Unanswered unanswered;

  /**
   * @param event that is answered, for the log
   * @param failure how a failure is told besides by the callback
   * @param meter learns what becomes of the event, which has just arrived
   * @param trace follows it
   */
  Reply(
      Socket socket,
      String event,
      Failure failure,
      Ack ack,
      InstantSource clock,
      EventMeter meter,
      Trace trace) {
    this.socket = socket;
    this.event = event;
    this.failure = failure;
    this.ack = ack;
    this.clock = clock;
    this.meter = meter;
    this.trace = trace;
  }

  /** The same answer, whose failure is told in another way. */
  Reply withFailure(Failure other) {
    return new Reply(socket, event, other, ack, clock, meter, trace);
  }

  Socket socket() {
    return socket;
  }

  /** From now on it counts as one that is owed, for it may be given later and by another thread. */
  void onOwed(Unanswered owed) {
    unanswered = owed;
    owed.onAsked();
  }

  private void onGiven() {
    if (UNANSWERED.getAndSet(this, null) instanceof Unanswered owed) {
      owed.onAnswered(1);
    }
  }

  /** Sends an event to the socket that asked. */
  void emit(String name, Consumer<JsonGenerator> payload) {
    emit(name, JsonBytes.of(payload));
  }

  /** Sends an event with this payload to the socket that asked. */
  void emit(String name, byte[] payload) {
    socket.send(Frame.event(socket.namespace(), name, payload));
  }

  /** Answers the callback with {@code ok} and these fields. */
  void acknowledge(Consumer<JsonGenerator> fields) {
    acknowledge(JsonBytes.ofObject(fields));
  }

  /** Answers the callback with {@code ok} and the fields of this object. */
  void acknowledge(byte[] object) {
    onAnswered();
    ack.sendJson(withOk(object));
    trace.end();
    onGiven();
  }

  /** What follows the event; whoever puts its answer among other frames ends it. */
  Trace trace() {
    return trace;
  }

  /** An acknowledgement for a place among other frames, which it has to get; null without one. */
  @Nullable Frame acknowledgementFrame(byte[] object) {
    onAnswered();
    // Whoever waits for it has something committed, which is told behind this.
    onGiven();
    return ack.frame(withOk(object));
  }

  private void onAnswered() {
    meter.onAnswered(System.nanoTime() - arrivedNanos);
  }

  private static byte[] withOk(byte[] object) {
    boolean isEmpty = object.length == 2;
    byte[] whole = new byte[OK.length + object.length - (isEmpty ? 1 : 0)];
    System.arraycopy(OK, 0, whole, 0, OK.length);
    int from = isEmpty ? 1 : 0;
    System.arraycopy(object, from, whole, OK.length, object.length - from);
    if (!isEmpty) {
      whole[OK.length] = ',';
    }
    return whole;
  }

  /** Emits the success event and answers the callback, both with these fields. */
  void succeed(String success, Consumer<JsonGenerator> fields) {
    succeed(success, JsonBytes.ofObject(fields));
  }

  /** Emits the success event and answers the callback, both with the fields of this object. */
  void succeed(String success, byte[] object) {
    emit(success, object);
    acknowledge(object);
  }

  /** Tells a failure as the row tells it, and refuses the callback. */
  void fail(Refusal refusal) {
    switch (failure) {
      case Failure.Silent _ -> {}
      case Failure.AsError(String name) -> {
        Instant now = clock.instant();
        emit(name, json -> WireJson.error(json, refusal, now));
        tellField(refusal);
      }
      case Failure.AsAuthentication _ -> {
        emit(
            "authentication_error",
            JsonBytes.ofObject(
                json -> {
                  json.writeStringProperty("error", refusal.words());
                  json.writeStringProperty("code", refusal.code().name());
                }));
        tellField(refusal);
      }
    }
    refuse(refusal);
  }

  /** What is told of something that failed, and that the log has under the id that is told. */
  Refusal refusal(Throwable cause, ErrorDetails subject) {
    return FailedEvent.refusal("the event " + event, cause, socket, subject);
  }

  /** Tells that something failed. */
  void fail(Throwable cause, ErrorDetails subject) {
    fail(refusal(cause, subject));
  }

  /** Goes on with the answer; what fails is the answer then, and thrown on. */
  void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error fault) {
      fail(fault, ErrorDetails.NONE);
      throw fault;
    }
  }

  /** Goes on with the answer on the socket's event loop; what fails is the answer then. */
  void onLoop(Runnable step) {
    socket
        .executor()
        .execute(
            () -> {
              try {
                step.run();
              } catch (RuntimeException | Error fault) {
                fail(fault, ErrorDetails.NONE);
              }
            });
  }

  /** There is nobody left to be answered. */
  void abandon() {
    trace.end();
    onGiven();
  }

  /** That a field of the payload is wrong is told by an event of its own besides. */
  private void tellField(Refusal refusal) {
    String field = refusal.details().field();
    if (refusal.code() == ErrorCode.VALIDATION_ERROR && field != null) {
      emit(
          "validation_error",
          JsonBytes.ofObject(
              json -> {
                json.writeStringProperty("field", field);
                json.writeStringProperty("message", refusal.words());
              }));
    }
  }

  /** Tells the client that it is over a rate. */
  void emitRateLimit(long retryAfter) {
    emit(
        "rate_limit_error",
        JsonBytes.ofObject(
            json -> {
              json.writeStringProperty("message", "Slow down");
              json.writeNumberProperty("retryAfter", retryAfter);
            }));
  }

  /**
   * Answers nothing, for it cannot be told what becomes of the event; the transport is closed, so
   * that the client comes back.
   */
  void leaveOpen(Refusal refusal) {
    onRefused(refusal);
    socket.closeTransport();
  }

  private void onRefused(Refusal refusal) {
    meter.onRefused(refusal.code());
    trace.failed(refusal.code().name());
    trace.end();
    if (log.isDebugEnabled()) {
      log.atDebug()
          .addKeyValue("socketId", socket.publicId())
          .addKeyValue("code", refusal.code().name())
          .log("The event {} is refused: {}", event, refusal.words());
    }
  }

  /** Refuses the callback alone. */
  void refuse(Refusal refusal) {
    onRefused(refusal);
    Instant now = clock.instant();
    ack.sendJson(
        JsonBytes.ofObject(
            json -> {
              json.writeBooleanProperty("ok", false);
              json.writeName("error");
              WireJson.error(json, refusal, now);
            }));
    onGiven();
  }
}
