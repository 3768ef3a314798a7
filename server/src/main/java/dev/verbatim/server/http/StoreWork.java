package dev.verbatim.server.http;

import dev.verbatim.chat.Questions.Question;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.Refusal;
import io.micronaut.context.annotation.Context;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What requests have the store do, {@link Limits#STORE_WORK_MAX} at a time; whoever comes beyond
 * that is told at once. Safe on any thread that may block.
 */
@Context // made at start, so that its bound is among the others from then on
final class StoreWork {
  private final Semaphore free = new Semaphore(Limits.STORE_WORK_MAX);

  StoreWork(Backend backend) {
    backend
        .metrics()
        .bounds()
        .add(
            "store_work",
            () -> Limits.STORE_WORK_MAX - free.availablePermits(),
            () -> Limits.STORE_WORK_MAX);
  }

  /** Does one piece, and blocks until it is done. */
  <T extends @Nullable Object> T run(Question<? extends T> piece) throws StoreException {
    if (!free.tryAcquire()) {
      throw new RefusalException(Refusal.busy());
    }
    try {
      return piece.ask();
    } finally {
      free.release();
    }
  }
}
