package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.blocking.LoopWatch;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That all the other tests are watched. */
@Timeout(60)
final class LoopWatchTest {
  @Test
  void catchesAHandlerThatSleepsOnTheLoop() {
    sleepAndAnswer(Dispatch.EVENT_LOOP);
    List<LoopWatch.Blocked> found = LoopWatch.takeFound();
    assertEquals(1, found.size());
    assertTrue(
        Arrays.stream(found.getFirst().getStackTrace())
            .anyMatch(frame -> frame.getClassName().equals(LoopWatchTest.class.getName())));
  }

  @Test
  void letsAHandlerSleepOnAVirtualThread() {
    sleepAndAnswer(Dispatch.VIRTUAL_THREADS);
    assertEquals(List.of(), LoopWatch.takeFound());
  }

  private static void sleepAndAnswer(Dispatch where) {
    try (TestServer server = new TestServer(SocketIoOptions.defaults())) {
      server
          .io()
          .of("/")
          .dispatch(where)
          .on(
              "sleep",
              (_, event) -> {
                Thread.sleep(1);
                event.ack().send();
              });
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        client.send("421[\"sleep\"]");
        assertEquals("431[]", client.nextText());
      }
    }
  }

  @Test
  void catchesWaitingForAnotherThread() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    assertBlocks(() -> never.await(10, TimeUnit.MILLISECONDS));
  }

  @Test
  void catchesReadingAFile(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "text");
    assertBlocks(() -> Files.readString(file));
    assertBlocks(
        () -> {
          try (InputStream in = new FileInputStream(file.toFile())) {
            return in.read();
          }
        });
  }

  private static void assertBlocks(Callable<?> task) throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      group.submit(task).get(60, TimeUnit.SECONDS);
    } finally {
      group.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
    }
    assertFalse(LoopWatch.takeFound().isEmpty());
  }
}
