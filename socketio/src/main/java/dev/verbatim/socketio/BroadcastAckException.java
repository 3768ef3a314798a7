package dev.verbatim.socketio;

import java.util.List;

/**
 * Tells that some of the sockets that an event was broadcast to have not answered, and will not any
 * more. They may or may not have handled the event.
 */
public final class BroadcastAckException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Args> received;
  private final int missing;

  BroadcastAckException(List<Args> received, int missing) {
    super(missing + " of " + (received.size() + missing) + " acknowledgements are missing");
    this.received = received;
    this.missing = missing;
  }

  /** The arguments of the answers that came, in no order. */
  public List<Args> received() {
    return received;
  }

  /** How many answers did not come. */
  public int missing() {
    return missing;
  }
}
