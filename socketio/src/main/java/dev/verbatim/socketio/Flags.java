package dev.verbatim.socketio;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How something is emitted. Immutable.
 *
 * @param isVolatile whether to leave out sockets whose connection is not ready to take it
 * @param compress whether it may be compressed, where the connection can
 * @param whenBehind what becomes of it where the reader is behind
 * @param timeout how long acknowledgements are awaited, or null for {@link
 *     SocketIoOptions#ackTimeout}
 */
record Flags(
    boolean isVolatile, boolean compress, WhenBehind whenBehind, @Nullable Duration timeout) {
  static final Flags NONE = new Flags(false, true, WhenBehind.QUEUED, null);

  Flags withVolatile() {
    return new Flags(true, compress, whenBehind, timeout);
  }

  Flags withWhenBehind(WhenBehind other) {
    return new Flags(isVolatile, compress, other, timeout);
  }

  Flags withCompress(boolean wanted) {
    return new Flags(isVolatile, wanted, whenBehind, timeout);
  }

  Flags withTimeout(Duration awaited) {
    if (!awaited.isPositive()) {
      throw new IllegalArgumentException("timeout is not positive: " + awaited);
    }
    return new Flags(isVolatile, compress, whenBehind, awaited);
  }

  /** A mark that the frame has itself stays if there is none here. */
  Frame applyTo(Frame frame) {
    Frame marked =
        whenBehind instanceof WhenBehind.Queued ? frame : frame.withWhenBehind(whenBehind);
    return compress ? marked : marked.uncompressed();
  }

  /** For an event whose acknowledgement is awaited, which waits for its turn in any case. */
  Frame applyToAsking(Frame frame) {
    return compress ? frame : frame.uncompressed();
  }

  Duration timeoutOr(Duration otherwise) {
    return timeout == null ? otherwise : timeout;
  }
}
