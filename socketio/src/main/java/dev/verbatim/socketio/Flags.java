package dev.verbatim.socketio;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How something is emitted. Immutable.
 *
 * @param isVolatile whether to leave out sockets whose connection is not ready to take it
 * @param compress whether it may be compressed, where the connection can
 * @param timeout how long acknowledgements are awaited, or null for {@link
 *     SocketIoOptions#ackTimeout}
 */
record Flags(boolean isVolatile, boolean compress, @Nullable Duration timeout) {
  static final Flags NONE = new Flags(false, true, null);

  Flags withVolatile() {
    return new Flags(true, compress, timeout);
  }

  Flags withCompress(boolean wanted) {
    return new Flags(isVolatile, wanted, timeout);
  }

  Flags withTimeout(Duration awaited) {
    if (!awaited.isPositive()) {
      throw new IllegalArgumentException("timeout is not positive: " + awaited);
    }
    return new Flags(isVolatile, compress, awaited);
  }

  Frame applyTo(Frame frame) {
    return compress ? frame : frame.uncompressed();
  }

  Duration timeoutOr(Duration otherwise) {
    return timeout == null ? otherwise : timeout;
  }
}
