package dev.verbatim.socketio.protocol;

/**
 * Tells that a peer sent what the protocol does not know; its connection is to be closed.
 *
 * <p>The message is that of the {@link Reason}: it never repeats what was sent. There is no stack
 * trace, for this is an expected outcome that a hostile peer can bring about at will.
 */
public final class MalformedPacketException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  MalformedPacketException(Reason reason) {
    super(reason.text, null, false, false);
    this.reason = reason;
  }

  /** What was wrong. */
  public Reason reason() {
    return reason;
  }

  /** What can be wrong with a packet. */
  public enum Reason {
    /** Text is not UTF-8; on a WebSocket the close code is 1007. */
    INVALID_UTF8("text is not valid UTF-8"),
    /** An Engine.IO frame or a packet of a payload without a single byte. */
    EMPTY_PACKET("empty packet"),
    /** The first character is no type of the protocol. */
    UNKNOWN_TYPE("unknown packet type"),
    /** A packet that carries nothing carries something. */
    UNEXPECTED_PAYLOAD("packet type takes no such payload"),
    /** A polling payload has too many bytes. */
    PAYLOAD_TOO_LARGE("payload has too many bytes"),
    /** A polling payload has too many packets. */
    TOO_MANY_PACKETS("payload has too many packets"),
    /** A packet of a payload has no length, or not the one that stands before it. */
    INVALID_LENGTH("invalid packet length"),
    /** A binary packet of a polling payload is not base64. */
    INVALID_BASE64("binary packet is not valid base64"),
    /** The number of attachments is missing or no number. */
    INVALID_ATTACHMENT_COUNT("invalid attachment count"),
    /** A packet announces too many attachments. */
    TOO_MANY_ATTACHMENTS("too many attachments"),
    /** The attachments of a packet have too many bytes. */
    ATTACHMENTS_TOO_LARGE("attachments have too many bytes"),
    /** Text came while attachments were awaited. */
    TEXT_INSTEAD_OF_ATTACHMENT("text while an attachment was awaited"),
    /** Binary came though no packet announced it. */
    UNANNOUNCED_ATTACHMENT("binary without a packet that announced it"),
    /** A placeholder is not one, or names no attachment of its packet. */
    INVALID_PLACEHOLDER("invalid attachment placeholder"),
    /** The namespace, or the query behind it, is too long. */
    NAMESPACE_TOO_LONG("namespace is too long"),
    /** What a client says of itself when it connects is too long. */
    AUTH_TOO_LONG("auth is too long"),
    /** The query behind the namespace is not URL-encoded. */
    INVALID_QUERY("invalid namespace query"),
    /** The acknowledgement id is missing, not wanted, or too large. */
    INVALID_ACK_ID("invalid acknowledgement id"),
    /** The JSON is missing, malformed, or beyond a bound. */
    INVALID_JSON("invalid JSON"),
    /** The JSON is not of the form that the packet's type wants. */
    INVALID_PAYLOAD("payload is not of the packet type's form"),
    /** The event's name is too long. */
    EVENT_NAME_TOO_LONG("event name is too long"),
    /** An event or acknowledgement has too many arguments. */
    TOO_MANY_ARGUMENTS("too many arguments"),
    /** The event's name belongs to the libraries themselves. */
    RESERVED_EVENT("reserved event name");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    MalformedPacketException exception() {
      return new MalformedPacketException(this);
    }
  }
}
