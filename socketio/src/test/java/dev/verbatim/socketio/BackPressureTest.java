package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.get;
import static dev.verbatim.socketio.RawClient.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that send and never read: what waits for them in memory has a bound. */
@Timeout(120)
final class BackPressureTest {
  private static final int FILE_BYTES = 1_000_000;
  private static final int QUEUED_BYTES_MAX = 1 << 18;
  private static final String GET_FILE = get("/socket.io/socket.io.js.map");

  private final AtomicLong pendingBytesMax = new AtomicLong();
  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
  private final TestServer server =
      new TestServer(
          SocketIoOptions.builder()
              .limits(Limits.builder().queuedBytesMax(QUEUED_BYTES_MAX).build())
              .clientFiles(_ -> "x".repeat(FILE_BYTES).getBytes(UTF_8))
              .build(),
          2,
          0,
          this::watch);

  private void watch(ChannelPipeline pipeline) {
    // Then the system does not take in megabytes before anything waits here.
    pipeline.channel().config().setOption(ChannelOption.SO_SNDBUF, 16 * 1024);
    pipeline.channel().config().setOption(ChannelOption.SO_RCVBUF, 16 * 1024);
    pipeline.addFirst(
        new ChannelOutboundHandlerAdapter() {
          @Override
          public void flush(ChannelHandlerContext ctx) {
            ctx.flush();
            ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
            if (buffer != null) {
              pendingBytesMax.accumulateAndGet(buffer.totalPendingWriteBytes(), Math::max);
            }
          }
        });
  }

  @BeforeEach
  void listen() {
    server.io().of("/").onDisconnect((_, reason) -> reasons.add(reason));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void cutsWhoPipelinesMoreThanMayWait() throws IOException {
    try (RawClient client = RawClient.slow(server)) {
      assertThrows(
          IOException.class,
          () -> {
            client.send(GET_FILE.repeat(10_000));
            for (int i = 0; i < 10_000; i++) {
              client.readAnswer(200);
            }
          });
    }
    assertTrue(pendingBytesMax.get() < 2 * FILE_BYTES, "pending: " + pendingBytesMax);
  }

  @Test
  void readsNothingFromWhoDoesNotReadItsAnswers() throws IOException {
    try (RawClient client = RawClient.slow(server)) {
      // Few enough to wait all at once; the later ones are read when the first have been.
      for (int round = 0; round < 3; round++) {
        client.send(GET_FILE.repeat(10));
        for (int i = 0; i < 10; i++) {
          assertEquals(FILE_BYTES, client.readAnswer(200).length());
        }
      }
    }
    assertTrue(pendingBytesMax.get() < 2 * FILE_BYTES, "pending: " + pendingBytesMax);
  }

  @Test
  void endsSessionWhosePollsAreNotRead() throws IOException, InterruptedException {
    Namespace main = server.io().of("/");
    try (RawClient client = RawClient.slow(server)) {
      String session = client.connectPolling();
      Frame frame = Frame.event(main, "x", ("\"" + "x".repeat(100_000) + "\"").getBytes(UTF_8));
      for (int i = 0; i < 10; i++) {
        client.send(get(session));
      }
      while (reasons.isEmpty()) {
        main.local().send(frame);
        main.local().fetchSockets().toCompletableFuture().join();
      }
      assertEquals(DisconnectReason.SLOW_READER, reason());
    }
    assertTrue(pendingBytesMax.get() < 2 * QUEUED_BYTES_MAX, "pending: " + pendingBytesMax);
  }

  @Test
  void endsSessionWhosePollIsLostHalfway() throws IOException, InterruptedException {
    Namespace main = server.io().of("/");
    try (RawClient client = RawClient.slow(server)) {
      String session = client.connectPolling();
      byte[] text = ("\"" + "x".repeat(200_000) + "\"").getBytes(UTF_8);
      main.local().send(Frame.event(main, "x", text));
      client.send(get(session));
      client.readHead();
    }
    assertEquals(DisconnectReason.TRANSPORT_ERROR, reason());
  }

  private DisconnectReason reason() throws InterruptedException {
    DisconnectReason reason = reasons.poll(30, TimeUnit.SECONDS);
    assertNotNull(reason);
    return reason;
  }

  @Test
  void cutsWhoClosesAndDoesNotRead() throws IOException, InterruptedException {
    BlockingQueue<Boolean> ends = new LinkedBlockingQueue<>();
    SocketIoOptions options =
        SocketIoOptions.builder()
            .limits(Limits.builder().closeTimeout(Duration.ofMillis(50)).build())
            .build();
    Consumer<ChannelPipeline> watch =
        pipeline -> {
          watch(pipeline);
          pipeline.channel().closeFuture().addListener(_ -> ends.add(true));
        };
    try (TestServer other = new TestServer(options, 2, 0, watch);
        RawClient client = RawClient.slow(other)) {
      Namespace main = other.io().of("/");
      client.send(RawClient.upgrade(""));
      client.readHead();
      client.readFrame();
      client.send(RawClient.frame(0x81, "40"));
      client.readFrame();
      main.local().send(Frame.event(main, "x", "x".repeat(FILE_BYTES)));
      main.local().fetchSockets().toCompletableFuture().join();
      client.send(RawClient.frame(0x88, ""));
      assertNotNull(ends.poll(60, TimeUnit.SECONDS));
    }
  }

  @Test
  void answersTheLatestPingsOnly() throws IOException {
    int pings = 20_000;
    try (RawClient client = RawClient.slowWebSocket(server)) {
      for (int sent = 0; sent < pings; ) {
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        for (int end = sent + 1_000; sent < end; sent++) {
          batch.writeBytes(RawClient.frame(0x89, "%0125d".formatted(sent)));
        }
        client.send(batch.toByteArray());
      }
      int pongs = 0;
      String last = "%0125d".formatted(pings - 1);
      do {
        pongs++;
      } while (!client.readFrame().equals(last));
      assertTrue(pongs < pings, "pongs: " + pongs);
    }
    assertTrue(pendingBytesMax.get() < 8_000, "pending: " + pendingBytesMax);
  }

  @Test
  void cutsProbesThatDoNotReadTheirPongs() throws IOException {
    try (RawClient polling = new RawClient(server);
        RawClient probe = RawClient.slow(server)) {
      String session = polling.openPolling();
      probe.send(RawClient.upgrade(session.substring(RawClient.POLLING.length())));
      probe.readHead();
      ByteArrayOutputStream batch = new ByteArrayOutputStream();
      for (int i = 0; i < 1_000; i++) {
        batch.writeBytes(RawClient.frame(0x81, "2probe"));
      }
      assertThrows(
          IOException.class,
          () -> {
            while (true) {
              probe.send(batch.toByteArray());
            }
          });
      polling.send(post(session, "40"));
      assertEquals("ok", polling.readAnswer(200));
    }
    assertTrue(pendingBytesMax.get() <= QUEUED_BYTES_MAX + 1_000, "pending: " + pendingBytesMax);
  }
}
