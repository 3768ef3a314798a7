package dev.verbatim.socketio;

import io.netty.channel.SingleThreadEventLoop;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a loop flushes. */
@Timeout(120)
final class EngineLoopTest {
  private static final int TASKS_WAITING = 10_000;

  private final TestServer server = new TestServer(SocketIoOptions.builder().build());

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void flushesThoughAnIterationGoesOnForTasksOfOtherThreads() throws Exception {
    try (RawClient client = RawClient.webSocket(server)) {
      client.send(RawClient.frame(0x81, "40"));
      client.readFrame();
      Socket socket = server.nextSocket();
      EngineLoop loop = socket.session().loop();
      // That the loop runs out of tasks, and so ends an iteration early, is up to the machine.
      while (!isFlushedWithinAnIteration(client, socket, loop)) {
        server.settle();
      }
    }
  }

  private static boolean isFlushedWithinAnIteration(
      RawClient client, Socket socket, EngineLoop loop) throws IOException, InterruptedException {
    AtomicBoolean iterationHasEnded = new AtomicBoolean();
    AtomicBoolean received = new AtomicBoolean();
    AtomicInteger waiting = new AtomicInteger();
    Thread others =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!received.get()) {
                    if (waiting.get() < TASKS_WAITING) {
                      waiting.incrementAndGet();
                      loop.run(waiting::decrementAndGet);
                    }
                  }
                });
    while (waiting.get() < TASKS_WAITING / 2) {
      Thread.onSpinWait();
    }
    SingleThreadEventLoop eventLoop = (SingleThreadEventLoop) loop.eventLoop();
    loop.run(
        () -> {
          eventLoop.executeAfterEventLoopIteration(() -> iterationHasEnded.set(true));
          socket.emit("x");
        });
    client.readFrame();
    boolean ended = iterationHasEnded.get();
    received.set(true);
    others.join();
    return !ended;
  }
}
