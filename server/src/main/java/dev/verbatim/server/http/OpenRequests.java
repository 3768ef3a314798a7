package dev.verbatim.server.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The routes' requests that are not answered in full. For any thread.
 *
 * <p>Once the service is about to end each answer is its connection's last, so that nobody asks on
 * it again.
 */
@Singleton
final class OpenRequests {
  private final Backend backend;
  private final AtomicInteger count = new AtomicInteger();
  private volatile boolean isOver;
  private volatile @Nullable CompletableFuture<Void> awaited;

  OpenRequests(Backend backend) {
    this.backend = backend;
  }

  /** A handler for one connection, to stand right before the framework. */
  ChannelHandler ofConnection() {
    return new OfConnection();
  }

  /** Completed, on any thread, when all are answered for a moment. */
  CompletableFuture<Void> whenAnswered() {
    CompletableFuture<Void> answered = new CompletableFuture<>();
    awaited = answered;
    if (count.get() == 0) {
      answered.complete(null);
    }
    return answered;
  }

  /** From now on a request ends its connection without an answer, and nothing is done for it. */
  void end() {
    isOver = true;
  }

  private void onEnd(int requests) {
    CompletableFuture<Void> waiting = awaited;
    if (count.addAndGet(-requests) == 0 && waiting != null) {
      waiting.complete(null);
    }
  }

  /** Confined to its channel's event loop: one connection's. */
  private final class OfConnection extends ChannelDuplexHandler {
    private int due;
    private boolean informational;
    private boolean isLast;
    private boolean isRefusing;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest) {
        due++;
        // Counted first: whoever waits for all that are counted has said before that it is over.
        count.incrementAndGet();
      }
      isRefusing |= isOver && message instanceof HttpRequest;
      if (isRefusing) {
        // Of one request there come several parts.
        ReferenceCountUtil.release(message);
        context.close();
      } else {
        context.fireChannelRead(message);
      }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof HttpResponse response) {
        informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (!informational && backend.isDraining().getAsBoolean()) {
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
        onEnd(1);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      onGone();
      context.fireChannelInactive();
    }

    /** A WebSocket takes the framework's place, or the connection is closed. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      onGone();
    }

    private void onGone() {
      int left = due;
      due = 0;
      if (left > 0) {
        onEnd(left);
      }
    }
  }
}
