package dev.verbatim.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many of those who asked have no answer yet, and who waits until nobody is left. For any
 * thread.
 */
public final class Unanswered {
  private final AtomicInteger count = new AtomicInteger();
  private volatile @Nullable CompletableFuture<Void> awaited;

  /** Somebody asks. */
  public void onAsked() {
    count.incrementAndGet();
  }

  /** So many of them have their answers, or are gone. */
  public void onAnswered(int answers) {
    // Whoever waits has said so before looking at the count, which is why it comes first here.
    if (count.addAndGet(-answers) == 0) {
      CompletableFuture<Void> waiting = awaited;
      if (waiting != null) {
        waiting.complete(null);
      }
    }
  }

  /** Completed, on any thread, when all are answered for a moment. One waits at a time. */
  public CompletableFuture<Void> whenNone() {
    CompletableFuture<Void> none = new CompletableFuture<>();
    awaited = none;
    if (count.get() == 0) {
      none.complete(null);
    }
    return none;
  }
}
