package dev.verbatim.server.socket;

import dev.verbatim.chat.Cursor;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.WireCursor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The one object that an event carries, read in a single pass. A field is a string, an integer, an
 * array of strings, or of the wrong shape; null and absent are the same. Of a field given twice the
 * last counts.
 */
final class Payload {
  /** A value that no field of the contract may have. */
  private static final Object MISSHAPEN = new Object();

  /** What an event without arguments carries. */
  static final Payload EMPTY = new Payload();

  private final Map<Field, Object> values = new EnumMap<>(Field.class);

  private Payload() {}

  /** Reads the value the parser stands before; null if that is no object. */
  static @Nullable Payload read(JsonParser json) {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return null;
    }
    Payload payload = new Payload();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      Field field = Field.of(json.currentName());
      JsonToken value = json.nextToken();
      if (field != null) {
        payload.put(field, value(json, value));
      }
      json.skipChildren();
    }
    return payload;
  }

  /**
   * Whether the value the parser stands before has a place for an attachment (Socket.IO protocol
   * v5, "Sending and receiving data": {@code {"_placeholder": true, "num": 0}}).
   */
  static boolean holdsBinary(JsonParser json) {
    int depth = 0;
    do {
      switch (json.nextToken()) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case PROPERTY_NAME -> {
          if (json.currentName().equals("_placeholder")) {
            return true;
          }
        }
        case null, default -> {}
      }
    } while (depth > 0);
    return false;
  }

  private void put(Field field, @Nullable Object value) {
    if (value == null) {
      values.remove(field);
    } else {
      values.put(field, value);
    }
  }

  private static @Nullable Object value(JsonParser json, JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> json.getString();
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT ->
          json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? nearest(json)
              : (Object) json.getLongValue();
      case VALUE_NUMBER_FLOAT -> nearest(json);
      case START_ARRAY -> strings(json);
      default -> MISSHAPEN;
    };
  }

  /**
   * The integer that a number is, 1e20 as well; one beyond 64 bits is as far from 0 as those go.
   */
  private static Object nearest(JsonParser json) {
    double number = json.getDoubleValue();
    return number == Math.rint(number) ? (Object) (long) number : MISSHAPEN;
  }

  /** An array of strings; one that is longer than any field may have is not kept whole. */
  private static Object strings(JsonParser json) {
    List<String> strings = new ArrayList<>();
    boolean isMisshapen = false;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      if (token != JsonToken.VALUE_STRING) {
        isMisshapen = true;
        json.skipChildren();
      } else if (strings.size() <= Limits.MESSAGE_IDS_MAX) {
        strings.add(json.getString());
      }
    }
    return isMisshapen ? MISSHAPEN : new Strings(strings);
  }

  private record Strings(List<String> values) {}

  boolean has(Field field) {
    return values.containsKey(field);
  }

  /** The field's string; null if it is absent or no string. */
  @Nullable String string(Field field) {
    return values.get(field) instanceof String text ? text : null;
  }

  /** The field's integer; null if it is absent or none. */
  @Nullable Long integer(Field field) {
    return values.get(field) instanceof Long number ? number : null;
  }

  /** The field's strings; null if it is absent or no array of strings. */
  @Nullable List<String> strings(Field field) {
    return values.get(field) instanceof Strings(List<String> texts) ? texts : null;
  }

  /** The ids in a field that the event's shape requires to be so. */
  List<ObjectId> ids(Field field) {
    return Objects.requireNonNull(strings(field)).stream().map(ObjectId::parse).toList();
  }

  /** The place in a field that the event's shape requires to be one. */
  Cursor.Place place(Field field) {
    Long seq = integer(field);
    return seq != null
        ? new Cursor.Seq(seq)
        : Objects.requireNonNull(WireCursor.place(required(field)));
  }

  /** The id in a field that the event's shape requires to be one. */
  ObjectId id(Field field) {
    return ObjectId.parse(required(field));
  }

  /** The string in a field that the event's shape requires to be one. */
  String required(Field field) {
    if (values.get(field) instanceof String text) {
      return text;
    }
    throw new IllegalStateException(field + " was read without being required");
  }
}
