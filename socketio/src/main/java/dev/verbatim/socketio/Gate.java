package dev.verbatim.socketio;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
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
final class Gate extends ChannelDuplexHandler {
  private final SocketIoServer server;
  private final ArrayDeque<HttpObject> waiting = new ArrayDeque<>(0);

  /** The engine's request that is received or not answered yet. */
  private @Nullable Exchange current;

  private Incoming incoming = Incoming.PASSED_ON;

  /** Bytes of the body that is {@link Incoming#DROPPED}. */
  private int droppedBytes;

  /** Requests that the framework has not answered in full. */
  private int frameworkAnswersDue;

  /**
   * Met when the client takes too long for its request, or to end its side behind the last answer;
   * made when the gate is in its place.
   */
  private @Nullable Deadline requestTimeout;

  private boolean informational;
  private Reading reading = Reading.FREE;

  /** What a gate tells those behind it, which other servers on the same port have. */
  private enum Notice {
    /** The client has begun a request, and it is not for them. */
    REQUEST_TAKEN
  }

  /** What becomes of the contents that come in. */
  private enum Incoming {
    /** The framework gets them. */
    PASSED_ON,
    /** They are the body of {@link #current}. */
    TAKEN,
    /** They are the rest of an engine's request that has its answer already. */
    DROPPED,
    /** The connection's last answer is given; nothing counts any more. */
    ENDING
  }

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

