package dev.verbatim.chat;

import dev.verbatim.chat.store.InMemoryChatStore;
import java.util.concurrent.CountDownLatch;

/** Holds a store's commits up until it is opened. */
final class Gate {
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  Gate(InMemoryChatStore store) {
    store.beforeCommit(
        () -> {
          reached.countDown();
          try {
            opened.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  /** Returns when a commit is held up. */
  void awaitCommit() throws InterruptedException {
    reached.await();
  }

  void open() {
    opened.countDown();
  }
}
