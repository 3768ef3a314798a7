package dev.verbatim.socketio.protocol;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What stands in the JSON of a packet where binary data belongs: {@code
 * {"_placeholder":true,"num":n}}, n being the index in {@link Packet#attachments()}. The two stand
 * in any order, and what else is in the object counts for nothing, as in the reference parser.
 *
 * <p>Placeholders stay in the JSON of a decoded packet. In one with attachments every object that
 * has a property {@code _placeholder} of the value true has the number of an attachment: the
 * decoder has seen to it. In a packet without attachments such an object is data like any other.
 */
public final class Placeholder {
  /** The property that marks a placeholder. */
  public static final String MARK = "_placeholder";

  /** The property that numbers the attachment. */
  public static final String NUMBER = "num";

  private Placeholder() {}

  /**
   * Reads the object that a parser stands at the beginning of, and leaves it at its end.
   *
   * @return the number of the attachment; or −1 if the object is no placeholder or has no such
   *     number, or the parser does not stand at the beginning of an object, and then stays
   */
  public static int read(JsonParser parser) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return -1;
    }
    boolean isMarked = false;
    int number = -1;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      if (name.equals(MARK)) {
        isMarked = value == JsonToken.VALUE_TRUE;
      } else if (name.equals(NUMBER)) {
        number = number(parser);
      }
      parser.skipChildren();
    }
    return isMarked ? number : -1;
  }

  /** The number of an attachment that a parser stands at, or −1. */
  static int number(JsonParser parser) {
    boolean isNumber =
        parser.currentToken() == JsonToken.VALUE_NUMBER_INT
            && parser.getNumberType() == JsonParser.NumberType.INT;
    return isNumber ? Math.max(-1, parser.getIntValue()) : -1;
  }
}
