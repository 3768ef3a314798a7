package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lte;

import dev.verbatim.chat.model.ObjectId;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * How values stand in documents, and how those of other services are understood: a value of a shape
 * that nobody here writes counts as absent, unless its meaning is plain.
 */
final class Values {
  /** Nobody's id: of who sent or owns something of which that is not to be read. */
  static final ObjectId NOBODY = new ObjectId(0, 0);

  /**
   * What finds the documents that {@link #hasId}: ids of other types are not compared with these.
   */
  static final Bson HAS_ID =
      and(
          gte(Fields.ID, new org.bson.types.ObjectId("00".repeat(12))),
          lte(Fields.ID, new org.bson.types.ObjectId("ff".repeat(12))));

  private Values() {}

  static org.bson.types.ObjectId bson(ObjectId id) {
    return new org.bson.types.ObjectId(
        ByteBuffer.allocate(12).putLong(id.high()).putInt(id.low()).flip());
  }

  static List<org.bson.types.ObjectId> bson(Collection<ObjectId> ids) {
    return ids.stream().map(Values::bson).toList();
  }

  static ObjectId id(org.bson.types.ObjectId id) {
    ByteBuffer bytes = ByteBuffer.wrap(id.toByteArray());
    return new ObjectId(bytes.getLong(), bytes.getInt());
  }

  /** The id that an ObjectId or its hex digits in either case are, null for anything else. */
  static @Nullable ObjectId idOrNull(@Nullable Object value) {
    return switch (value) {
      case org.bson.types.ObjectId id -> id(id);
      case String hex when org.bson.types.ObjectId.isValid(hex) ->
          ObjectId.parse(hex.toLowerCase(Locale.ROOT));
      case null, default -> null;
    };
  }

  /** What a query looks for that is to find an id in either shape. */
  static List<Object> eitherShape(ObjectId id) {
    return List.of(bson(id), id.toString());
  }

  /** When an id was made, to the second. */
  static Instant madeAt(ObjectId id) {
    return Instant.ofEpochSecond(id.high() >>> 32);
  }

  static Date bson(Instant instant) {
    return Date.from(kept(instant));
  }

  /** The instant as it will be read back. */
  static Instant kept(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS);
  }

  /** The instant that a Date, an ISO 8601 text or a number of milliseconds is, or null. */
  static @Nullable Instant instantOrNull(@Nullable Object value) {
    return switch (value) {
      case Date date -> date.toInstant();
      case String text -> parsed(text);
      case Long millis -> Instant.ofEpochMilli(millis);
      case null, default -> null;
    };
  }

  private static @Nullable Instant parsed(String text) {
    try {
      return kept(Instant.parse(text));
    } catch (DateTimeException _) {
      try {
        return kept(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
      } catch (DateTimeException _) {
        return null;
      }
    }
  }

  static Instant instant(Document document, String field, Instant absent) {
    Instant instant = instantOrNull(document.get(field));
    return instant != null ? instant : absent;
  }

  static boolean flag(Document document, String field, boolean absent) {
    return document.get(field) instanceof Boolean flag ? flag : absent;
  }

  static @Nullable String textOrNull(Document document, String field) {
    return document.get(field) instanceof String text ? text : null;
  }

  /** The text, empty if it is absent. */
  static String text(Document document, String field) {
    String text = textOrNull(document, field);
    return text != null ? text : "";
  }

  /** The whole number, 0 if it is absent. */
  static long number(Document document, String field) {
    return document.get(field) instanceof Number number ? number.longValue() : 0;
  }

  /** The elements of an array, none if it is absent. */
  static List<?> elements(Document document, String field) {
    return document.get(field) instanceof List<?> list ? list : List.of();
  }

  /** How one of a closed set is written. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** The one of a closed set that a word means in any case, null for none of them. */
  static <E extends Enum<E>> @Nullable E enumOrNull(Class<E> type, @Nullable Object word) {
    if (word instanceof String text) {
      for (E value : type.getEnumConstants()) {
        if (value.name().equalsIgnoreCase(text)) {
          return value;
        }
      }
    }
    return null;
  }

  static <E extends Enum<E>> E enumOf(Class<E> type, @Nullable Object word, E absent) {
    E value = enumOrNull(type, word);
    return value != null ? value : absent;
  }

  /**
   * The document's own id.
   *
   * @throws IllegalArgumentException if it is none of ours; see {@link #hasId}
   */
  static ObjectId ownId(Document document) {
    if (document.get(Fields.ID) instanceof org.bson.types.ObjectId id) {
      return id(id);
    }
    throw new IllegalArgumentException("A document whose _id is no ObjectId");
  }

  /** Whether a document has an id as ours have. What others keep under other ids is passed over. */
  static boolean hasId(Document document) {
    return document.get(Fields.ID) instanceof org.bson.types.ObjectId;
  }

  /** Appends a field unless there is nothing to say: null is never stored. */
  static void put(Document document, String field, @Nullable Object value) {
    if (value != null) {
      document.append(field, value);
    }
  }

  static @Nullable Date bsonOrNull(@Nullable Instant instant) {
    return instant == null ? null : bson(instant);
  }
}
