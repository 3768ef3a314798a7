package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Arguments;
import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.PacketSyntax;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** The arguments of an event or of an acknowledgement: well-formed JSON. Immutable. */
public final class Args {
  private final Arguments arguments;
  private final List<Bytes> binary;
  private final PacketSyntax syntax;
  private final Mapper mapper;

  Args(Arguments arguments, List<Bytes> binary, PacketSyntax syntax, Mapper mapper) {
    this.arguments = arguments;
    this.binary = binary;
    this.syntax = syntax;
    this.mapper = mapper;
  }

  /** The number of arguments; an event's name is none. */
  public int count() {
    return arguments.count();
  }

  /** The array's JSON text and where it stands; an event's begins with its name. */
  Bytes array() {
    return arguments.array();
  }

  /** The bytes that they hold: the array's text and the binary data. */
  long byteCount() {
    long count = arguments.array().length();
    for (Bytes attachment : binary) {
      count += attachment.length();
    }
    return count;
  }

  /** A copy of an argument's JSON text. */
  public byte[] json(int argument) {
    return arguments.get(argument).toByteArray();
  }

  /** A streaming parser that stands before an argument's first token. */
  public JsonParser parser(int argument) {
    return syntax.parser(arguments.get(argument));
  }

  /**
   * An argument as an object.
   *
   * @param argument from 0 to {@link #count} − 1
   * @throws IndexOutOfBoundsException if there are not so many
   * @throws tools.jackson.core.JacksonException if the JSON is not of that type
   */
  public <T> @Nullable T argument(int argument, Class<T> type) {
    try (JsonParser parser = parser(argument)) {
      return mapper.read(parser, type, attachments());
    }
  }

  /** The binary data that the arguments' placeholders stand for. */
  public List<byte[]> attachments() {
    if (binary.isEmpty()) {
      return List.of();
    }
    List<byte[]> copies = new ArrayList<>(binary.size());
    for (Bytes bytes : binary) {
      boolean whole = bytes.offset() == 0 && bytes.length() == bytes.array().length;
      copies.add(whole ? bytes.array() : bytes.toByteArray());
    }
    return copies;
  }

  /** Whether there is binary data. */
  public boolean hasAttachments() {
    return !binary.isEmpty();
  }
}
