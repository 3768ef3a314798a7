package dev.verbatim.chat.storage.mongo;

import com.mongodb.MongoException;
import dev.verbatim.chat.store.StoreException;
import java.util.function.Consumer;

/**
 * The thread on which old messages are numbered, with pauses that leave the database to everybody
 * else. Started once, and closed from any thread.
 */
final class NumberingThread implements AutoCloseable {
  private final Numberer numberer;
  private final Numbering numbering;
  private final Indexes indexes;
  private final Limits limits;
  private final Consumer<String> warnings;
  private final Thread thread;
  private volatile boolean isClosed;

  NumberingThread(
      Numberer numberer,
      Numbering numbering,
      Indexes indexes,
      Limits limits,
      Consumer<String> warnings) {
    this.numberer = numberer;
    this.numbering = numbering;
    this.indexes = indexes;
    this.limits = limits;
    this.warnings = warnings;
    this.thread = Thread.ofPlatform().name("mongo-numbering").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      boolean isWarned = false;
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
          boolean isAway = e instanceof MongoException failure && Failures.isMomentary(failure);
          if (!isAway && !isWarned) {
            warnings.accept("Old messages cannot be numbered: " + e);
            isWarned = true;
          }
          Thread.sleep(limits.pauseMax());
        }
      }
    } catch (InterruptedException _) {
      // The store is closed.
    }
  }

  @Override
  public void close() {
    isClosed = true;
    thread.interrupt();
  }
}
