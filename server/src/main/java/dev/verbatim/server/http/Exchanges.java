package dev.verbatim.server.http;

import dev.verbatim.server.logs.AccessLines;
import dev.verbatim.server.metrics.RequestMeter;
import dev.verbatim.server.settings.AccessLogFormat;
import dev.verbatim.server.telemetry.Traces;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.socketio.RequestId;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one connection and their answers, which come in the same order: gives each answer
 * the id of its request, and tells of it in the access log, the metrics and, where it is a refusal,
 * the log. It stands behind Socket.IO's gate, so that nothing of {@code /socket.io/} passes it, and
 * before the framework, so that also what is answered before any filter is told of. Confined to the
 * connection's event loop. It holds the requests that the framework has taken and not answered.
 */
final class Exchanges extends ChannelDuplexHandler {
  private static final Logger log = LoggerFactory.getLogger(Exchanges.class);

  private final RequestMeter meter;
  private final Traces traces;
  private final InstantSource clock;
  private final AccessLogFormat access;
  private final int trustedProxies;
  private final Queue<TrackedRequest> open = new ArrayDeque<>(1);
  private @Nullable HttpResponse answer;

  Exchanges(Backend backend) {
    meter = backend.metrics().requests();
    traces = backend.traces();
    clock = backend.clock();
    access = backend.settings().logging().access();
    trustedProxies = backend.settings().trustProxy();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      TrackedRequest tracked = new TrackedRequest(request);
      String method = RequestMeter.method(tracked.method().name());
      tracked.follow(traces.request(method, tracked.id(), tracked.headers()::get));
      open.add(tracked);
      // One that could not be read comes whole, and has to be handed on so.
      context.fireChannelRead(message instanceof FullHttpRequest ? message : tracked);
    } else {
      context.fireChannelRead(message);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    TrackedRequest request = open.peek();
    if (request != null) {
      if (message instanceof HttpResponse response
          && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
        response.headers().set(RequestId.HEADER, request.id());
        answer = response;
      }
      if (message instanceof LastHttpContent && answer != null) {
        open.remove();
        tell(context, request, answer);
        answer = null;
      }
    }
    context.write(message, promise);
  }

  /** What is not answered by then never is. */
  @Override
  public void channelInactive(ChannelHandlerContext context) {
    for (TrackedRequest request = open.poll(); request != null; request = open.poll()) {
      request.trace().end();
      tellAccess(context, request, answer);
      answer = null;
    }
    context.fireChannelInactive();
  }

  private void tell(ChannelHandlerContext context, TrackedRequest request, HttpResponse response) {
    int status = response.status().code();
    long nanos = System.nanoTime() - request.arrivedNanos();
    String method = RequestMeter.method(request.method().name());
    meter.onAnswered(request.route(), method, status, nanos);
    traces.nameRequest(request.trace(), method, request.route(), status);
    request.trace().end();
    tellAccess(context, request, response);
    if (status >= 400 && log.isDebugEnabled()) {
      Refusal refusal = request.refusal();
      log.atDebug()
          .addKeyValue("requestId", request.id())
          .addKeyValue("code", refusal == null ? "" : refusal.code().name())
          .log(
              "A request is refused: {} {}, {}, {}",
              request.method(),
              request.route(),
              status,
              refusal == null ? "" : refusal.words());
    }
  }

  private void tellAccess(
      ChannelHandlerContext context, TrackedRequest request, @Nullable HttpResponse response) {
    if (access == AccessLogFormat.OFF) {
      return;
    }
    InetSocketAddress peer = (InetSocketAddress) context.channel().remoteAddress();
    AccessRecord told =
        AccessRecord.of(
            request,
            ClientAddress.of(
                peer == null ? null : peer.getAddress(),
                request.headers().getAll("X-Forwarded-For"),
                trustedProxies),
            response,
            clock.instant());
    AccessLines.write(access == AccessLogFormat.JSON ? told.json() : told.combined());
  }
}
