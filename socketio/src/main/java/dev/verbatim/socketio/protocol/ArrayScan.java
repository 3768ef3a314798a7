package dev.verbatim.socketio.protocol;

import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.EVENT_NAME_TOO_LONG;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_JSON;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_PAYLOAD;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_PLACEHOLDER;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.RESERVED_EVENT;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.TOO_MANY_ARGUMENTS;

import java.util.Arrays;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The one pass over the JSON array of an event or an acknowledgement: checks that it is
 * well-formed, notes where each argument begins, and checks placeholders if there are attachments.
 * Used once, by one thread.
 */
final class ArrayScan implements AutoCloseable {
  private final Bytes json;
  private final int attachments;
  private final PacketSyntax syntax;
  private final JsonParser parser;

  /** Begins a pass over what begins with an opening bracket. */
  ArrayScan(Bytes json, int attachments, PacketSyntax syntax) {
    this.json = json;
    this.attachments = attachments;
    this.syntax = syntax;
    this.parser = syntax.parser(json);
    parser.nextToken();
  }

  /** Reads the event's name. */
  String readName() throws MalformedPacketException {
    String name =
        switch (parser.nextToken()) {
          case VALUE_STRING -> stringName();
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getString();
          case null, default -> throw INVALID_PAYLOAD.exception();
        };
    if (EventNames.isReserved(name)) {
      throw RESERVED_EVENT.exception();
    }
    return name;
  }

  /** Reads what is left of the array, and sees to it that nothing follows. */
  Arguments readArguments() throws MalformedPacketException {
    int[] starts = new int[2];
    int count = 0;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (count == syntax.limits().argumentsMax()) {
        throw TOO_MANY_ARGUMENTS.exception();
      }
      if (count + 1 == starts.length) {
        starts = Arrays.copyOf(starts, starts.length * 2);
      }
      starts[count++] = position();
      skip(token);
    }
    starts[count++] = position();
    if (parser.nextToken() != null) {
      throw INVALID_JSON.exception();
    }
    return new Arguments(json, count == starts.length ? starts : Arrays.copyOf(starts, count));
  }

  @Override
  public void close() {
    parser.close();
  }

  /** The index of the current token's first byte. */
  private int position() {
    return (int) parser.currentTokenLocation().getByteOffset();
  }

  /** The name between its quotes, from the table of names unless something in it is escaped. */
  private String stringName() throws MalformedPacketException {
    byte[] array = json.array();
    int start = json.offset() + position() + 1;
    int end = json.offset() + json.length();
    boolean isEscaped = false;
    int at = start;
    while (at < end && array[at] != '"') {
      isEscaped |= array[at] == '\\';
      at += array[at] == '\\' ? 2 : 1;
      if (at - start > syntax.limits().eventNameLengthMax()) {
        throw EVENT_NAME_TOO_LONG.exception();
      }
    }
    return isEscaped || at >= end
        ? parser.getString()
        : syntax.names().of(array, start, at - start);
  }

  /** Goes on to the end of the value that begins with a token. */
  private void skip(JsonToken first) throws MalformedPacketException {
    if (attachments == 0) {
      parser.skipChildren();
      return;
    }
    // No deeper than the parser lets it nest.
    switch (first) {
      case START_ARRAY -> {
        for (JsonToken token = parser.nextToken();
            token != JsonToken.END_ARRAY;
            token = parser.nextToken()) {
          skip(token);
        }
      }
      case START_OBJECT -> skipObject();
      default -> {}
    }
  }

  private void skipObject() throws MalformedPacketException {
    boolean isPlaceholder = false;
    int number = -1;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      if (name.equals(Placeholder.MARK)) {
        isPlaceholder = value == JsonToken.VALUE_TRUE;
      } else if (name.equals(Placeholder.NUMBER)) {
        number = Placeholder.number(parser);
      }
      skip(value);
    }
    if (isPlaceholder && (number < 0 || number >= attachments)) {
      throw INVALID_PLACEHOLDER.exception();
    }
  }
}
