package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.verbatim.server.faults.RecordedFaults;
import dev.verbatim.server.settings.Supervisor;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a service manager hears on its socket. */
@EnabledOnOs(OS.LINUX)
final class ServiceNoticeTest {
  private static final long SECONDS_MAX = 60;

  @RegisterExtension final RecordedFaults faults = new RecordedFaults();

  private final MultiThreadIoEventLoopGroup thread =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  // Behind a short path: a socket's has 108 bytes at the most.
  private final Path socket = Path.of("/tmp/verbatim-notice-" + ProcessHandle.current().pid());

  @AfterEach
  void end() throws Exception {
    thread.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    boolean _ = Files.deleteIfExists(socket);
  }

  @Test
  void tellsThatItIsReadyAndThatItStops() throws Exception {
    listen(socket.toString());
    try (ServiceNotice notice = notice(Map.of("NOTIFY_SOCKET", socket.toString()))) {
      notice.ready(() -> true);
      assertEquals("READY=1", next());
      notice.stopping(Duration.ofSeconds(10));
      assertEquals("STOPPING=1\nEXTEND_TIMEOUT_USEC=10000000", next());
    }
  }

  @Test
  void tellsForALittleLongerThanAStopMayTake() throws Exception {
    listen(socket.toString());
    try (ServiceNotice notice = notice(Map.of("NOTIFY_SOCKET", socket.toString()))) {
      Shutdown shutdown = new Shutdown(new StopTimes(Duration.ofSeconds(10)), notice, () -> {});
      shutdown.onStarted(() -> {});
      assertEquals(OptionalInt.of(0), shutdown.end());
      assertEquals("STOPPING=1\nEXTEND_TIMEOUT_USEC=10500000", next());
    }
  }

  @Test
  void tellsASocketWithoutAFile() throws Exception {
    String name = "verbatim-notice-" + ProcessHandle.current().pid();
    listen('\0' + name);
    try (ServiceNotice notice = notice(Map.of("NOTIFY_SOCKET", "@" + name))) {
      notice.ready(() -> true);
      assertEquals("READY=1", next());
    }
  }

  @Test
  void tellsThatItIsWellAsLongAsItIs() throws Exception {
    listen(socket.toString());
    Semaphore well = new Semaphore(2);
    Semaphore looks = new Semaphore(0);
    Map<String, String> environment =
        Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", "40000");
    try (ServiceNotice notice = notice(environment)) {
      notice.ready(
          () -> {
            looks.release();
            return well.tryAcquire();
          });
      assertEquals("READY=1", next());
      assertEquals("WATCHDOG=1", next());
      assertEquals("WATCHDOG=1", next());
      // It is looked at three times more, and nothing is said.
      looks.acquire(5);
      assertNull(heard.poll());
      well.release();
      assertEquals("WATCHDOG=1", next());
    }
  }

  @Test
  void goesOnLookingThoughALookFails() throws Exception {
    listen(socket.toString());
    AtomicInteger looks = new AtomicInteger();
    Map<String, String> environment =
        Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", "40000");
    try (ServiceNotice notice = notice(environment)) {
      notice.ready(
          () -> {
            if (looks.incrementAndGet() == 1) {
              throw new AssertionError("This look is broken");
            }
            return true;
          });
      assertEquals("READY=1", next());
      assertEquals("WATCHDOG=1", next());
      assertEquals(1, faults.of("looking how the service does").size());
    }
  }

  @Test
  void isNotThereWithoutAServiceManager() {
    assertNull(Supervisor.of(Map.of()));
    assertNull(Supervisor.of(Map.of("NOTIFY_SOCKET", "", "WATCHDOG_USEC", "30000000")));
    assertNull(ServiceNotice.to(null));
  }

  private String next() throws InterruptedException {
    return String.valueOf(heard.poll(SECONDS_MAX, TimeUnit.SECONDS));
  }

  private static ServiceNotice notice(Map<String, String> environment) {
    @Nullable ServiceNotice notice = ServiceNotice.to(Supervisor.of(environment));
    assertNotNull(notice);
    return notice;
  }

  private void listen(String address) throws InterruptedException {
    var _ =
        new Bootstrap()
            .group(thread)
            .channel(EpollDomainDatagramChannel.class)
            .handler(
                new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                  @Override
                  protected void channelRead0(
                      ChannelHandlerContext context, DomainDatagramPacket packet) {
                    heard.add(packet.content().toString(StandardCharsets.US_ASCII));
                  }
                })
            .bind(new DomainSocketAddress(address))
            .sync();
  }
}
