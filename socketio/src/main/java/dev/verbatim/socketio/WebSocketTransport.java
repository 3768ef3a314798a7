package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.EnginePacket;
import dev.verbatim.socketio.protocol.EnginePacketCodec;
import dev.verbatim.socketio.protocol.MalformedPacketException;
import dev.verbatim.socketio.protocol.WebSocketFrames;
import dev.verbatim.socketio.protocol.WebSocketFrames.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Confined to its channel's event loop: one WebSocket, after its handshake (RFC 6455).
 *
 * <p>It is the last handler of its channel, behind the frame decoder alone, and writes whole frames
 * as bytes. An idle one holds no buffer.
 */
final class WebSocketTransport extends ChannelInboundHandlerAdapter implements Transport {
  private static final Logger log = LoggerFactory.getLogger(WebSocketTransport.class);

  private final EngineLoop loop;
  private final SocketIoOptions options;
  private ChannelHandlerContext context;
  private @Nullable Session session;
  private @Nullable Fragments fragments;
  private State state = State.OPEN;
  private DisconnectReason reasonAtEnd = DisconnectReason.TRANSPORT_CLOSE;
  private boolean dirty;

  /** Whether a pong is queued and not sent. */
  private boolean pongUnsent;

  /** What the next pong answers, once the one before is sent. */
  private @Nullable Bytes nextPong;

  /** Whether the decoder has given up, so that the client's close frame will not be seen. */
  private boolean deaf;

  private enum State {
    OPEN,
    /** Our close frame is sent; the client's is awaited. */
    CLOSING,
    CLOSED
  }

  /** The frames of a message that is not whole yet. */
  private record Fragments(boolean text, ByteBuf bytes) {}

  /**
   * @param gate where to write until this is in the pipeline
   */
  WebSocketTransport(EngineLoop loop, SocketIoOptions options, ChannelHandlerContext gate) {
    this.loop = loop;
    this.options = options;
    this.context = gate;
  }

