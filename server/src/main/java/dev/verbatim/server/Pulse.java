package dev.verbatim.server;

import dev.verbatim.chat.Writer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Confined to one thread: whether all goes on without which nobody is served, each event loop, the
 * timers and the store's writer. A store that is away is none of it: the server waits for it, and
 * is right to.
 */
final class Pulse {
  private final List<? extends Executor> threads;
  private final Supplier<Writer.Progress> writer;
  private AtomicInteger unanswered = new AtomicInteger();
  private long turns = -1;

  /**
   * @param threads each of them runs what it is given, one after the other
   */
  Pulse(List<? extends Executor> threads, Supplier<Writer.Progress> writer) {
    this.threads = List.copyOf(threads);
    this.writer = writer;
  }

  /**
   * Whether every thread has done what it was given at the last beat, and the writer waits or has
   * begun a turn since. If so this is a beat, and the threads are asked again; the first call
   * always is one.
   */
  boolean beats() {
    Writer.Progress progress = writer.get();
    if (unanswered.get() > 0 || (!progress.isWaiting() && progress.turns() == turns)) {
      return false;
    }
    turns = progress.turns();
    // Their own count, for no late answer to an earlier question is one to this.
    AtomicInteger asked = new AtomicInteger(threads.size());
    unanswered = asked;
    for (Executor thread : threads) {
      thread.execute(asked::decrementAndGet);
    }
    return true;
  }
}
