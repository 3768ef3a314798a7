package dev.verbatim.socketio;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A Socket.IO server on a bare bootstrap with two event loops and a port of its own. */
final class TestServer implements AutoCloseable {
  /** As in production: epoll where there is one. */
  private static final boolean EPOLL = Epoll.isAvailable();

  private final MultiThreadIoEventLoopGroup group;
  private final Channel channel;
  private final SocketIoServer io;
  private final BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();

  TestServer(SocketIoOptions options) {
    this(options, 2, 0);
  }

  TestServer(SocketIoOptions options, int loops, int port) {
    this(options, loops, port, _ -> {});
  }

  /**
   * @param framework adds what stands behind the gate
   */
  TestServer(SocketIoOptions options, int loops, int port, Consumer<ChannelPipeline> framework) {
    this(SocketIoServer.create(options), loops, port, framework);
  }

  private TestServer(SocketIoServer io, int loops, int port, Consumer<ChannelPipeline> framework) {
    this.io = io;
    watch(io.of("/"));
    group =
        new MultiThreadIoEventLoopGroup(
            loops, EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    channel =
        new ServerBootstrap()
            .group(group)
            .channel(EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel child) {
                    child.pipeline().addLast(new HttpServerCodec());
                    child.pipeline().addLast(io.gate());
                    framework.accept(child.pipeline());
                  }
                })
            .bind("127.0.0.1", port)
            .syncUninterruptibly()
            .channel();
  }

  /**
   * A server of Engine.IO alone, which echoes.
   *
   * @param reasons gets the reason of each session's end; safe for all threads
   */
  static TestServer echoing(SocketIoOptions options, Queue<DisconnectReason> reasons) {
    return engine(options, session -> new Echo(session, reasons));
  }

  /** A server of Engine.IO alone. */
  static TestServer engine(SocketIoOptions options, Session.Listener.Factory listeners) {
    return new TestServer(SocketIoServer.create(options, listeners), 2, 0, _ -> {});
  }

  /** Has {@link #nextSocket} tell of a namespace's sockets, as it does of the main one's. */
  void watch(Namespace namespace) {
    namespace.onConnection(connected::add);
  }

  /** The next socket that was let in. */
  Socket nextSocket() {
    try {
      Socket socket = connected.poll(60, TimeUnit.SECONDS);
      if (socket == null) {
        throw new AssertionError("nobody has come");
      }
      return socket;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for all that was handed to the event loops before, for its flush, and what follows. */
  void settle() {
    for (EngineLoop loop : io.loops()) {
      // The flush that the earlier tasks ask for is due by then, and comes first.
      loop.submit(_ -> {}).join();
      CompletableFuture<Void> iteration = new CompletableFuture<>();
      ((SingleThreadEventLoop) loop.eventLoop())
          .executeAfterEventLoopIteration(() -> iteration.complete(null));
      iteration.join();
      loop.submit(_ -> {}).join();
    }
  }

  SocketIoServer io() {
    return io;
  }

  int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  URI http(String pathAndQuery) {
    return URI.create("http://127.0.0.1:" + port() + pathAndQuery);
  }

  URI webSocket(String pathAndQuery) {
    return URI.create("ws://127.0.0.1:" + port() + pathAndQuery);
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
