package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Commits batches, one at a time, on the thread that brings them. What becomes of a batch that
 * fails is open: what was written of it stays, and is told when more comes or when somebody asks
 * for what is untold.
 */
final class Writer implements AutoCloseable {
  private final Commits commits;
  private final Heads heads;
  private final Indexes indexes;
  private final Outage outage;
  private final Offers offers;
  private final Limits limits;
  private final ReentrantLock owner = new ReentrantLock();
  private boolean isClosed;

  Writer(
      Commits commits, Heads heads, Indexes indexes, Outage outage, Offers offers, Limits limits) {
    this.commits = commits;
    this.heads = heads;
    this.indexes = indexes;
    this.outage = outage;
    this.offers = offers;
    this.limits = limits;
  }

  List<Object> commit(List<? extends Write<?>> writes) throws StoreException {
    if (!owner.tryLock()) {
      throw new IllegalStateException("Two threads commit to one store");
    }
    Attempts attempts = Attempts.start(limits, !Commits.isCopy(writes));
    boolean isCommitted = false;
    try {
      if (isClosed) {
        throw new StoreException("The store is closed");
      }
      heads.takeListening();
      outage.check();
      if (Commits.appends(writes)) {
        indexes.check();
      }
      List<Object> outcomes = commits.commit(writes, attempts);
      isCommitted = true;
      return outcomes;
    } finally {
      if (isCommitted) {
        heads.committed();
      } else {
        heads.failed().forEach(offers::add);
      }
      if (attempts.isOver()) {
        outage.begin();
      }
      owner.unlock();
    }
  }

  /** Waits for a commit under way. */
  @Override
  public void close() {
    owner.lock();
    try {
      isClosed = true;
    } finally {
      owner.unlock();
    }
  }
}
