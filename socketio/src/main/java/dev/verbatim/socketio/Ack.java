package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Packet;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The callback of one event. It may be kept, and called once, from any thread; what comes after the
 * first call is ignored.
 */
public final class Ack {
  private static final VarHandle CALLED;

  static {
    try {
      CALLED = MethodHandles.lookup().findVarHandle(Ack.class, "called", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Socket socket;
  private final long id;

  @SuppressWarnings("unused") // by CALLED
  private volatile boolean called;

  Ack(Socket socket, long id) {
    this.socket = socket;
    this.id = id;
  }

  /** Calls back with arguments. */
  public void send(@Nullable Object... args) {
    if (take()) {
      socket.send(Frame.ackOf(socket.namespace(), id, args));
    }
  }

  /** Calls back with arguments that are JSON, separated by commas, without the brackets. */
  public void sendJson(byte[] args) {
    if (take()) {
      socket.send(Frame.ack(socket.namespace(), id, args));
    }
  }

  /**
   * The acknowledgement as a frame, for a place in a {@link Batch}. This counts as the call:
   * whoever asks for the frame has to send it. An event that asked for no acknowledgement, or has
   * got one, has none.
   *
   * @param args arguments that are JSON, separated by commas, without the brackets
   */
  public @Nullable Frame frame(byte[] args) {
    return take() ? Frame.ack(socket.namespace(), id, args) : null;
  }

  private boolean take() {
    return id != Packet.NO_ACK && CALLED.compareAndSet(this, false, true);
  }
}
