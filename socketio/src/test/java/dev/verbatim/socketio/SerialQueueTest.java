package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A queue of four that wait, on a real event loop. */
@Timeout(180)
final class SerialQueueTest {
  private final DefaultEventLoop eventLoop = new DefaultEventLoop();
  private final EngineLoop loop =
      new EngineLoop(
          eventLoop,
          TimeUnit.MILLISECONDS.toNanos(1),
          new TotalBacklog(1, () -> new EngineLoop[0]));
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final SerialQueue queue =
      new SerialQueue(
          loop,
          new SerialQueue.Source() {
            @Override
            public void pause() {
              assertTrue(loop.inEventLoop());
              said.add("pause");
            }

            @Override
            public void resume() {
              assertTrue(loop.inEventLoop());
              said.add("resume");
            }
          },
          4);

  @AfterEach
  void endLoop() {
    eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private void execute(Runnable task) {
    eventLoop.submit(() -> queue.execute(task)).syncUninterruptibly();
  }

  private String next() throws InterruptedException {
    String next = said.poll(30, TimeUnit.SECONDS);
    assertTrue(next != null, "nothing was said");
    return next;
  }

  @Test
  void runsTasksOneAfterAnotherInTheirOrder() throws InterruptedException {
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    Semaphore atWork = new Semaphore(1);
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      execute(
          () -> {
            assertTrue(atWork.tryAcquire(), "two at once");
            order.add(number);
            atWork.release();
          });
    }
    execute(() -> said.add("done"));
    for (String word = next(); !word.equals("done"); word = next()) {
      assertTrue(word.equals("pause") || word.equals("resume"), word);
    }
    assertEquals(IntStream.range(0, 1_000).boxed().toList(), order);
  }

  @Test
  void pausesTheSourceUntilHalfAreDone() throws InterruptedException {
    Semaphore go = new Semaphore(0);
    for (int i = 0; i < 4; i++) {
      execute(go::acquireUninterruptibly);
    }
    assertTrue(said.isEmpty());
    execute(() -> said.add("last"));
    assertEquals("pause", next());
    go.release(2);
    // Of five that wait or run, three are left.
    assertTrue(said.isEmpty());
    go.release();
    assertEquals("resume", next());
    go.release();
    assertEquals("last", next());
  }

  @Test
  void countsATaskThatHoldsMuchMoreThanOnce() throws InterruptedException {
    Semaphore go = new Semaphore(0);
    execute(go::acquireUninterruptibly);
    eventLoop
        .submit(() -> queue.execute(() -> said.add("heavy"), 4 * 16 * 1024))
        .syncUninterruptibly();
    assertEquals("pause", next());
    go.release();
    assertEquals("heavy", next());
    assertEquals("resume", next());
  }

  @Test
  void goesOnAfterAnError() throws InterruptedException {
    execute(
        () -> {
          throw new StackOverflowError("on purpose");
        });
    execute(() -> said.add("next"));
    assertEquals("next", next());
  }
}
