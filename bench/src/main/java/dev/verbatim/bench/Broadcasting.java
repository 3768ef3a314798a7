package dev.verbatim.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Namespace;
import dev.verbatim.socketio.SocketIoOptions;
import dev.verbatim.socketio.SocketIoServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A broadcast from its frame to each member's WebSocket, on one event loop, as far as the channel:
 * what is written is thrown away there, so no system call is in it. With one member it is what
 * encoding costs, with 500 what a delivery does.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class Broadcasting {
  /** Broadcasts in an operation, so that waking the event loop counts for little. */
  private static final int BROADCASTS = 16;

  private static final byte[] CONNECT = {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, '4', '0'};

  /** Sockets in the namespace. */
  @Param({"1", "500"})
  public int members;

  /** Bytes of the event's argument. */
  @Param({"400", "4000"})
  public int bytes;

  /** Whether the members have agreed to compression, which begins at 1,024 bytes. */
  @Param({"false", "true"})
  public boolean deflate;

  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
  private final MultiThreadIoEventLoopGroup clients =
      new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
  private final SocketIoServer io =
      SocketIoServer.create(SocketIoOptions.builder().perMessageDeflate(true).build());
  private final Namespace main = io.of("/");
  private byte[] argument = {};

  /** Throws away what is written once it is told to. */
  private static final class Sink extends ChannelOutboundHandlerAdapter {
    private volatile boolean open;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      if (open) {
        ReferenceCountUtil.release(message);
        promise.trySuccess();
      } else {
        ctx.write(message, promise);
      }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
      if (!open) {
        ctx.flush();
      }
    }
  }

  /** Connects the members. */
  @Setup(Level.Trial)
  public void connect() throws InterruptedException {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; json.length() < bytes - 1; i++) {
      json.append("word ").append(i * 7919 % 1000).append(' ');
    }
    json.setLength(bytes - 1);
    argument = json.append('"').toString().getBytes(UTF_8);
    CountDownLatch connected = new CountDownLatch(members);
    main.onConnection(_ -> connected.countDown());
    Sink[] sinks = new Sink[members];
    int[] next = {0};
    Channel server =
        new ServerBootstrap()
            .group(loop)
            .channel(LocalServerChannel.class)
            .childHandler(
                new ChannelInitializer<LocalChannel>() {
                  @Override
                  protected void initChannel(LocalChannel child) {
                    Sink sink = new Sink();
                    sinks[next[0]++] = sink;
                    child.pipeline().addLast(sink, new HttpServerCodec(), io.gate());
                  }
                })
            .bind(LocalAddress.ANY)
            .sync()
            .channel();
    for (int i = 0; i < members; i++) {
      Channel client =
          new Bootstrap()
              .group(clients)
              .channel(LocalChannel.class)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(server.localAddress())
              .sync()
              .channel();
      client.write(Unpooled.copiedBuffer(handshake(), US_ASCII));
      client.writeAndFlush(Unpooled.wrappedBuffer(CONNECT));
    }
    connected.await();
    loop.submit(() -> {}).sync();
    for (Sink sink : sinks) {
      sink.open = true;
    }
  }

  private String handshake() {
    return "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n"
        + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + (deflate ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "")
        + "\r\n";
  }

  /** Ends the event loops. */
  @TearDown(Level.Trial)
  public void end() throws InterruptedException {
    loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
    clients.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
  }

  /** Encodes an event and hands it to every member; the time is that of one broadcast. */
  @Benchmark
  @OperationsPerInvocation(BROADCASTS)
  public void broadcast() throws InterruptedException {
    for (int i = 0; i < BROADCASTS; i++) {
      main.local().send(Frame.event(main, "new_message", argument));
    }
    loop.submit(() -> {}).sync();
  }
}
