package dev.verbatim.server.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Spans of OpenTelemetry's: one for each event, request and commit that is chosen. A commit's has
 * links to those of what was in it, and stands in the trace of the first.
 */
final class OtlpTraces implements Traces {
  private static final AttributeKey<String> SOCKET = AttributeKey.stringKey("verbatim.socket.id");
  private static final AttributeKey<String> REQUEST = AttributeKey.stringKey("verbatim.request.id");
  private static final AttributeKey<String> CODE = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<Long> WRITES = AttributeKey.longKey("verbatim.commit.writes");
  private static final int SERVER_FAULT = 500;

  private final Tracer tracer;
  private final boolean trustsCallers;

  /**
   * @param trustsCallers whether a caller's {@code traceparent} says which trace it is; whether it
   *     is followed is up to the {@link Share}
   */
  OtlpTraces(Tracer tracer, boolean trustsCallers) {
    this.tracer = tracer;
    this.trustsCallers = trustsCallers;
  }

  /** Something that is followed. */
  private record Followed(Span span) implements Trace {
    @Override
    public boolean isFollowed() {
      return true;
    }

    @Override
    public void reached(String step) {
      span.addEvent(step);
    }

    @Override
    public void failed(String code) {
      span.setAttribute(CODE, code);
    }

    @Override
    public void end() {
      span.end();
    }
  }

  private static Trace begun(SpanBuilder builder) {
    Span span = builder.startSpan();
    return span.isRecording() ? new Followed(span) : Trace.NONE;
  }

  @Override
  public Trace event(String name, String socketId) {
    return begun(
        tracer
            .spanBuilder(name)
            .setNoParent()
            .setSpanKind(SpanKind.SERVER)
            .setAttribute(SOCKET, socketId));
  }

  @Override
  public Trace request(String method, String id, Function<String, @Nullable String> header) {
    Context parent =
        trustsCallers
            ? W3CTraceContextPropagator.getInstance()
                .extract(Context.root(), header, new HeaderGetter())
            : Context.root();
    return begun(
        tracer
            .spanBuilder(method)
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute(REQUEST, id));
  }

  @Override
  public void nameRequest(Trace request, String method, String route, int status) {
    if (request instanceof Followed(Span span)) {
      span.updateName(method + " " + route);
      span.setAttribute(METHOD, method);
      span.setAttribute(ROUTE, route);
      span.setAttribute(STATUS, (long) status);
      if (status >= SERVER_FAULT) {
        span.setStatus(StatusCode.ERROR);
      }
    }
  }

  @Override
  public void committed(int writes, Duration took, List<Trace> among) {
    Instant end = Instant.now();
    SpanBuilder commit = tracer.spanBuilder("commit").setAttribute(WRITES, (long) writes);
    boolean isFirst = true;
    for (Trace trace : among.subList(0, Math.min(among.size(), OtlpLimits.LINKS_MAX))) {
      if (trace instanceof Followed(Span span)) {
        if (isFirst) {
          commit.setParent(Context.root().with(span));
        }
        commit.addLink(span.getSpanContext());
        isFirst = false;
      }
    }
    commit.setStartTimestamp(end.minus(took)).startSpan().end(end);
  }

  private static final class HeaderGetter
      implements TextMapGetter<Function<String, @Nullable String>> {
    @Override
    public @Nullable String get(@Nullable Function<String, @Nullable String> headers, String name) {
      return headers == null ? null : headers.apply(name);
    }
  }
}
