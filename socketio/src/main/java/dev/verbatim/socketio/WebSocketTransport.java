package dev.verbatim.socketio;

import dev.verbatim.socketio.LoopCounters.Flow;
import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.EngineFormat;
import dev.verbatim.socketio.protocol.EnginePacket;
import dev.verbatim.socketio.protocol.MalformedPacketException;
import dev.verbatim.socketio.protocol.WebSocketFrames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Confined to its channel's event loop: one WebSocket, after its handshake (RFC 6455).
 *
 * <p>It is the last handler of its channel, behind the frame decoder alone. What goes out is its
 * {@link WebSocketOutput}'s.
 */
final class WebSocketTransport extends ChannelInboundHandlerAdapter
    implements Transport, WebSocketOutput.Listener {
  private static final Logger log = LoggerFactory.getLogger(WebSocketTransport.class);

  /** What a client's header has more than one of ours. */
  private static final int MASK_BYTES = 4;

  /**
   * The highest code that a close frame may have (RFC 6455, 7.4.2); the decoder checks the rest.
   */
  private static final int CLOSE_CODE_MAX = 4999;

  /** The first of the three reserved bits. */
  private static final int RSV1 = 4;

  private final EngineLoop loop;
  private final SocketIoOptions options;
  private final Channel channel;
  private final Tally<Flow> traffic;
  private final EngineFormat format;

  private final WebSocketOutput output;

  /** Whether messages may come compressed. */
  private final boolean deflates;

  private @Nullable Session session;
  private @Nullable Fragments fragments;
  private State state = State.OPEN;
  private DisconnectReason reasonAtEnd = DisconnectReason.TRANSPORT_CLOSE;
  private boolean dirty;

  /** Whether frames are taken in. */
  private boolean reading = true;

  /**
   * What the decoder gives out though nothing is to be read: the rest of what the system gave in
   * one go. Taken in when reading goes on.
   */
  private @Nullable Deque<WebSocketFrame> unread;

  /** Pongs that are queued and not sent. */
  private int pongsUnsent;

  /** What the latest ping said, if its pong waits until one of those is sent. */
  private @Nullable Bytes latestPing;

  private enum State {
    OPEN,
    /** Our close frame is sent; the client's is awaited. */
    CLOSING,
    CLOSED
  }

  WebSocketTransport(
      EngineLoop loop,
      SocketIoOptions options,
      Channel channel,
      EngineFormat format,
      @Nullable PerMessageDeflate deflate) {
    this.loop = loop;
    this.options = options;
    this.channel = channel;
    this.traffic = loop.counters().of(name());
    this.format = format;
    this.deflates = deflate != null;
    this.output = new WebSocketOutput(loop, channel, format, deflate, traffic, this);
  }

  void attach(Session owner) {
    session = owner;
  }

  @Override
  public SocketIoOptions.TransportName name() {
    return SocketIoOptions.TransportName.WEBSOCKET;
  }

  @Override
  public EngineFormat format() {
    return format;
  }

  // What comes in

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    assert loop.inEventLoop();
    if (!(message instanceof WebSocketFrame frame)) {
      ReferenceCountUtil.release(message);
    } else if (reading && unread == null) {
      take(frame);
    } else {
      if (unread == null) {
        unread = new ArrayDeque<>();
      }
      unread.add(frame);
    }
  }

  private void take(WebSocketFrame frame) {
    try {
      if (state != State.CLOSED) {
        onFrame(frame);
      }
    } finally {
      frame.release();
    }
  }

  private void onFrame(WebSocketFrame frame) {
    int length = frame.content().readableBytes();
    traffic.add(Flow.BYTES_IN, WebSocketFrames.headerLength(length) + MASK_BYTES + length);
    if (frame instanceof CloseWebSocketFrame close) {
      onClose(close);
    } else if (state == State.CLOSING) {
      log.trace("dropped a frame behind the close");
    } else if (frame.rsv() != 0 && !isCompressed(frame)) {
      fail(CloseCause.PROTOCOL_ERROR);
    } else if (frame instanceof PingWebSocketFrame) {
      onPing(Bytes.copyOf(frame.content()));
    } else if (frame instanceof PongWebSocketFrame) {
      log.trace("pong");
    } else if (frame instanceof ContinuationWebSocketFrame) {
      onFragment(frame);
    } else if (frame.isFinalFragment()) {
      onMessage(frame instanceof TextWebSocketFrame, isCompressed(frame), frame.content());
    } else {
      boolean text = !(frame instanceof BinaryWebSocketFrame);
      fragments = new Fragments(text, isCompressed(frame), frame.content());
      onFragment(frame);
    }
  }

  /** Whether this is the first or only frame of a compressed message (RFC 7692, 6). */
  private boolean isCompressed(WebSocketFrame frame) {
    return frame.rsv() == RSV1
        && deflates
        && (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame);
  }

  /**
   * Queues a pong. Of the pings that come while many are unsent, only the latest is answered (RFC
   * 6455, 5.5.3), or who pings and never reads would fill the memory.
   */
  private void onPing(Bytes payload) {
    if (pongsUnsent >= options.limits().pongsUnsentMax()) {
      latestPing = payload;
    } else if (state == State.OPEN) {
      pongsUnsent++;
      output.writePong(payload).addListener(_ -> onPongSent());
    }
  }

  private void onPongSent() {
    pongsUnsent--;
    Bytes latest = latestPing;
    latestPing = null;
    if (latest != null) {
      onPing(latest);
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
    if (!begun.add(frame.content())) {
      fragments = null;
      loop.counters().malformed().add(MalformedPacketException.Reason.INVALID_UTF8);
      end(DisconnectReason.PARSE_ERROR, CloseCause.NOT_UTF8);
    } else if (frame.isFinalFragment()) {
      fragments = null;
      onMessage(begun.isText(), begun.isCompressed(), bytes);
    }
  }

  private void onMessage(boolean text, boolean compressed, ByteBuf content) {
    // The packet's views keep the array, so it is this message's own.
    Bytes bytes = Bytes.copyOf(content);
    if (!compressed) {
      onMessage(text, bytes);
      return;
    }
    switch (loop.zlib().inflate(bytes, options.maxHttpBufferSize())) {
      case Zlib.Inflated.Message(Bytes message) -> onMessage(text, message);
      case Zlib.Inflated.TooBig() -> end(DisconnectReason.TRANSPORT_ERROR, CloseCause.TOO_BIG);
      case Zlib.Inflated.Malformed() ->
          end(DisconnectReason.TRANSPORT_ERROR, CloseCause.NOT_DEFLATED);
    }
  }

  private void onMessage(boolean text, Bytes bytes) {
    Session owner = session;
    if (owner == null) {
      return;
    }
    try {
      owner.onPacket(this, text ? format.decodeText(bytes) : format.decodeBinary(bytes));
    } catch (MalformedPacketException e) {
      loop.counters().malformed().add(e.reason());
      end(DisconnectReason.PARSE_ERROR, CloseCause.of(e));
    }
  }

  private void onClose(CloseWebSocketFrame close) {
    if (state == State.OPEN) {
      int code = close.statusCode();
      if (code > CLOSE_CODE_MAX || close.rsv() != 0) {
        fail(CloseCause.PROTOCOL_ERROR);
        return;
      }
      state = State.CLOSED;
      // Who has said that it goes reads no messages any more.
      output.drop();
      output.writeClose(code).addListener(ChannelFutureListener.CLOSE);
      // The echo may wait behind what the client never reads.
      cutInTime();
      end(DisconnectReason.TRANSPORT_CLOSE, CloseCause.GONE);
    } else {
      state = State.CLOSED;
      channel.close();
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
    dropUnread();
    end(reasonAtEnd, CloseCause.GONE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    onException(cause);
  }

  private void onException(Throwable cause) {
    reasonAtEnd = DisconnectReason.TRANSPORT_ERROR;
    boolean isWrapped = cause instanceof DecoderException && cause.getCause() != null;
    Throwable root = isWrapped ? cause.getCause() : cause;
    if (root instanceof CorruptedWebSocketFrameException corrupted) {
      about(log.atDebug()).log("a client breaks the protocol: {}", corrupted.getMessage());
      fail(causeOf(corrupted));
    } else {
      if (root instanceof IOException || root instanceof DecoderException) {
        about(log.atDebug())
            .log(
                "a connection failed: {} ({})", root.getMessage(), root.getClass().getSimpleName());
      } else {
        about(log.atError()).setCause(cause).log("a connection is closed for a fault of ours");
      }
      // The session hears of it by channelInactive: a failed write may be in the middle of others.
      cut();
    }
  }

  private LoggingEventBuilder about(LoggingEventBuilder line) {
    Session owner = session;
    return owner == null ? line : owner.about(line);
  }

  private static CloseCause causeOf(CorruptedWebSocketFrameException corrupted) {
    return switch (corrupted.closeStatus().code()) {
      case 1007 -> CloseCause.NOT_UTF8;
      case 1009 -> CloseCause.TOO_BIG;
      default -> CloseCause.PROTOCOL_ERROR;
    };
  }

  /** Ends because nothing that the client sends will be read any more. */
  private void fail(CloseCause cause) {
    if (state == State.OPEN) {
      // The client's close frame will not be seen, so the end of our side tells the client that it
      // may close, too.
      ChannelFuture sent = sendClose(cause);
      if (channel instanceof DuplexChannel duplex) {
        sent.addListener(_ -> duplex.shutdownOutput());
      }
    }
    end(DisconnectReason.TRANSPORT_ERROR, cause);
  }

  // What goes out

  @Override
  public void write(EnginePacket packet) {
    assert loop.inEventLoop();
    if (state == State.OPEN) {
      output.write(packet);
      endIfOverBound();
    }
  }

  /** The session looks after its frames, but not after a probe's answers. */
  private void endIfOverBound() {
    int max = options.limits().queuedBytesMax();
    if (queuedBytes() <= max) {
      return;
    }
    flush();
    if (state == State.OPEN && queuedBytes() > max) {
      about(log.atInfo()).log("a WebSocket is closed: its client reads too slowly");
      reasonAtEnd = DisconnectReason.SLOW_READER;
      // The session hears of it by channelInactive, when nobody is in the middle of writing.
      state = State.CLOSED;
      cut();
    }
  }

  @Override
  public void write(Frame frame) {
    assert loop.inEventLoop();
    if (state == State.OPEN) {
      output.write(frame);
    }
  }

  @Override
  public void writeShared(Wire wire) {
    assert loop.inEventLoop();
    if (state == State.OPEN) {
      output.writeShared(wire);
    }
  }

  @Override
  public void onDirty() {
    if (!dirty) {
      dirty = true;
      loop.markDirty(this);
    }
  }

  @Override
  public boolean isWritable() {
    return state == State.OPEN && output.isWritable();
  }

  @Override
  public long queuedBytes() {
    assert loop.inEventLoop();
    return output.queuedBytes();
  }

  @Override
  public long memoryBytes() {
    assert loop.inEventLoop();
    return output.memoryBytes();
  }

  @Override
  public void flush() {
    assert loop.inEventLoop();
    dirty = false;
    boolean caughtUp = output.flush();
    onBacklog();
    if (caughtUp) {
      onWritable();
    }
  }

  @Override
  public void onBacklog() {
    Session owner = session;
    if (owner != null) {
      owner.backlog().update();
    }
  }

  /** The client has read on, so that little waits; or it has fallen behind. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      onBacklog();
      onWritable();
    }
  }

  private void onWritable() {
    Session owner = session;
    if (owner != null) {
      owner.backlog().onWritable();
    }
  }

  @Override
  public void onFlushFailed() {
    try {
      end(DisconnectReason.TRANSPORT_ERROR, CloseCause.GONE);
    } finally {
      cut();
    }
  }

  @Override
  public void setReading(boolean goOn) {
    assert loop.inEventLoop();
    reading = goOn;
    if (goOn && unread != null) {
      // In a task of its own: who goes on may be in the middle of taking a frame in.
      loop.execute(this::takeUnread);
    } else {
      channel.config().setAutoRead(goOn);
    }
  }

  private void takeUnread() {
    try {
      while (reading && unread != null && !unread.isEmpty()) {
        take(unread.remove());
      }
    } catch (Throwable e) {
      onException(e);
    }
    if (unread != null && unread.isEmpty()) {
      unread = null;
      channel.config().setAutoRead(reading);
    }
  }

  private void dropUnread() {
    if (unread != null) {
      unread.forEach(WebSocketFrame::release);
      unread = null;
    }
  }

  @Override
  public void close(CloseCause cause) {
    assert loop.inEventLoop();
    if (state != State.OPEN) {
      return;
    }
    if (cause == CloseCause.GONE) {
      state = State.CLOSED;
      cut();
      return;
    }
    sendClose(cause);
  }

  private ChannelFuture sendClose(CloseCause cause) {
    state = State.CLOSING;
    ChannelFuture sent = output.writeClose(cause.webSocketCode());
    setReading(true);
    // The client's close frame may never come.
    cutInTime();
    return sent;
  }

  /** Closes the channel when its client has had {@link Limits#closeTimeout} for its part. */
  private void cutInTime() {
    Deadline cut = new Deadline(this::cut);
    loop.deadlines().scheduleIn(cut, options.limits().closeTimeout());
    channel.closeFuture().addListener(_ -> loop.run(() -> loop.deadlines().cancel(cut)));
  }

  @Override
  public void cut() {
    // With TLS, closing takes as long as a last word to the client may.
    output.drop();
    channel.close();
  }

  @Override
  public void whenClosed(Runnable action) {
    channel.closeFuture().addListener(_ -> action.run());
  }
}
