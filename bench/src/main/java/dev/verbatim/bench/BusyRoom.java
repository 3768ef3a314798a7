package dev.verbatim.bench;

import dev.verbatim.socketio.Counters;
import dev.verbatim.socketio.DisconnectReason;
import dev.verbatim.socketio.Dispatch;
import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Limits;
import dev.verbatim.socketio.Namespace;
import dev.verbatim.socketio.SocketIoOptions;
import dev.verbatim.socketio.SocketIoServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that {@link StoppedReaders} measures: a server with one room in which everybody is,
 * and into which a frame of some 430 bytes goes so many times a second.
 *
 * <p>It prints its port. For each line that it reads then it prints its {@link Memory}, until its
 * input ends, which ends it.
 */
final class BusyRoom {
  /**
   * Small, so that what a stopped reader does not take waits in the server and not in the system.
   */
  private static final int SYSTEM_BUFFER_BYTES = 16 * 1024;

  private static final String TEXT = "x".repeat(380);

  private BusyRoom() {}

  /**
   * What the process uses.
   *
   * @param heapBytes objects that are reachable, and little else
   * @param nativeBytes buffers, whole chunks of the allocator
   * @param residentBytes of the process, highest ever
   * @param boundBytes {@link Limits#queuedBytesTotalMax}
   * @param waitingBytes what waits for readers, as the server counts it
   * @param waitingBytesHighest the most that ever waited
   * @param slowClosed sessions that were closed for reading too slowly
   */
  record Memory(
      long heapBytes,
      long nativeBytes,
      long residentBytes,
      long boundBytes,
      long waitingBytes,
      long waitingBytesHighest,
      long slowClosed) {
    static Memory parse(String line) {
      String[] parts = line.split(" ");
      return new Memory(
          Long.parseLong(parts[0]),
          Long.parseLong(parts[1]),
          Long.parseLong(parts[2]),
          Long.parseLong(parts[3]),
          Long.parseLong(parts[4]),
          Long.parseLong(parts[5]),
          Long.parseLong(parts[6]));
    }

    String line() {
      return String.format(
          Locale.ROOT,
          "%d %d %d %d %d %d %d",
          heapBytes,
          nativeBytes,
          residentBytes,
          boundBytes,
          waitingBytes,
          waitingBytesHighest,
          slowClosed);
    }
  }

  /**
   * Serves.
   *
   * @param args how many frames a second
   */
  public static void main(String[] args) throws IOException {
    int framesPerSecond = Integer.parseInt(args[0]);
    SocketIoServer io =
        SocketIoServer.create(SocketIoOptions.builder().pingInterval(Duration.ofHours(1)).build());
    Namespace main = io.of("/");
    main.dispatch(Dispatch.EVENT_LOOP);
    Channel channel = listen(io);
    PrintStream out = System.out;
    out.println(((InetSocketAddress) channel.localAddress()).getPort());
    Thread.ofPlatform().daemon().start(() -> speak(main, framesPerSecond));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      out.println(measure(io).line());
    }
    System.exit(0);
  }

  private static Channel listen(SocketIoServer io) {
    boolean epoll = Epoll.isAvailable();
    return new ServerBootstrap()
        .group(
            new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()))
        .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, 1024)
        .childOption(ChannelOption.SO_SNDBUF, SYSTEM_BUFFER_BYTES)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel child) {
                child.pipeline().addLast(new HttpServerCodec());
                child.pipeline().addLast(io.gate());
              }
            })
        .bind("127.0.0.1", 0)
        .syncUninterruptibly()
        .channel();
  }

  private static void speak(Namespace main, int framesPerSecond) {
    long stepNanos = 1_000_000_000L / framesPerSecond;
    for (long next = System.nanoTime(); ; next += stepNanos) {
      while (next - System.nanoTime() > 0) {
        LockSupport.parkNanos(next - System.nanoTime());
      }
      // The clock is the machine's: the readers' process has the same.
      String json = "{\"t\":" + System.nanoTime() + ",\"text\":\"" + TEXT + "\"}";
      main.local().send(Frame.event(main, "m", json.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static Memory measure(SocketIoServer io) throws IOException {
    System.gc();
    Counters counters = io.counters();
    return new Memory(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory(),
        residentBytesHighest(),
        Limits.DEFAULT.queuedBytesTotalMax(),
        counters.backlog().bytes(),
        counters.backlog().bytesHighest(),
        counters.closed().getOrDefault(DisconnectReason.SLOW_READER, 0L));
  }

  private static long residentBytesHighest() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }
}
