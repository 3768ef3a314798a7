package dev.verbatim.socketio;

import java.util.function.Supplier;

/**
 * What waits for all clients of a server together, against {@link Limits#queuedBytesTotalMax}. Safe
 * for all threads: each loop counts its own part, and who finds that they are too much together
 * asks the loop that has the most.
 */
final class TotalBacklog {
  private final long bytesMax;
  private final Supplier<EngineLoop[]> loops;

  TotalBacklog(long bytesMax, Supplier<EngineLoop[]> loops) {
    this.bytesMax = bytesMax;
    this.loops = loops;
  }

  /** The memory of what waits. */
  long bytes() {
    long sum = 0;
    for (EngineLoop loop : loops.get()) {
      sum += loop.backlog().bytes();
    }
    return sum;
  }

  boolean isExceeded() {
    return bytes() > bytesMax;
  }

  /** Whether it is still worth closing somebody: an eighth becomes free, or it would not end. */
  boolean isRelieving() {
    return bytes() > bytesMax - bytesMax / 8;
  }

  /**
   * Has the loop with the most relieved if there is too much.
   *
   * @return the memory of what waits
   */
  long check() {
    long sum = 0;
    long mostBytes = 0;
    LoopBacklog most = null;
    for (EngineLoop loop : loops.get()) {
      long bytes = loop.backlog().bytes();
      sum += bytes;
      if (bytes > mostBytes) {
        mostBytes = bytes;
        most = loop.backlog();
      }
    }
    if (sum > bytesMax && most != null) {
      most.relieveSoon();
    }
    return sum;
  }
}
