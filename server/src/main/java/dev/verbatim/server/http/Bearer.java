package dev.verbatim.server.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** The token that a request carries (RFC 6750, section 2.1). */
final class Bearer {
  private static final String SCHEME = "bearer ";

  private Bearer() {}

  /** The token, null if there is none. Headers in the plural are one that holds no good token. */
  static @Nullable String of(HttpRequest<?> request) {
    String value = String.join(", ", request.getHeaders().getAll(HttpHeaders.AUTHORIZATION));
    return value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? value.substring(SCHEME.length()).strip()
        : null;
  }
}
