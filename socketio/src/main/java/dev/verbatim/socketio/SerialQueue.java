package dev.verbatim.socketio;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one socket's handlers one after another on virtual threads; filled by the socket's event
 * loop alone. Its bound is {@link Limits#eventsWaitingMax}, where a task that holds much counts
 * more than once: beyond that its source pauses until half is done.
 */
final class SerialQueue {
  /** 256 waiting tasks then hold no more than 4 MiB and one message or polling payload. */
  private static final int HEAVY_BYTES = 16 * 1024;

  private static final Logger log = LoggerFactory.getLogger(SerialQueue.class);

  /** What brings the events. Called on the event loop. */
  interface Source {
    /** Brings nothing more, until it is resumed as often. */
    void pause();

    /** Takes one pause back. */
    void resume();
  }

  private final EngineLoop loop;
  private final Source source;
  private final int waitingMax;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** What the tasks that wait or run count together. A thread is at work while there are any. */
  private final AtomicInteger waiting = new AtomicInteger();

  /** Whether the source pauses on account of this queue; the event loop's. */
  private boolean full;

  SerialQueue(EngineLoop loop, Source source, int waitingMax) {
    this.loop = loop;
    this.source = source;
    this.waitingMax = waitingMax;
  }

  /** A task that holds much. */
  private record Heavy(Runnable task, int weight) implements Runnable {
    @Override
    public void run() {
      task.run();
    }
  }

  /** Runs a task after all earlier ones. The task catches what handlers throw. */
  void execute(Runnable task) {
    execute(task, 0);
  }

  /**
   * The same for a task that holds some bytes until it is done; it counts once more for each {@link
   * #HEAVY_BYTES} of them.
   */
  void execute(Runnable task, long bytes) {
    assert loop.inEventLoop();
    int weight = 1 + Math.toIntExact(bytes / HEAVY_BYTES);
    tasks.add(weight == 1 ? task : new Heavy(task, weight));
    int count = waiting.addAndGet(weight);
    if (count == weight) {
      Thread.startVirtualThread(this::runAll);
    }
    if (count > waitingMax && !full) {
      full = true;
      source.pause();
      // It may have emptied in between; then nobody else would resume.
      onProgress();
    }
  }

  private void runAll() {
    int left;
    do {
      Runnable task = Objects.requireNonNull(tasks.poll());
      run(task);
      int weight = task instanceof Heavy heavy ? heavy.weight : 1;
      left = waiting.addAndGet(-weight);
      if (left <= waitingMax / 2 && left + weight > waitingMax / 2) {
        loop.run(this::onProgress);
      }
    } while (left > 0);
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      // The queue goes on whatever one handler did.
      log.error("handler failed", e);
    }
  }

  private void onProgress() {
    if (full && waiting.get() <= waitingMax / 2) {
      full = false;
      source.resume();
    }
  }
}
