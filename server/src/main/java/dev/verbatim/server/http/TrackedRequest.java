package dev.verbatim.server.http;

import dev.verbatim.server.metrics.RequestMeter;
import dev.verbatim.server.telemetry.Trace;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.socketio.RequestId;
import io.micronaut.http.server.netty.AbstractNettyHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request with what is told of it in logs and metrics. Made on its connection's event loop; what
 * becomes known later is set by the threads that answer it, before they answer.
 */
final class TrackedRequest extends DefaultHttpRequest {
  private final String id;
  private final long arrivedNanos = System.nanoTime();
  private volatile String route = RequestMeter.NO_ROUTE;
  private volatile @Nullable Refusal refusal;
  private Trace trace = Trace.NONE;

  /** One that has just come. Its id is the caller's own if that can stand in a log. */
  TrackedRequest(HttpRequest request) {
    super(request.protocolVersion(), request.method(), request.uri(), request.headers());
    setDecoderResult(request.decoderResult());
    id = RequestId.of(request.headers().get(RequestId.HEADER));
    // Whatever the framework makes of the request, its headers are these.
    headers().set(RequestId.HEADER, id);
  }

  /** What the framework's request was made of; null if it was none of these. */
  static @Nullable TrackedRequest of(io.micronaut.http.HttpRequest<?> request) {
    return request instanceof AbstractNettyHttpRequest<?> netty
            && netty.getNettyRequest() instanceof TrackedRequest tracked
        ? tracked
        : null;
  }

  /** The id of a request, for the log; null if it has none. */
  static @Nullable String idOf(io.micronaut.http.HttpRequest<?> request) {
    return request.getHeaders().get(RequestId.HEADER);
  }

  /** How it is followed; set and read on the event loop. */
  Trace trace() {
    return trace;
  }

  void follow(Trace by) {
    trace = by;
  }

  String id() {
    return id;
  }

  long arrivedNanos() {
    return arrivedNanos;
  }

  /** The template of the path that a route has; that of no route until one is found. */
  String route() {
    return route;
  }

  void onRoute(String template) {
    route = template;
  }

  /** Why it was refused; null if it was not, or nobody said. */
  @Nullable Refusal refusal() {
    return refusal;
  }

  void onRefused(Refusal why) {
    refusal = why;
  }
}
