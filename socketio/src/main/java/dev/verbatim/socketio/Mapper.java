package dev.verbatim.socketio;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.json.JsonMapper;

/** Turns what handlers emit into JSON and what they receive back. Called from any thread. */
public interface Mapper {
  /**
   * Writes a value as JSON.
   *
   * @param attachments the packet's attachments so far; where binary data ({@code byte[]}) is met,
   *     it is added here and its placeholder written instead
   * @return one JSON value in UTF-8
   */
  byte[] write(@Nullable Object value, List<byte[]> attachments);

  /**
   * Reads a value.
   *
   * @param parser stands before the value's first token
   * @param attachments the packet's attachments, for placeholders in the place of binary data
   * @throws tools.jackson.core.JacksonException if the JSON is not of that type
   */
  <T> @Nullable T read(JsonParser parser, Class<T> type, List<byte[]> attachments);

  /** Jackson with its defaults. */
  static Mapper jackson() {
    return jackson(JsonMapper.builder().build());
  }

  /** A Jackson mapper of one's own; binary data is handled in addition to what it does. */
  static Mapper jackson(JsonMapper mapper) {
    return new JacksonMapper(mapper);
  }
}
