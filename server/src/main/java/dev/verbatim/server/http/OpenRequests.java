package dev.verbatim.server.http;

import dev.verbatim.server.Unanswered;
import dev.verbatim.server.wire.Refusal;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The routes' requests that are not answered in full. For any thread.
 *
 * <p>Once the service is about to end each answer is its connection's last, so that nobody asks on
 * it again.
 */
@Singleton
final class OpenRequests {
  private final BooleanSupplier isDraining;
  private final Unanswered unanswered = new Unanswered();
  private final ChannelGroup connections =
      new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, /* stayClosed= */ true);
  private volatile boolean isOver;

  @Inject
  OpenRequests(Backend backend) {
    this(backend.isDraining());
  }

  OpenRequests(BooleanSupplier isDraining) {
    this.isDraining = isDraining;
  }

  /** A handler for one connection, to stand right before the framework. */
  ChannelHandler ofConnection() {
    return new OfConnection();
  }

  /** Completed, on any thread, when all are answered for a moment. */
  CompletableFuture<Void> whenAnswered() {
    return unanswered.whenNone();
  }

  /** From now on a request is refused, and ends its connection. */
  void end() {
    isOver = true;
  }

  /**
   * Cuts the connections that are left. Returns when the framework has let go of their requests,
   * for which it must run still, or the time is over.
   */
  void cut(Duration within) {
    var _ = connections.close();
    whenAnswered().completeOnTimeout(null, within.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  /** A failure as routes have it, which is its connection's last answer. */
  private static HttpResponse answer(Refusal refusal) {
    byte[] body = Answers.body(refusal);
    HttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(refusal.code().httpStatus()),
            Unpooled.wrappedBuffer(body));
    answer
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, Answers.JSON)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return answer;
  }

  /** Confined to its channel's event loop: one connection's. */
  private final class OfConnection extends ChannelDuplexHandler {
    private int due;
    private boolean informational;
    private boolean isLast;
    private boolean isRefusing;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      connections.add(context.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest) {
        due++;
        // Counted first: whoever waits for all that are counted has said before that it is over.
        unanswered.onAsked();
      }
      if (isOver && !isRefusing && message instanceof HttpRequest) {
        isRefusing = true;
        refuse(context, message);
      }
      if (isRefusing) {
        // Of one request there come several parts.
        ReferenceCountUtil.release(message);
      } else {
        context.fireChannelRead(message);
      }
    }

    private void refuse(ChannelHandlerContext context, Object request) {
      // Another that is not answered yet has the connection's last answer.
      if (due == 1) {
        Refusal refusal = Refusal.stopping();
        if (request instanceof TrackedRequest tracked) {
          tracked.onRefused(refusal);
        }
        context
            .writeAndFlush(answer(refusal))
            .addListener(_ -> onAnswered())
            .addListener(ChannelFutureListener.CLOSE);
      }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof HttpResponse response) {
        informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (!informational && isDraining.getAsBoolean()) {
          isLast = true;
          response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
      }
      if (!(message instanceof LastHttpContent) || informational) {
        context.write(message, promise);
        return;
      }
      ChannelPromise written = promise.unvoid();
      written.addListener(_ -> onAnswered());
      if (isLast) {
        written.addListener(ChannelFutureListener.CLOSE);
      }
      context.write(message, written);
    }

    private void onAnswered() {
      if (due > 0) {
        due--;
        unanswered.onAnswered(1);
      }
    }

    /**
     * A WebSocket takes the framework's place, or the connection is closed: the framework, which
     * stands behind, has been removed before.
     */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      connections.remove(context.channel());
      int left = due;
      due = 0;
      if (left > 0) {
        unanswered.onAnswered(left);
      }
    }
  }
}
