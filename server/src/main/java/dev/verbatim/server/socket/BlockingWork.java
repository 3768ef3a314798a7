package dev.verbatim.server.socket;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.wire.ErrorCode;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work for sockets that blocks: checking tokens, asking the store. It runs away from the event
 * loops, and a failure of it is answered as UNAVAILABLE or INTERNAL_ERROR while its cause goes to
 * the log alone. For any thread; never blocks itself.
 */
final class BlockingWork {
  /**
   * Pieces of work under way; beyond them a client is told UNAVAILABLE. Each holds a thread's stack
   * and mostly waits for one of a few connections to the store, so that more would only wait.
   */
  private static final int UNDER_WAY_MAX = 4_096;

  private static final Logger log = LoggerFactory.getLogger(BlockingWork.class);

  private final Executor blocking;
  private final Semaphore free = new Semaphore(UNDER_WAY_MAX);

  BlockingWork(Executor blocking) {
    this.blocking = blocking;
  }

  /** A piece of work. It answers by itself when it succeeds. */
  interface Work {
    void run() throws StoreException;
  }

  /**
   * Runs the work.
   *
   * @param failed tells the client that it could not be done: a code, and words for people
   */
  void run(Work work, BiConsumer<ErrorCode, String> failed) {
    if (!free.tryAcquire()) {
      failed.accept(ErrorCode.UNAVAILABLE, "The server is busy, try again");
      return;
    }
    blocking.execute(
        () -> {
          try {
            work.run();
          } catch (StoreException e) {
            log.warn("A client was refused, for the store did not answer: {}", e.getMessage());
            failed.accept(ErrorCode.UNAVAILABLE, "The store is not available, try again");
          } catch (RuntimeException e) {
            log.error("A client was refused by a fault of the server", e);
            failed.accept(ErrorCode.INTERNAL_ERROR, "Internal error");
          } finally {
            free.release();
          }
        });
  }
}