  // How long a request may take

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    requestTimeout = new Deadline(() -> onRequestLate(ctx));
    awaitRequest(ctx);
  }

  /** The next request is the client's to send. */
  private void awaitRequest(ChannelHandlerContext ctx) {
    Duration within = server.options().limits().requestTimeout();
    deadlines(ctx).scheduleIn(Objects.requireNonNull(requestTimeout), within);
  }

  private void endRequestTimeout(ChannelHandlerContext ctx) {
    if (requestTimeout != null && requestTimeout.hasDeadline()) {
      deadlines(ctx).cancel(requestTimeout);
    }
  }

  private DeadlineWheel deadlines(ChannelHandlerContext ctx) {
    return server.loop(ctx.channel().eventLoop()).deadlines();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == Notice.REQUEST_TAKEN) {
      // How long the connection may idle is for the gate to say that has the client.
      endRequestTimeout(ctx);
    }
    ctx.fireUserEventTriggered(event);
  }

  private void onRequestLate(ChannelHandlerContext ctx) {
    if (current != null) {
      current.refuseAndClose(HttpResponseStatus.REQUEST_TIMEOUT);
    } else {
      ctx.close();
    }
  }

  // What comes in

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    assert ctx.executor().inEventLoop();
    if (incoming == Incoming.ENDING) {
      ReferenceCountUtil.release(message);
    } else if (!(message instanceof HttpObject object)) {
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
        || (isForEngine(request, ctx) && frameworkAnswersDue > 0);
  }

  /** Whether a request is the engine's to answer; where nothing stands behind it, each is. */
  private boolean isForEngine(HttpRequest request, ChannelHandlerContext ctx) {
    return server.options().isServed(request.uri()) || ctx.pipeline().last() == this;
  }

  private void onObject(ChannelHandlerContext ctx, HttpObject object) {
    boolean forEngine =
        object instanceof HttpRequest request
            ? isForEngine(request, ctx)
            : incoming != Incoming.PASSED_ON;
    if (!forEngine) {
      if (object instanceof HttpRequest) {
        frameworkAnswersDue++;
        endRequestTimeout(ctx);
      }
      ctx.fireChannelRead(object);
      return;
    }
    try {
      if (object instanceof HttpRequest request) {
        onHead(ctx, request);
      }
      if (object instanceof HttpContent content) {
        onContent(ctx, content);
      }
    } finally {
      ReferenceCountUtil.release(object);
    }
  }

  private void onHead(ChannelHandlerContext ctx, HttpRequest request) {
    Exchange exchange =
        new Exchange(this, ctx.channel(), request, server.options().limits().queryParametersMax());
    current = exchange;
    incoming = Incoming.TAKEN;
    ctx.fireUserEventTriggered(Notice.REQUEST_TAKEN);
    if (!Objects.requireNonNull(requestTimeout).hasDeadline()) {
      // The request before was another's, which ended this.
      awaitRequest(ctx);
    }
    if (server.endpoint().onHead(exchange) && exchange.expectsContinue()) {
      ctx.writeAndFlush(Exchange.response(100, Unpooled.EMPTY_BUFFER));
    }
  }

  private void onContent(ChannelHandlerContext ctx, HttpContent content) {
    switch (incoming) {
      case TAKEN -> {
        if (current != null) {
          onContent(ctx, current, content);
        }
      }
      case DROPPED -> {
        droppedBytes += content.content().readableBytes();
        if (content.decoderResult().isFailure()
            || droppedBytes > server.options().maxHttpBufferSize()) {
          endAfter(ctx, ctx.newSucceededFuture(), true);
        } else if (content instanceof LastHttpContent) {
          incoming = Incoming.PASSED_ON;
        }
      }
      case PASSED_ON, ENDING -> {}
    }
  }

  private void onContent(ChannelHandlerContext ctx, Exchange exchange, HttpContent content) {
    if (content.decoderResult().isFailure()) {
      exchange.refuseAndClose(HttpResponseStatus.BAD_REQUEST);
    } else if (!exchange.add(content.content(), server.options().maxHttpBufferSize())) {
      exchange.refuseAndClose(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
    } else if (content instanceof LastHttpContent) {
      incoming = Incoming.PASSED_ON;
      endRequestTimeout(ctx);
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
    endRequestTimeout(ctx);
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    releaseWaiting();
    endRequestTimeout(ctx);
    requestTimeout = null;
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

  /** Whether who is refused is told by which id the log knows it. Any thread. */
  boolean givesRequestIds() {
    return server.options().requestIds();
  }

  /** A request is refused, if it has no answer yet. */
  void onRefused(Exchange exchange, Refusal reason) {
    if (exchange == current) {
      server.loop(exchange.channel().eventLoop()).counters().refusals().add(reason);
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
    current = null;
    exchange.endBody();
    awaitRequest(ctx);
    server.endpoint().addHeaders(exchange, response.headers());
    boolean isEarly = incoming == Incoming.TAKEN;
    boolean isLast =
        !exchange.isKeptAlive()
            || server.isClosing()
            || (isEarly && exchange.expectsContinue())
            || response
                .headers()
                .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
    if (isLast) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      ChannelFuture sent = ctx.writeAndFlush(response);
      endAfter(ctx, sent, isEarly || hasReadAhead());
      return sent;
    }
    if (exchange.isOfHttp10()) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    if (isEarly) {
      incoming = Incoming.DROPPED;
      droppedBytes = 0;
    }
    ChannelFuture sent = ctx.writeAndFlush(response);
    goOnSoon(ctx);
    return sent;
  }

  /**
   * Closes the connection behind its last answer. While the client is still sending, only our side
   * of it at first: closed at once, it would be reset, and the answer lost.
   */
  private void endAfter(ChannelHandlerContext ctx, ChannelFuture sent, boolean isClientSending) {
    incoming = Incoming.ENDING;
    releaseWaiting();
    goOnReading(ctx);
    if (!isClientSending || !(ctx.channel() instanceof DuplexChannel channel)) {
      sent.addListener(ChannelFutureListener.CLOSE);
      return;
    }
    sent.addListener(_ -> channel.shutdownOutput());
    Duration within = server.options().limits().closeTimeout();
    deadlines(ctx).scheduleIn(Objects.requireNonNull(requestTimeout), within);
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

  /** Whether something came behind the request that has no answer yet. */
  boolean hasReadAhead() {
    return !waiting.isEmpty();
  }

  /**
   * Takes everything of HTTP behind the gate out of the pipeline, for a request whose answer is a
   * WebSocket or the connection's end: what waits for it holds no more memory than it needs, and
   * nothing is under way when the channel changes its event loop.
   */
  void strip(Exchange exchange) {
    ChannelPipeline pipeline = exchange.channel().pipeline();
    List<String> names = List.copyOf(pipeline.toMap().keySet());
    // From the front: a framework may keep the context of its last handler, and a context that was
    // taken out keeps the one that stood before it then.
    for (String name :
        names.subList(names.indexOf(pipeline.context(this).name()) + 1, names.size())) {
      pipeline.remove(name);
    }
    if (pipeline.get(IdleStateHandler.class) != null) {
      pipeline.remove(IdleStateHandler.class);
    }
    reading = Reading.FREE;
    exchange.channel().config().setAutoRead(true);
  }

  /**
   * Answers with 101 and puts a WebSocket in the place of HTTP, behind {@link #strip}.
   *
   * <p>What is read ahead stays in the codec until {@link #leave}.
   */
  void becomeWebSocket(
      Exchange exchange, FullHttpResponse switching, WebSocketTransport transport) {
    ChannelPipeline pipeline = exchange.channel().pipeline();
    pipeline.addLast(new WebSocket13FrameDecoder(server.endpoint().frames()));
    pipeline.addLast(transport);
    current = null;
    pipeline.context(this).writeAndFlush(switching);
    pipeline.get(HttpServerCodec.class).removeOutboundHandler();
  }

  /** Whether a connection is a WebSocket's, to which nothing of HTTP may be answered. */
  static boolean isWebSocket(ChannelPipeline pipeline) {
    return pipeline.get(WebSocketTransport.class) != null;
  }

  /**
   * Takes out the codec, once the session is ready for what was read ahead: removed, the codec
   * hands it on. The gates go behind it, for the same reason as in {@link #strip}; there is another
   * one where another server stands on the same port.
   */
  static void leave(ChannelPipeline pipeline) {
    pipeline.remove(HttpServerCodec.class);
    while (pipeline.get(Gate.class) != null) {
      pipeline.remove(Gate.class);
    }
  }
}
