package dev.verbatim.server.http;

import dev.verbatim.chat.Cursor;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.WireCursor;
import io.micronaut.http.HttpParameters;
import io.micronaut.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request; what is wrong in it is refused. Of a name given twice the first counts.
 */
record Query(HttpParameters parameters) {
  static Query of(HttpRequest<?> request) {
    return new Query(request.getParameters());
  }

  @Nullable String text(String name) {
    return parameters.get(name);
  }

  /** {@code limit}, at most 100. */
  int limit(int standard) {
    String text = text("limit");
    if (text == null) {
      return standard;
    }
    if (!isDigits(text) || text.chars().allMatch(c -> c == '0')) {
      throw RefusalException.ofField("limit", "limit must be a whole number above 0");
    }
    return text.length() > Limits.SEQ_DIGITS_MAX
        ? Limits.LIMIT_MAX
        : (int) Math.min(Limits.LIMIT_MAX, Long.parseLong(text));
  }

  /** The id that a name has, null if there is none. */
  @Nullable ObjectId optionalId(String name) {
    String text = text(name);
    return text == null ? null : id(name, text);
  }

  /** {@code before} or {@code after}: 24 characters are an id, up to 15 digits a seq. */
  Cursor cursor() {
    String before = text("before");
    String after = text("after");
    if (before != null && after != null) {
      throw RefusalException.ofField("after", "before and after exclude each other");
    }
    if (before != null) {
      return new Cursor.Before(place("before", before));
    }
    return after != null ? new Cursor.After(place("after", after)) : new Cursor.Newest();
  }

  private static Cursor.Place place(String field, String text) {
    Cursor.Place place = WireCursor.place(text);
    if (place != null) {
      return place;
    }
    throw RefusalException.ofField(field, field + " must be the id or the seq of a message");
  }

  /** The id that a part of the path or of the query is. */
  static ObjectId id(String field, String text) {
    if (!ObjectId.isValid(text)) {
      throw RefusalException.ofField(field, field + " must be an id of 24 lower-case hex digits");
    }
    return ObjectId.parse(text);
  }

  private static boolean isDigits(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
