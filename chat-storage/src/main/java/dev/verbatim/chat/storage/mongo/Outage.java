package dev.verbatim.chat.storage.mongo;

import com.mongodb.MongoException;
import dev.verbatim.chat.store.StoreException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Whether the database is away. It begins when a commit had no time left, and ends when a write of
 * a thread of its own, tried again and again meanwhile, is acknowledged: so each of those who wait
 * is told in time, and not one after the other. For any thread.
 */
final class Outage implements AutoCloseable {
  private final Runnable write;
  private final Limits limits;
  private final AtomicReference<@Nullable Thread> watch = new AtomicReference<>();
  private volatile boolean isClosed;

  /**
   * None yet.
   *
   * @param write a write that changes nothing, acknowledged as every other; throws what the driver
   *     throws
   */
  Outage(Runnable write, Limits limits) {
    this.write = write;
    this.limits = limits;
  }

  /**
   * Returns if the database is not known to be away.
   *
   * @throws StoreException if it is
   */
  void check() throws StoreException {
    if (watch.get() != null) {
      throw new StoreException("The database is away");
    }
  }

  /** The database is away, until it answers. */
  void begin() {
    Thread thread = Thread.ofVirtual().name("mongo-outage").unstarted(this::watch);
    if (!isClosed && watch.compareAndSet(null, thread)) {
      thread.start();
    }
  }

  private void watch() {
    try {
      while (!isClosed && !isBack()) {
        Thread.sleep(limits.outagePing());
      }
    } catch (InterruptedException _) {
      // The store is closed.
    } finally {
      watch.set(null);
    }
  }

  private boolean isBack() {
    try {
      write.run();
      return true;
    } catch (MongoException e) {
      // What is no failure of a moment is told by the next commit, which meets it too.
      return !Failures.isMomentary(e);
    } catch (IllegalStateException e) {
      if (isClosed) {
        return true; // The store has closed the client under this thread.
      }
      throw e;
    }
  }

  @Override
  public void close() {
    isClosed = true;
    Thread thread = watch.get();
    if (thread != null) {
      thread.interrupt();
    }
  }
}
