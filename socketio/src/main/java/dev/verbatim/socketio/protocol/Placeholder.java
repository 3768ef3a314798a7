package dev.verbatim.socketio.protocol;

import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_PLACEHOLDER;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What stands in the JSON of a packet where binary data belongs: {@code
 * {"_placeholder":true,"num":n}}, n being the index in {@link Packet#attachments()}.
 *
 * <p>Placeholders stay in the JSON of a decoded packet. In one with attachments every object that
 * has a property {@code _placeholder} of the value true is exactly of this form, and its number is
 * that of an attachment: the decoder has seen to it. In a packet without attachments such an object
 * is data like any other.
 */
public final class Placeholder {
  /** The property that marks a placeholder. */
  public static final String MARK = "_placeholder";

  /** The property that numbers the attachment. */
  public static final String NUMBER = "num";

  private Placeholder() {}

  /**
   * Reads the placeholder that a parser stands at the beginning of, and leaves it at its end.
   *
   * @return the number of the attachment, or −1 if the parser is not at the beginning of an object
   *     or the object is no placeholder; then the parser has read some way into it
   */
  public static int read(JsonParser parser) {
    if (parser.currentToken() != JsonToken.START_OBJECT
        || !MARK.equals(parser.nextName())
        || parser.nextToken() != JsonToken.VALUE_TRUE) {
      return -1;
    }
    return readNumber(parser);
  }

  /** Reads the rest of a placeholder from its mark's value on, and gives its number or −1. */
  private static int readNumber(JsonParser parser) {
    if (!NUMBER.equals(parser.nextName())
        || parser.nextToken() != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() != JsonParser.NumberType.INT) {
      return -1;
    }
    int number = parser.getIntValue();
    return parser.nextToken() == JsonToken.END_OBJECT ? number : -1;
  }

  /**
   * Checks the placeholder whose mark's value a parser stands at, and leaves it at its end.
   *
   * @param first whether the mark is its object's first property
   */
  static void check(JsonParser parser, boolean first, int attachments)
      throws MalformedPacketException {
    int number = first ? readNumber(parser) : -1;
    if (number < 0 || number >= attachments) {
      throw INVALID_PLACEHOLDER.exception();
    }
  }
}
