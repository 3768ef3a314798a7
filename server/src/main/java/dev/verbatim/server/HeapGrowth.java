package dev.verbatim.server;

import dev.verbatim.chat.Timers;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Confined to the timers' thread: has the heap collected as a whole when it holds twice what the
 * last such collection has left.
 *
 * <p>The serial collector by itself does so when the heap has reached its largest size, a quarter
 * of the machine's memory unless it is told otherwise: what thousands of clients leave behind when
 * they come and go would stay until then. Such a collection stops everything for as long as what is
 * left takes: some 50 ms without clients, 100 ms with 10,000 that have just come.
 */
final class HeapGrowth {
  /** Some seconds of clients that come and go are a few dozen megabytes. */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** Below it nothing is collected: it is about what the JVM takes for itself. */
  private static final long LIMIT_BYTES_MIN = 96L * 1024 * 1024;

  private static final Logger log = LoggerFactory.getLogger(HeapGrowth.class);

  private final Timers timers;
  private final LongSupplier usedBytes;
  private final BooleanSupplier isCrowdComing;
  private final Runnable collection;
  private long limitBytes = LIMIT_BYTES_MIN;

  /**
   * A watch that has not begun.
   *
   * @param usedBytes of the heap, garbage included
   * @param isCrowdComing whether to leave it for later
   * @param collection of the whole heap, done when it returns
   */
  HeapGrowth(
      Timers timers, LongSupplier usedBytes, BooleanSupplier isCrowdComing, Runnable collection) {
    this.timers = timers;
    this.usedBytes = usedBytes;
    this.isCrowdComing = isCrowdComing;
    this.collection = collection;
  }

  /** Of this process. */
  static HeapGrowth ofThisProcess(Timers timers, BooleanSupplier isCrowdComing) {
    Runtime runtime = Runtime.getRuntime();
    return new HeapGrowth(
        timers, () -> runtime.totalMemory() - runtime.freeMemory(), isCrowdComing, System::gc);
  }

  /** Watches until the timers end. */
  void watch() {
    timers.after(INTERVAL, this::check);
  }

  private void check() {
    long before = usedBytes.getAsLong();
    if (before > limitBytes && !isCrowdComing.getAsBoolean()) {
      collection.run();
      long left = usedBytes.getAsLong();
      limitBytes = Math.max(LIMIT_BYTES_MIN, 2 * left);
      log.debug("Heap collected: {} bytes, {} left", before, left);
    }
    watch();
  }
}
