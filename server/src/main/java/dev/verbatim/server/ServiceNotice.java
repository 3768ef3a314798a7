package dev.verbatim.server;

import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.settings.Supervisor;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the service does: that it is ready, that it stops, and, as long as all that
 * must go on does, that it is well. For any thread; what it does is confined to a thread of its
 * own, so that nothing that it watches can keep it from watching, and nobody waits where systemd
 * does not read.
 *
 * <p>The protocol is that of sd_notify(3): lines in a datagram, to a Unix socket.
 */
final class ServiceNotice implements AutoCloseable {
  /**
   * How often within the watchdog's time it is told: whatever stands for less than three is well.
   */
  private static final int TIMES = 4;

  private static final Logger log = LoggerFactory.getLogger(ServiceNotice.class);

  private final @Nullable Duration watchdog;
  private final MultiThreadIoEventLoopGroup thread;
  private final Channel channel;

  private ServiceNotice(Supervisor supervisor) {
    String name = supervisor.address();
    watchdog = supervisor.watchdog();
    // In the abstract namespace a name begins with NUL, for which systemd writes @.
    var address = new DomainSocketAddress(name.startsWith("@") ? '\0' + name.substring(1) : name);
    thread =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("service-notice", /* daemon= */ true),
            EpollIoHandler.newFactory());
    channel = new EpollDomainDatagramChannel();
    channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
    thread.register(channel).syncUninterruptibly();
    channel.connect(address).addListener(connected -> warnUnless(connected, "anything"));
  }

  /** For this one; null if there is none, or it cannot be told, of which the log warns. */
  static @Nullable ServiceNotice to(@Nullable Supervisor supervisor) {
    if (supervisor == null) {
      return null;
    }
    if (!Epoll.isAvailable()) {
      log.warn("The service manager is told nothing: there is no epoll here");
      return null;
    }
    return new ServiceNotice(supervisor);
  }

  /**
   * The service is ready, and well as long as it is seen to be.
   *
   * @param isWell called once at a time, on the thread of the notice
   */
  void ready(BooleanSupplier isWell) {
    send("READY=1");
    if (watchdog != null) {
      long interval = Math.max(1, watchdog.toMillis() / TIMES);
      var _ = thread.scheduleAtFixedRate(() -> look(isWell), 0, interval, TimeUnit.MILLISECONDS);
    }
  }

  /** What cannot be looked at is not well; and a task that throws would be done no more. */
  private void look(BooleanSupplier isWell) {
    try {
      if (isWell.getAsBoolean()) {
        send("WATCHDOG=1");
      }
    } catch (RuntimeException | Error fault) {
      var _ = Faults.record(Faults.Owner.BACKGROUND, "looking how the service does", fault);
    }
  }

  /** The service is about to end, within this time. */
  void stopping(Duration within) {
    // However long it may take by the settings: the manager's own limit is for one that is stuck.
    send("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + within.toMillis() * 1000);
  }

  private void send(String lines) {
    channel
        .writeAndFlush(ByteBufUtil.writeAscii(channel.alloc(), lines))
        .addListener(done -> warnUnless(done, lines.lines().findFirst().orElse("")));
  }

  private static void warnUnless(Future<?> done, String what) {
    if (!done.isSuccess()) {
      log.warn("The service manager cannot be told {}: {}", what, Reason.of(done.cause()));
    }
  }

  /** Tells nothing more. */
  @Override
  public void close() {
    var _ = thread.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
  }
}
