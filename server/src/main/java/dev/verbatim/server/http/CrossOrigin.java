package dev.verbatim.server.http;

import dev.verbatim.server.settings.Origins;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages of allowed origins ask from browsers (Fetch standard, "CORS protocol"). A page of
 * another origin gets its answer without the headers that would show it to the page.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class CrossOrigin {
  private static final String METHODS = "GET,HEAD,POST,PUT,DELETE";
  private static final String ANSWER_HEADERS =
      "RateLimit-Limit,RateLimit-Remaining,RateLimit-Reset,Retry-After,X-Request-Id";
  private static final String PREFLIGHT_SECONDS = "600";

  private final Origins origins;

  CrossOrigin(Backend backend) {
    this.origins = backend.settings().apiOrigins();
  }

  /** Whether a browser asks whether a page may ask. */
  private static boolean isPreflight(HttpRequest<?> request) {
    HttpHeaders headers = request.getHeaders();
    return request.getMethod() == HttpMethod.OPTIONS
        && headers.contains(HttpHeaders.ORIGIN)
        && headers.contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
  }

  /** Answers a preflight; lets anything else pass. */
  @RequestFilter
  @Nullable HttpResponse<?> preflight(HttpRequest<?> request) {
    if (!isPreflight(request)) {
      return null;
    }
    MutableHttpResponse<?> answer = HttpResponse.noContent();
    // What is answered here does not pass the filter of answers.
    show(request, answer);
    answer.header(HttpHeaders.VARY, HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
    if (isAllowed(request)) {
      answer
          .header(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
          .header(HttpHeaders.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
      // Whatever the page wants to send, as Express's cors has it.
      List<String> wanted = request.getHeaders().getAll(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
      if (!wanted.isEmpty()) {
        answer.header(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, String.join(",", wanted));
      }
    }
    return answer;
  }

  /** Says whether the page may see the answer. */
  @ResponseFilter
  void finish(HttpRequest<?> request, MutableHttpResponse<?> response) {
    show(request, response);
  }

  private void show(HttpRequest<?> request, MutableHttpResponse<?> response) {
    response.header(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    String origin = request.getHeaders().get(HttpHeaders.ORIGIN);
    if (origin != null && isAllowed(request)) {
      response
          .header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
          .header(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true")
          .header(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
    }
  }

  private boolean isAllowed(HttpRequest<?> request) {
    HttpHeaders headers = request.getHeaders();
    String origin = headers.get(HttpHeaders.ORIGIN);
    return origin != null && origins.allows(origin, headers.get(HttpHeaders.HOST));
  }
}
