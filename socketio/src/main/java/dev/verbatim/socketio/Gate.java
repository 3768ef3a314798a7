package dev.verbatim.socketio;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Confined to its channel's event loop: the engine's door in an HTTP/1.1 pipeline, right behind the
 * {@link HttpServerCodec}.
 *
 * <p>It takes every request under the engine's path, and passes the rest on to whatever framework
 * stands behind it. Answers keep the order of their requests: while an answer of the other side is
 * due, later requests wait here. They wait as well while the client does not read the answers it
 * has got, so that of those no more lies in memory than the channel's high-water mark and one
 * answer. While something waits nothing more is read; what one read brings is bounded by {@link
 * Limits#pipelinedMax}.
 *
 * <p>When a connection becomes a WebSocket, everything of HTTP leaves the pipeline, the gate and
 * the framework included.
 */
public final class Gate extends ChannelDuplexHandler {
  private final SocketIoServer server;
  private final ArrayDeque<HttpObject> waiting = new ArrayDeque<>(0);

  /** The engine's request that is received or not answered yet. */
  private @Nullable Exchange current;

  /** Whether the body of {@link #current} is still coming. */
  private boolean receiving;

  /** Whether what is left of an engine's request, answered early, is to be dropped. */
  private boolean dropping;

  /** Requests that the framework has not answered in full. */
  private int frameworkAnswersDue;

  private boolean informational;
  private Reading reading = Reading.FREE;

  /** Whether what the pipeline asks to be read is read. */
  private enum Reading {
    FREE,
    /** Something waits, so nothing is read. */
    HELD,
    /** The same, and a read was asked for meanwhile. */
    OWED,
    /** The same, and the channel is to read by itself again. */
    AUTO
  }

  Gate(SocketIoServer server) {
    this.server = server;
  }

  // What comes in

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    assert ctx.executor().inEventLoop();
    if (!(message instanceof HttpObject object)) {
      ctx.fireChannelRead(message);
    } else if (waiting.isEmpty() && !mustWait(ctx, object)) {
      onObject(ctx, object);
    } else if (waiting.size() < server.options().limits().pipelinedMax()) {
      waiting.add(object);
      holdReading(ctx);
    } else {
      ReferenceCountUtil.release(message);
      ctx.close();
    }
  }

  private boolean mustWait(ChannelHandlerContext ctx, HttpObject object) {
    if (!(object instanceof HttpRequest request)) {
      return false;
    }
    return current != null
        || !ctx.channel().isWritable()
        || (isForEngine(request) && frameworkAnswersDue > 0);
  }

  private boolean isForEngine(HttpRequest request) {
    return request.uri().startsWith(server.options().path());
  }

  private void onObject(ChannelHandlerContext ctx, HttpObject object) {
    if (object instanceof HttpRequest request) {
      dropping = false;
      if (isForEngine(request)) {
        current = new Exchange(this, ctx.channel(), request);
        receiving = true;
      } else {
        frameworkAnswersDue++;
      }
    }
    if (!receiving && !dropping) {
      ctx.fireChannelRead(object);
      return;
    }
    try {
      Exchange exchange = current;
      if (receiving && exchange != null && object instanceof HttpContent content) {
        onContent(exchange, content);
      }
    } finally {
      ReferenceCountUtil.release(object);
    }
  }

  private void onContent(Exchange exchange, HttpContent content) {
    if (content.decoderResult().isFailure()) {
      receiving = false;
      dropping = true;
      exchange.refuse(EngineError.BAD_REQUEST);
    } else if (!exchange.add(content.content(), server.options().maxHttpBufferSize())) {
      receiving = false;
      dropping = true;
      FullHttpResponse tooLarge = Exchange.response(413, new byte[0]);
      tooLarge.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      exchange.answer(tooLarge);
    } else if (content instanceof LastHttpContent) {
      receiving = false;
      server.endpoint().onRequest(exchange);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.fireChannelReadComplete();
    // A framework that steers reading itself knows nothing of the engine's requests.
    if (frameworkAnswersDue == 0) {
      read(ctx);
    }
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (reading == Reading.FREE) {
      ctx.read();
    } else if (reading == Reading.HELD) {
      reading = Reading.OWED;
    }
  }

  private void holdReading(ChannelHandlerContext ctx) {
    if (reading == Reading.FREE) {
      ChannelConfig config = ctx.channel().config();
      reading = config.isAutoRead() ? Reading.AUTO : Reading.HELD;
      config.setAutoRead(false);
    }
  }

  private void goOnReading(ChannelHandlerContext ctx) {
    Reading before = reading;
    reading = Reading.FREE;
    switch (before) {
      case FREE, HELD -> {}
      case OWED -> ctx.read();
      case AUTO -> ctx.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    goOnSoon(ctx);
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Exchange exchange = current;
    current = null;
    if (exchange != null) {
      exchange.onGone();
    }
    releaseWaiting();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    releaseWaiting();
  }

  private void releaseWaiting() {
    for (HttpObject object = waiting.poll(); object != null; object = waiting.poll()) {
      ReferenceCountUtil.release(object);
    }
  }

  // What goes out

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    boolean last = false;
    if (message instanceof HttpResponse response) {
      informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }
    if (message instanceof LastHttpContent) {
      last = !informational;
      informational = false;
    }
    ctx.write(message, promise);
    if (last) {
      frameworkAnswersDue--;
      goOnSoon(ctx);
    }
  }

  /** Writes the engine's answer to a request; the future fails if it cannot be sent. */
  ChannelFuture onAnswer(Exchange exchange, FullHttpResponse response) {
    assert exchange.channel().eventLoop().inEventLoop();
    ChannelHandlerContext ctx = exchange.channel().pipeline().context(this);
    if (exchange != current || ctx == null) {
      response.release();
      return exchange.channel().newFailedFuture(new ClosedChannelException());
    }
    server.endpoint().addCors(exchange, response.headers());
    boolean close =
        receiving
            || dropping
            || !exchange.isKeptAlive()
            || response
                .headers()
                .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
    if (close) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      return ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
    current = null;
    ChannelFuture sent = ctx.writeAndFlush(response);
    goOnSoon(ctx);
    return sent;
  }

  /**
   * Takes up what had to wait, in a task of its own: who answers may be in the middle of something,
   * such as walking a room, that a request must not change.
   */
  private void goOnSoon(ChannelHandlerContext ctx) {
    if (!waiting.isEmpty()) {
      ctx.executor().execute(() -> goOn(ctx));
    }
  }

  private void goOn(ChannelHandlerContext ctx) {
    boolean some = false;
    while (!ctx.isRemoved() && !waiting.isEmpty() && !mustWait(ctx, waiting.element())) {
      onObject(ctx, waiting.remove());
      some = true;
    }
    if (ctx.isRemoved() || !some) {
      return;
    }
    // A framework may hold its answers back until a read is complete.
    ctx.fireChannelReadComplete();
    if (waiting.isEmpty()) {
      goOnReading(ctx);
    }
  }

  // The change to WebSocket

  /**
   * Takes everything of HTTP behind the gate out of the pipeline, so that nothing is under way when
   * the channel changes its event loop.
   */
  void strip(Exchange exchange) {
    ChannelPipeline pipeline = exchange.channel().pipeline();
    while (pipeline.last() != null && pipeline.last() != this) {
      pipeline.removeLast();
    }
    if (pipeline.get(IdleStateHandler.class) != null) {
      pipeline.remove(IdleStateHandler.class);
    }
    reading = Reading.FREE;
    exchange.channel().config().setAutoRead(true);
  }

  ChannelHandlerContext context(Exchange exchange) {
    return exchange.channel().pipeline().context(this);
  }

  /**
   * Answers with 101 and puts a WebSocket in the place of HTTP.
   *
   * <p>The codec goes last: removed, it hands the bytes that it has already read to what stands
   * behind it, and that is the frame decoder by then.
   */
  void becomeWebSocket(
      Exchange exchange, FullHttpResponse switching, WebSocketTransport transport) {
    strip(exchange);
    ChannelHandlerContext ctx = context(exchange);
    current = null;
    ctx.writeAndFlush(switching);
    WebSocketDecoderConfig frames =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(server.options().maxHttpBufferSize())
            .allowExtensions(false)
            .expectMaskedFrames(true)
            .closeOnProtocolViolation(false)
            .build();
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.addLast(new WebSocket13FrameDecoder(frames));
    pipeline.addLast(transport);
    pipeline.remove(this);
    // Its other half stays until the session is ready for what was read ahead.
    pipeline.get(HttpServerCodec.class).removeOutboundHandler();
  }

  /** Takes out the codec, once the session is ready for what was read ahead. */
  static void removeCodec(ChannelPipeline pipeline) {
    pipeline.remove(HttpServerCodec.class);
  }
}
