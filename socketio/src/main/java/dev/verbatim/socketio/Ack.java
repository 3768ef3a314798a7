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

  /** That of an event which asked for none. */
  static final Ack NOT_WANTED = new Ack(null, Packet.NO_ACK);

  private final @Nullable Socket socket;
  private final long id;

  @SuppressWarnings("unused") // by CALLED
  private volatile boolean called;

  Ack(@Nullable Socket socket, long id) {
    this.socket = socket;
    this.id = id;
  }

  /** Calls back with arguments. If they cannot be written, the call does not count. */
  public void send(@Nullable Object... args) {
    Socket to = open();
    if (to != null) {
      send(to, Frame.ackOf(to.namespace(), id, args));
    }
  }

  /** Calls back with arguments that are JSON, separated by commas, without the brackets. */
  public void sendJson(byte[] args) {
    Socket to = open();
    if (to != null) {
      send(to, Frame.ack(to.namespace(), id, args));
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
    Socket to = open();
    return to != null && take() ? Frame.ack(to.namespace(), id, args) : null;
  }

  private void send(Socket to, Frame frame) {
    if (take()) {
      to.send(frame);
    }
  }

  /** The socket that waits, if it does. */
  private @Nullable Socket open() {
    return called ? null : socket;
  }

  private boolean take() {
    return CALLED.compareAndSet(this, false, true);
  }
}