  void attach(Session owner) {
    session = owner;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public SocketIoOptions.TransportName name() {
    return SocketIoOptions.TransportName.WEBSOCKET;
  }

  // What comes in

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    assert loop.inEventLoop();
    try {
      if (message instanceof WebSocketFrame frame && state != State.CLOSED) {
        onFrame(frame);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onFrame(WebSocketFrame frame) {
    if (frame instanceof CloseWebSocketFrame close) {
      onClose(close);
    } else if (state == State.CLOSING) {
      log.trace("dropped a frame behind the close");
    } else if (frame instanceof PingWebSocketFrame) {
      onPing(Bytes.copyOf(frame.content()));
    } else if (frame instanceof PongWebSocketFrame) {
      log.trace("pong");
    } else if (frame instanceof ContinuationWebSocketFrame) {
      onFragment(frame);
    } else if (frame.isFinalFragment()) {
      onMessage(frame instanceof TextWebSocketFrame, frame.content());
    } else {
      boolean text = !(frame instanceof BinaryWebSocketFrame);
      fragments = new Fragments(text, Unpooled.buffer(2 * frame.content().readableBytes()));
      onFragment(frame);
    }
  }

  /**
   * Queues a pong, one at a time: of the pings that come while one is unsent, only the latest is
   * answered (RFC 6455, 5.5.3), or who pings and never reads would fill the memory.
   */
  private void onPing(Bytes payload) {
    if (pongUnsent) {
      nextPong = payload;
    } else if (state == State.OPEN) {
      pongUnsent = true;
      ByteBuf bytes = encode(Opcode.PONG, payload);
      write(bytes, context.newPromise().addListener(f -> onPongSent(f.isSuccess())));
    }
  }

  private void onPongSent(boolean success) {
    pongUnsent = false;
    Bytes payload = nextPong;
    nextPong = null;
    if (success && payload != null) {
      onPing(payload);
    }
  }

  private void onFragment(WebSocketFrame frame) {
    Fragments begun = fragments;
    if (begun == null) {
      end(DisconnectReason.PARSE_ERROR, CloseCause.PROTOCOL_ERROR);
      return;
    }
    ByteBuf bytes = begun.bytes();
    if (bytes.readableBytes() + frame.content().readableBytes() > options.maxHttpBufferSize()) {
      fragments = null;
      end(DisconnectReason.TRANSPORT_ERROR, CloseCause.TOO_BIG);
      return;
    }
    bytes.writeBytes(frame.content());
    if (frame.isFinalFragment()) {
      fragments = null;
      onMessage(begun.text(), bytes);
    }
  }

  private void onMessage(boolean text, ByteBuf content) {
    Session owner = session;
    if (owner == null) {
      return;
    }
    // The packet's views keep the array, so it is this message's own.
    Bytes bytes = Bytes.copyOf(content);
    try {
      owner.onPacket(
          this, text ? EnginePacketCodec.decodeText(bytes) : EnginePacketCodec.decodeBinary(bytes));
    } catch (MalformedPacketException e) {
      end(DisconnectReason.PARSE_ERROR, CloseCause.of(e));
    }
  }

  private void onClose(CloseWebSocketFrame close) {
    if (state == State.OPEN) {
      state = State.CLOSED;
      int code = close.statusCode();
      ByteBuf echo = context.alloc().directBuffer(4);
      WebSocketFrames.writeHeader(echo, Opcode.CLOSE, code == -1 ? 0 : Short.BYTES);
      if (code != -1) {
        echo.writeShort(code);
      }
      context.writeAndFlush(echo).addListener(ChannelFutureListener.CLOSE);
      end(DisconnectReason.TRANSPORT_CLOSE, CloseCause.GONE);
    } else {
      state = State.CLOSED;
      context.close();
    }
  }

  private void end(DisconnectReason reason, CloseCause cause) {
    Session owner = session;
    if (owner != null) {
      owner.onTransportEnd(this, reason, cause);
    }
    // A session that has moved on does not care for this transport any more.
    close(cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    state = State.CLOSED;
    end(reasonAtEnd, CloseCause.GONE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("connection failed", cause);
    reasonAtEnd = DisconnectReason.TRANSPORT_ERROR;
    Throwable root = cause.getCause() == null ? cause : cause.getCause();
    if (cause instanceof CorruptedWebSocketFrameException corrupted) {
      onCorrupted(corrupted);
    } else if (root instanceof CorruptedWebSocketFrameException corrupted) {
      onCorrupted(corrupted);
    } else {
      // The session hears of it by channelInactive: a failed write may be in the middle of others.
      context.close();
    }
  }

  private void onCorrupted(CorruptedWebSocketFrameException corrupted) {
    deaf = true;
    CloseCause cause =
        switch (corrupted.closeStatus().code()) {
          case 1007 -> CloseCause.NOT_UTF8;
          case 1009 -> CloseCause.TOO_BIG;
          default -> CloseCause.PROTOCOL_ERROR;
        };
    end(DisconnectReason.TRANSPORT_ERROR, cause);
  }

  // What goes out

  @Override
  public void write(EnginePacket packet) {
    if (state == State.OPEN) {
      Opcode opcode = packet instanceof EnginePacket.Binary ? Opcode.BINARY : Opcode.TEXT;
      write(encode(opcode, EnginePacketCodec.encode(packet)), context.voidPromise());
      endIfOverBound();
    }
  }

  /** The session looks after its frames, but not after a probe's answers. */
  private void endIfOverBound() {
    int max = options.limits().queuedBytesMax();
    if (queuedBytes() <= max) {
      return;
    }
    context.flush();
    if (state == State.OPEN && queuedBytes() > max) {
      log.info("a WebSocket is closed: its client reads too slowly");
      reasonAtEnd = DisconnectReason.FORCED_CLOSE;
      // The session hears of it by channelInactive, when nobody is in the middle of writing.
      state = State.CLOSED;
      context.close();
    }
  }

  private ByteBuf encode(Opcode opcode, Bytes payload) {
    int length = WebSocketFrames.headerLength(payload.length()) + payload.length();
    ByteBuf bytes = context.alloc().directBuffer(length, length);
    WebSocketFrames.write(bytes, opcode, payload);
    return bytes;
  }

  @Override
  public void write(Frame frame) {
    if (state == State.OPEN) {
      ByteBuf bytes = context.alloc().directBuffer(frame.wireLength(), frame.wireLength());
      frame.writeTo(bytes);
      write(bytes, context.voidPromise());
    }
  }

  @Override
  public void writeShared(ByteBuf wire, Frame... frames) {
    if (state == State.OPEN) {
      write(wire.retainedDuplicate(), context.voidPromise());
    }
  }

  private void write(ByteBuf bytes, ChannelPromise promise) {
    context.write(bytes, promise);
    if (!dirty) {
      dirty = true;
      loop.markDirty(this);
    }
  }

  @Override
  public boolean isWritable() {
    return state == State.OPEN && context.channel().isWritable();
  }

  @Override
  public long queuedBytes() {
    ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  @Override
  public void flush() {
    dirty = false;
    context.flush();
  }

  @Override
  public void onFlushFailed() {
    try {
      end(DisconnectReason.TRANSPORT_ERROR, CloseCause.GONE);
    } finally {
      context.close();
    }
  }

  @Override
  public void setReading(boolean reading) {
    context.channel().config().setAutoRead(reading);
  }

  @Override
  public void close(CloseCause cause) {
    if (state != State.OPEN) {
      return;
    }
    if (cause == CloseCause.GONE) {
      state = State.CLOSED;
      context.close();
      return;
    }
    ByteBuf frame = context.alloc().directBuffer(4);
    WebSocketFrames.writeHeader(frame, Opcode.CLOSE, Short.BYTES);
    frame.writeShort(cause.webSocketCode());
    state = State.CLOSING;
    ChannelFuture sent = context.writeAndFlush(frame);
    if (deaf && context.channel() instanceof DuplexChannel channel) {
      // Then the end of our side tells the client that it may close, too.
      sent.addListener(_ -> channel.shutdownOutput());
    }
    setReading(true);
    // The client's close frame may never come.
    Deadline cut = new Deadline(context::close);
    loop.deadlines().scheduleIn(cut, options.limits().closeTimeout());
    context.channel().closeFuture().addListener(_ -> loop.run(() -> loop.deadlines().cancel(cut)));
  }

  @Override
  public void cut() {
    context.close();
  }

  @Override
  public void whenClosed(Runnable action) {
    context.channel().closeFuture().addListener(_ -> action.run());
  }
}
