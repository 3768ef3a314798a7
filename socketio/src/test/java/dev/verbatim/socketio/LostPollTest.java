package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A poll whose connection is lost in the middle of a broadcast, on a server with one loop. */
@Timeout(180)
final class LostPollTest {
  private final BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();
  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
  private final TestServer server =
      new TestServer(
          SocketIoOptions.builder().limits(Limits.builder().queuedBytesMax(1_000).build()).build(),
          1,
          0,
          pipeline -> channels.add(pipeline.channel()));
  private final Namespace main = server.io().of("/");

  @BeforeEach
  void listen() {
    main.onDisconnect((_, reason) -> reasons.add(reason));
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** Connects and leaves a poll waiting. */
  private static void poll(RawClient client) throws IOException {
    String session = client.connectPolling();
    client.send(RawClient.get(session));
  }

  @Test
  void keepsNothingFromTheOthers() throws IOException, InterruptedException {
    try (RawClient polling = new RawClient(server)) {
      poll(polling);
      Channel channel = channels.take();
      try (WebSocketClient first = WebSocketClient.connect(server);
          WebSocketClient last = WebSocketClient.connect(server)) {
        String text = "x".repeat(2_000);
        Frame frame = Frame.event(main, "x", text);
        channel
            .eventLoop()
            .submit(
                () -> {
                  channel.close();
                  main.local().send(frame);
                })
            .syncUninterruptibly();
        first.expectPrefix("42[\"x\",\"" + text);
        last.expectPrefix("42[\"x\",\"" + text);
        assertNotNull(reasons.poll(60, TimeUnit.SECONDS));
      }
    }
  }
}
