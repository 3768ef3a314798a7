package dev.verbatim.socketio;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A way to emit to one socket's client: {@code socket.timeout(Duration.ofSeconds(5))
 * .emitWithAck("question")}. Immutable, for any thread.
 */
public final class Emission {
  private final Socket socket;
  private final Flags flags;

  Emission(Socket socket, Flags flags) {
    this.socket = socket;
    this.flags = flags;
  }

  /** What is emitted is dropped if the connection is not ready to take it. */
  public Emission volatile_() {
    return new Emission(socket, flags.withVolatile());
  }

  /** What is emitted waits while the reader is behind, as {@link Broadcast#droppable} says. */
  public Emission droppable() {
    return new Emission(socket, flags.withWhenBehind(WhenBehind.DROPPABLE));
  }

  /**
   * Only the latest of a key waits while the reader is behind, as {@link Broadcast#conflate} says.
   */
  public Emission conflate(String key) {
    return new Emission(socket, flags.withWhenBehind(new WhenBehind.Conflated(key)));
  }

  /** Whether what is emitted may be compressed, as {@link Broadcast#compress} says. */
  public Emission compress(boolean wanted) {
    return new Emission(socket, flags.withCompress(wanted));
  }

  /**
   * How long {@link #emitWithAck} waits; {@link SocketIoOptions#ackTimeout} if this says nothing.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Emission timeout(Duration timeout) {
    return new Emission(socket, flags.withTimeout(timeout));
  }

  /**
   * Emits an event to the client.
   *
   * @throws IllegalArgumentException if the name is one of the protocol's own, such as {@code
   *     connect}
   */
  public void emit(String event, @Nullable Object... args) {
    send(Frame.event(socket.namespace(), event, args));
  }

  /**
   * Sends the client a frame.
   *
   * @throws IllegalArgumentException if the frame is of another namespace
   */
  public void send(Frame frame) {
    frame.mustBeOf(socket.namespace());
    Frame sent = flags.applyTo(frame);
    socket
        .session()
        .loop()
        .run(flags.isVolatile() ? () -> socket.writeVolatile(sent) : () -> socket.write(sent));
  }

  /**
   * Emits an event and waits for the client's answer.
   *
   * @return completed with the answer's arguments, or with an {@link AckMissingException}; on the
   *     socket's event loop, so that what depends on it must not block
   * @throws IllegalArgumentException if the name is one of the protocol's own, such as {@code
   *     connect}
   */
  public CompletionStage<Args> emitWithAck(String event, @Nullable Object... args) {
    Namespace namespace = socket.namespace();
    long ackId = namespace.nextAckId();
    Frame frame = flags.applyToAsking(Frame.eventOf(namespace, ackId, event, args));
    Duration timeout = flags.timeoutOr(namespace.server().options().ackTimeout());
    FutureAck ack = new FutureAck();
    boolean taken =
        socket
            .session()
            .loop()
            .run(() -> socket.writeWithAck(frame, ackId, timeout, ack, flags.isVolatile()));
    if (!taken) {
      ack.onMissing(AckMissingException.Reason.DISCONNECTED);
    }
    return ack.answer();
  }
}
