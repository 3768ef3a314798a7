package dev.verbatim.chat;

import java.time.Duration;

/** What waits for a writer whom a test holds up. */
public final class WriterQueue {
  /** A bound on waiting for other threads, never a pace. */
  private static final Duration WAIT_MAX = Duration.ofMinutes(1);

  private WriterQueue() {}

  /** Returns when so many writes wait. */
  public static void await(Writer writer, int count) {
    long giveUpAt = System.nanoTime() + WAIT_MAX.toNanos();
    while (writer.waiting() != count) {
      if (System.nanoTime() > giveUpAt) {
        throw new AssertionError(writer.waiting() + " wait");
      }
      Thread.onSpinWait();
    }
  }
}
