package dev.verbatim.socketio;

/**
 * Tells that an acknowledgement will not come. The client may or may not have handled the event.
 */
public final class AckMissingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why it will not come. */
  public enum Reason {
    /** The client did not answer in time. */
    TIMEOUT("operation has timed out"),
    /** The socket is disconnected. */
    DISCONNECTED("socket has been disconnected"),
    /** The connection was not ready to take the event, which is volatile; it was not sent. */
    DROPPED("volatile event was dropped"),
    /** Too many acknowledgements are awaited from this socket; the event was not sent. */
    TOO_MANY("too many acknowledgements awaited");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  private final Reason reason;

  AckMissingException(Reason reason) {
    super(reason.text, null, false, false);
    this.reason = reason;
  }

  /** Why the acknowledgement will not come. */
  public Reason reason() {
    return reason;
  }
}
