package dev.verbatim.server.http;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The one JSON object that a request carries, read in a single pass. Null and absent are the same,
 * of a field given twice the last counts, and fields nobody asks for are passed over.
 */
final class JsonBody {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(Limits.BODY_DEPTH_MAX).build())
          .build();

  /** Some clients put it first, and it may be passed over. */
  private static final String BYTE_ORDER_MARK = "\ufeff";

  /** A value that no field of a request may have. */
  private static final Object MISSHAPEN = new Object();

  private final Map<String, Object> fields;

  private JsonBody(Map<String, Object> fields) {
    this.fields = fields;
  }

  /** The body of this request; refused if it is none. */
  static JsonBody of(HttpRequest<byte[]> request) {
    MediaType type = request.getContentType().orElse(null);
    if (type == null || !isJson(type)) {
      throw new RefusalException(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE, Refusal.malformed("The body must be JSON"));
    }
    byte[] body = request.getBody(byte[].class).orElse(new byte[0]);
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text(body))) {
      return new JsonBody(read(parser));
    } catch (JacksonException | CharacterCodingException _) {
      throw malformed();
    }
  }

  private static boolean isJson(MediaType type) {
    String name = type.getName().toLowerCase(Locale.ROOT);
    return name.equals(MediaType.APPLICATION_JSON) || name.endsWith("+json");
  }

  /** JSON is UTF-8 (RFC 8259, 8.1); the parser by itself would take what is none. */
  private static String text(byte[] body) throws CharacterCodingException {
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private static Map<String, Object> read(JsonParser parser) {
    Map<String, Object> fields = new HashMap<>();
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw malformed();
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (token == JsonToken.VALUE_NULL) {
        fields.remove(name);
      } else {
        fields.put(name, value(parser, token));
      }
      parser.skipChildren();
    }
    if (parser.nextToken() != null) {
      throw malformed();
    }
    return fields;
  }

  private static Object value(JsonParser parser, JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> parser.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case START_ARRAY -> array(parser);
      default -> MISSHAPEN;
    };
  }

  /** An array of strings, and no more of it than shows that it is too long. */
  private static Object array(JsonParser parser) {
    List<String> strings = new ArrayList<>();
    boolean isOfStrings = true;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (token != JsonToken.VALUE_STRING) {
        isOfStrings = false;
        parser.skipChildren();
      } else if (strings.size() <= Limits.MESSAGE_IDS_MAX) {
        strings.add(parser.getString());
      }
    }
    return isOfStrings ? strings : MISSHAPEN;
  }

  private static RefusalException malformed() {
    return new RefusalException(Refusal.malformed("The body must be one JSON object"));
  }

  /** The string in a field that must be there. */
  String string(String field) {
    String text = optionalString(field);
    if (text == null) {
      throw RefusalException.ofField(field, field + " is required");
    }
    return text;
  }

  /** The string in a field, null if it is absent. */
  @Nullable String optionalString(String field) {
    return switch (fields.get(field)) {
      case null -> null;
      case String text -> text;
      default -> throw RefusalException.ofField(field, field + " must be a string");
    };
  }

  /** The string in a field, null if it is absent or something else. */
  @Nullable String stringOrNull(String field) {
    return fields.get(field) instanceof String text ? text : null;
  }

  /** The id in a field that must be there. */
  ObjectId id(String field) {
    return Query.id(field, string(field));
  }

  /** The ids in a field that must be there, at most {@link Limits#MESSAGE_IDS_MAX}. */
  List<ObjectId> ids(String field) {
    if (!(fields.get(field) instanceof List<?> texts)) {
      throw RefusalException.ofField(field, field + " must be an array of ids");
    }
    if (texts.size() > Limits.MESSAGE_IDS_MAX) {
      throw RefusalException.ofField(
          field, field + " has more than " + Limits.MESSAGE_IDS_MAX + " ids");
    }
    return texts.stream().map(text -> Query.id(field, (String) text)).toList();
  }

  /** The boolean in a field, null if it is absent. */
  @Nullable Boolean optionalFlag(String field) {
    return switch (fields.get(field)) {
      case null -> null;
      case Boolean flag -> flag;
      default -> throw RefusalException.ofField(field, field + " must be true or false");
    };
  }
}
