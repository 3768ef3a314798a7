package dev.verbatim.socketio;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one socket's handlers one after another on virtual threads; filled by the socket's event
 * loop alone. Its bound is {@link Limits#eventsWaitingMax}: beyond that its source pauses until
 * half are done.
 */
final class SerialQueue {
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

  /** The tasks that wait or run. A thread is at work while there are any. */
  private final AtomicInteger waiting = new AtomicInteger();

  /** Whether the source pauses on account of this queue; the event loop's. */
  private boolean full;

  SerialQueue(EngineLoop loop, Source source, int waitingMax) {
    this.loop = loop;
    this.source = source;
    this.waitingMax = waitingMax;
  }

  /** Runs a task after all earlier ones. The task catches what handlers throw. */
  void execute(Runnable task) {
    assert loop.inEventLoop();
    tasks.add(task);
    int count = waiting.incrementAndGet();
    if (count == 1) {
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
      Runnable task = tasks.poll();
      if (task != null) {
        run(task);
      }
      left = waiting.decrementAndGet();
      if (left == waitingMax / 2) {
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
