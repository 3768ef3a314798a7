package dev.verbatim.server.http;

import dev.verbatim.server.wire.Refusal;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.BasicHttpAttributes;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Notes with each request which route it has, and why it is refused if it is. Stateless. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RequestTracking {
  /** The attribute of an answer that says why the request is refused. */
  static final String REFUSAL = "verbatim.refusal";

  /** The route is known before any filter. */
  @RequestFilter
  void begin(HttpRequest<?> request) {
    TrackedRequest tracked = TrackedRequest.of(request);
    if (tracked != null) {
      BasicHttpAttributes.getUriTemplate(request)
          .ifPresent(template -> tracked.onRoute(HttpHost.path(template)));
    }
  }

  @ResponseFilter
  void finish(HttpRequest<?> request, MutableHttpResponse<?> response) {
    TrackedRequest tracked = TrackedRequest.of(request);
    if (tracked != null) {
      response.getAttribute(REFUSAL, Refusal.class).ifPresent(tracked::onRefused);
    }
  }
}
