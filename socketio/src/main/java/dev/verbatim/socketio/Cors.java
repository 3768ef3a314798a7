package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Mistakes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of other origins may use HTTP long-polling, and the client's files, from a browser.
 * Names and defaults are those of Socket.IO's {@code cors} option.
 *
 * <p>It says what a page may read. It refuses no request: who wants that asks for the {@code
 * Origin} in {@link SocketIoOptions#allowRequest}.
 *
 * @param origin the pages
 * @param methods what a preflight is told in {@code Access-Control-Allow-Methods}
 * @param allowedHeaders request headers that a page may set; or null for all that a preflight asks
 *     for
 * @param exposedHeaders response headers that a page may read beside the few that it always may
 * @param credentials whether browsers may send cookies along
 * @param maxAge how long a browser may remember the answer to a preflight, in whole seconds; or
 *     null to leave it to the browser
 * @param optionsSuccessStatus the status of the answer to a preflight
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">The CORS protocol</a>
 */
public record Cors(
    Origin origin,
    List<String> methods,
    @Nullable List<String> allowedHeaders,
    List<String> exposedHeaders,
    boolean credentials,
    @Nullable Duration maxAge,
    int optionsSuccessStatus) {

  /** Whose pages may read answers. */
  public sealed interface Origin {
    /** Everybody's: the answer says {@code *}. */
    record Any() implements Origin {}

    /**
     * Those of a list.
     *
     * @param origins compared exactly, such as {@code https://chat.example}
     */
    record Listed(Set<String> origins) implements Origin {
      /** Takes a copy of the list. */
      public Listed {
        origins = Set.copyOf(origins);
      }
    }

    /**
     * Those that are said to.
     *
     * @param predicate asked with the {@code Origin} header on an event loop; the answer then names
     *     exactly this origin
     */
    record Matching(Predicate<String> predicate) implements Origin {}
  }

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException naming every setting that cannot be
   */
  public Cors {
    methods = List.copyOf(methods);
    allowedHeaders = allowedHeaders == null ? null : List.copyOf(allowedHeaders);
    exposedHeaders = List.copyOf(exposedHeaders);
    Mistakes mistakes = new Mistakes();
    if (credentials && origin instanceof Origin.Any) {
      mistakes.add("cors.credentials cannot go with any origin: browsers refuse it");
    }
    if (origin instanceof Origin.Listed(Set<String> origins)) {
      origins.stream()
          .filter(text -> !isOrigin(text))
          .sorted()
          .forEach(text -> mistakes.add("cors.origin is no origin: " + text));
    }
    Stream.of(methods, allowedHeaders == null ? List.<String>of() : allowedHeaders, exposedHeaders)
        .flatMap(List::stream)
        .filter(text -> !HttpTokens.isToken(text))
        .forEach(text -> mistakes.add("cors has no name of a method or header: " + text));
    if (maxAge != null) {
      mistakes.mustNotBeNegative("cors.maxAge", maxAge);
    }
    if (optionsSuccessStatus < 200 || optionsSuccessStatus > 299) {
      mistakes.add("cors.optionsSuccessStatus is no success: " + optionsSuccessStatus);
    }
    mistakes.throwIfAny();
  }

  private static boolean isOrigin(String text) {
    try {
      URI uri = new URI(text);
      return text.equals("null")
          || (uri.getHost() != null
              && text.equals(uri.getScheme() + "://" + uri.getRawAuthority()));
    } catch (URISyntaxException _) {
      return false;
    }
  }

  /** A builder for pages of these origins, such as {@code https://chat.example}. */
  public static Builder origin(String... origins) {
    return new Builder(new Origin.Listed(Set.of(origins)));
  }

  /** A builder for pages of the origins that a predicate allows, which is asked on event loops. */
  public static Builder origin(Predicate<String> predicate) {
    return new Builder(new Origin.Matching(predicate));
  }

  /** A builder for everybody's pages, which is Socket.IO's {@code origin: "*"}. */
  public static Builder anyOrigin() {
    return new Builder(new Origin.Any());
  }

  /** Adds what a page of another origin needs to read an answer. */
  void addTo(HttpHeaders answer, HttpMethod method, HttpHeaders request) {
    if (!(origin instanceof Origin.Any)) {
      answer.add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
    }
    String allowed = allowed(request.get(HttpHeaderNames.ORIGIN));
    if (allowed == null) {
      return;
    }
    answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    if (credentials) {
      answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    if (!exposedHeaders.isEmpty()) {
      answer.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, String.join(",", exposedHeaders));
    }
    if (method.equals(HttpMethod.OPTIONS)) {
      addToPreflight(answer, request);
    }
  }

  private @Nullable String allowed(@Nullable String asking) {
    return switch (origin) {
      case Origin.Any() -> "*";
      case Origin.Listed(Set<String> origins) ->
          asking != null && origins.contains(asking) ? asking : null;
      case Origin.Matching(Predicate<String> predicate) ->
          asking != null && predicate.test(asking) ? asking : null;
    };
  }

  private void addToPreflight(HttpHeaders answer, HttpHeaders request) {
    answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, String.join(",", methods));
    String headers =
        allowedHeaders == null
            ? request.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS)
            : String.join(",", allowedHeaders);
    if (allowedHeaders == null) {
      answer.add(HttpHeaderNames.VARY, HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
    }
    if (headers != null && !headers.isEmpty()) {
      answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, headers);
    }
    if (maxAge != null) {
      answer.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, Long.toString(maxAge.toSeconds()));
    }
  }

  /** Sets what differs from the defaults. For one thread. */
  public static final class Builder {
    private final Origin origin;
    private List<String> methods = List.of("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE");
    private @Nullable List<String> allowedHeaders;
    private List<String> exposedHeaders = List.of();
    private boolean credentials;
    private @Nullable Duration maxAge;
    private int optionsSuccessStatus = 204;

    private Builder(Origin origin) {
      this.origin = origin;
    }

    /** Sets {@link Cors#methods}. */
    public Builder methods(String... value) {
      methods = List.of(value);
      return this;
    }

    /** Sets {@link Cors#allowedHeaders}. */
    public Builder allowedHeaders(String... value) {
      allowedHeaders = List.of(value);
      return this;
    }

    /** Sets {@link Cors#exposedHeaders}. */
    public Builder exposedHeaders(String... value) {
      exposedHeaders = List.of(value);
      return this;
    }

    /** Sets {@link Cors#credentials}. */
    public Builder credentials(boolean value) {
      credentials = value;
      return this;
    }

    /** Sets {@link Cors#maxAge}. */
    public Builder maxAge(@Nullable Duration value) {
      maxAge = value;
      return this;
    }

    /** Sets {@link Cors#optionsSuccessStatus}. */
    public Builder optionsSuccessStatus(int value) {
      optionsSuccessStatus = value;
      return this;
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException naming every setting that cannot be
     */
    public Cors build() {
      return new Cors(
          origin,
          methods,
          allowedHeaders,
          exposedHeaders,
          credentials,
          maxAge,
          optionsSuccessStatus);
    }
  }
}
