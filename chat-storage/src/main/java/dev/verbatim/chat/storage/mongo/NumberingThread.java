package dev.verbatim.chat.storage.mongo;

import com.mongodb.MongoException;
import dev.verbatim.chat.store.StoreException;
import java.util.HashSet;
import java.util.Set;

/**
 * The thread on which old messages are numbered, with pauses that leave the database to everybody
 * else. Started once, and closed from any thread.
 */
final class NumberingThread implements AutoCloseable {
  private final Numberer numberer;
  private final Numbering numbering;
  private final Indexes indexes;
  private final Limits limits;
  private final StoreListener listener;
  private final Thread thread;

  /** Failures that were told, by their types. Confined to the thread. */
  private final Set<Class<?>> told = new HashSet<>();

  private volatile boolean isClosed;

  NumberingThread(
      Numberer numberer,
      Numbering numbering,
      Indexes indexes,
      Limits limits,
      StoreListener listener) {
    this.numberer = numberer;
    this.numbering = numbering;
    this.indexes = indexes;
    this.limits = limits;
    this.listener = listener;
    this.thread = Thread.ofPlatform().name("mongo-numbering").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.interrupted()) {
        try {
          // Without the unique index nothing would keep two messages from having one seq.
          indexes.check();
          if (numberer.step()) {
            Thread.sleep(limits.numberingPause());
          } else {
            numbering.awaitUnwritten(limits.numberingIdle());
          }
        } catch (StoreException _) {
          // Not ready: questions and commits tell of it.
          Thread.sleep(limits.pauseMax());
        } catch (RuntimeException e) {
          if (isClosed) {
            return;
          }
          tell(e);
          Thread.sleep(limits.pauseMax());
        }
      }
    } catch (InterruptedException _) {
      // The store is closed.
    }
  }

  /** Each kind of failure once: what failed is tried again, and fails as it did. */
  private void tell(RuntimeException e) {
    boolean isAway = e instanceof MongoException failure && Failures.isMomentary(failure);
    if (isAway || !told.add(e.getClass())) {
      return;
    }
    if (e instanceof MongoException failure) {
      listener.onWarning("Old messages cannot be numbered: " + Failures.reason(failure));
    } else {
      listener.onFault("numbering old messages", e);
    }
  }

  @Override
  public void close() {
    isClosed = true;
    thread.interrupt();
  }
}
