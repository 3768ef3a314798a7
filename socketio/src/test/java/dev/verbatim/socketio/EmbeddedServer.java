package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.Ticker;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/**
 * A server and one connection to it without a socket, on the caller's thread: bytes go in, bytes
 * come out, and time stands until it is moved. It is closed with a look at what no input may bring
 * about: an exception that nobody caught, an error in the log, a buffer that nobody released. For
 * one thread.
 */
final class EmbeddedServer implements AutoCloseable {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.verbatim.socketio");

  private static final Mapper MAPPER = Mapper.jackson();

  /** What a message may have, at the most. */
  static final int MESSAGE_BYTES_MAX = 4_096;

  /** So little that most answers are compressed for clients that can. */
  private static final int DEFLATED_BYTES_MIN = 8;

  private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final MockTicker ticker = Ticker.newMockTicker();
  private final Connection channel = new Connection(ticker);
  private final SocketIoServer io;

  EmbeddedServer() {
    this(_ -> {});
  }

  EmbeddedServer(Limits limits) {
    this(options -> options.limits(limits));
  }

  /**
   * @param more sets what differs from what most inputs are for
   */
  EmbeddedServer(Consumer<SocketIoOptions.Builder> more) {
    LOG.setLevel(Level.WARN);
    LOG.setAdditive(false);
    log.start();
    LOG.addAppender(log);
    SocketIoOptions.Builder options =
        SocketIoOptions.builder()
            .maxHttpBufferSize(MESSAGE_BYTES_MAX)
            .allowEIO3(true)
            .perMessageDeflate(new PerMessageDeflate(DEFLATED_BYTES_MIN))
            .mapper(MAPPER)
            .allowRequest(EmbeddedServer::lookAt);
    more.accept(options);
    io = SocketIoServer.create(options.build());
    io.of("/")
        .dispatch(Dispatch.EVENT_LOOP)
        .onConnection(socket -> socket.join("room"))
        .on("e", (socket, event) -> event.ack().send("answer"))
        .on("all", (socket, _) -> socket.namespace().to("room").emit("told"));
    io.of("/a").dispatch(Dispatch.EVENT_LOOP);
    channel.config().setAllocator(buffers);
    channel.pipeline().addLast(new HttpServerCodec(), io.gate(), new Framework());
  }

  /** Every way of asking for something of a handshake. */
  private static boolean lookAt(Handshake handshake) {
    return !"no".equals(handshake.query("allow"))
        && !"no".equals(handshake.header("allow"))
        && !handshake.url().isEmpty();
  }

  /**
   * A connection whose event loop ends, which Netty's own never does: then it frees what it has.
   */
  private static final class Connection extends EmbeddedChannel {
    private final Promise<Void> end = new DefaultPromise<>(ImmediateEventExecutor.INSTANCE);
    private final EventLoop loop;

    Connection(Ticker ticker) {
      super(builder().ticker(ticker));
      EventLoop endless = super.eventLoop();
      loop =
          (EventLoop)
              Proxy.newProxyInstance(
                  EventLoop.class.getClassLoader(),
                  new Class<?>[] {EventLoop.class},
                  (_, method, arguments) ->
                      method.getName().equals("terminationFuture")
                          ? end
                          : method.invoke(endless, arguments));
    }

    @Override
    public EventLoop eventLoop() {
      // The loop is asked for while this is made.
      return loop == null ? super.eventLoop() : loop;
    }

    void endLoop() {
      end.setSuccess(null);
    }
  }

  /** What stands behind the gate: it has nothing. */
  private static final class Framework extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      boolean isHead = message instanceof HttpRequest;
      ReferenceCountUtil.release(message);
      if (isHead) {
        ctx.writeAndFlush(Exchange.response(404, Unpooled.EMPTY_BUFFER));
      }
    }
  }

  SocketIoServer io() {
    return io;
  }

  /** Puts a second server behind the first. */
  void addNeighbour(String path, Limits limits) {
    SocketIoServer neighbour =
        SocketIoServer.create(
            SocketIoOptions.builder().path(path).limits(limits).mapper(MAPPER).build());
    String framework = channel.pipeline().context(Framework.class).name();
    channel.pipeline().addBefore(framework, null, neighbour.gate());
  }

  /**
   * Sends bytes in pieces.
   *
   * @param cuts makes the pieces' lengths; all at once if it is 0
   */
  void send(byte[] bytes, int cuts) {
    int random = cuts;
    int at = 0;
    while (at < bytes.length && channel.isOpen()) {
      random = random * 1_103_515_245 + 12_345;
      int length = cuts == 0 ? bytes.length : 1 + Math.floorMod(random >> 16, 24);
      int end = Math.min(bytes.length, at + length);
      ByteBuf piece = buffers.directBuffer(end - at).writeBytes(bytes, at, end - at);
      channel.writeInbound(piece);
      at = end;
    }
    channel.runPendingTasks();
  }

  void send(String text) {
    send(text.getBytes(ISO_8859_1), 0);
  }

  /** Time goes by. */
  void pass(Duration time) {
    ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  /** Does something as another thread does, to which the loop comes only after so long. */
  void late(Duration time, Runnable fromElsewhere) {
    Thread other = Thread.ofPlatform().start(fromElsewhere);
    try {
      other.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runPendingTasks();
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** What has come out since this was asked last, a character for each byte. */
  String receivedText() {
    return new String(received(), ISO_8859_1);
  }

  /** What has come out since this was asked last. */
  byte[] received() {
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      byte[] bytes = new byte[part.readableBytes()];
      part.readBytes(bytes);
      part.release();
      out.writeBytes(bytes);
    }
    byte[] all = out.toByteArray();
    out.reset();
    return all;
  }

  /** What was logged, but for the details of other tests' event loops, which end when they like. */
  private String logged() {
    String thread = Thread.currentThread().getName();
    return log.list.stream()
        .filter(
            event ->
                event.getLevel().isGreaterOrEqual(Level.INFO)
                    || event.getThreadName().equals(thread))
        .map(Object::toString)
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    try {
      channel.finishAndReleaseAll();
      channel.checkException();
      assertEquals("", logged());
      assertEquals(0, buffers.metric().usedDirectMemory() + buffers.metric().usedHeapMemory());
    } finally {
      channel.endLoop();
      LOG.detachAppender(log);
      LOG.setAdditive(true);
      LOG.setLevel(null);
    }
  }

  /** The input without its first byte, which says where it is cut. */
  static byte[] content(byte[] data) {
    return data.length == 0 ? data : Arrays.copyOfRange(data, 1, data.length);
  }

  static int cuts(byte[] data) {
    return data.length == 0 ? 0 : data[0];
  }
}
