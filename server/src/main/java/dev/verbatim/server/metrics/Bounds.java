package dev.verbatim.server.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * The queues and counts of the service that have a bound, for the metrics and for whoever asks how
 * it is doing. For any thread.
 */
public final class Bounds {
  private static final String USED = "verbatim.bound.used";
  private static final String MAX = "verbatim.bound.max";

  private final Meters meters;
  private final List<Source> sources = new CopyOnWriteArrayList<>();

  Bounds(MeterRegistry registry) {
    meters = new Meters(registry);
    addHeap();
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      add(
          "file_descriptors",
          system::getOpenFileDescriptorCount,
          system::getMaxFileDescriptorCount);
    }
  }

  /**
   * What the last collection of the old generation has left there: what is in the heap beside it is
   * garbage, mostly, of which a heap is full before it is collected.
   */
  private void addHeap() {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      String name = pool.getName();
      MemoryUsage left = pool.getCollectionUsage();
      if (pool.getType() == MemoryType.HEAP
          && left != null
          && left.getMax() > 0
          && (name.contains("Tenured") || name.contains("Old"))) {
        addBytes("heap_bytes", () -> pool.getCollectionUsage().getUsed(), left::getMax);
      }
    }
  }

  private record Source(String name, LongSupplier used, LongSupplier max) {
    Bound now() {
      return new Bound(name, used.getAsLong(), max.getAsLong());
    }
  }

  /** Looks at one more from now on. */
  public void add(String name, LongSupplier used, LongSupplier max) {
    Tags tags = Tags.of("bound", name);
    meters.gauge(USED, "How many there are of what has a bound", tags, used::getAsLong);
    meters.gauge(MAX, "How many there may be of them", tags, max::getAsLong);
    sources.add(new Source(name, used, max));
  }

  /** The same of something that is measured in bytes, which its name ends with. */
  void addBytes(String name, LongSupplier used, LongSupplier max) {
    Tags tags = Tags.of("bound", name);
    meters.gaugeBytes(USED, "How much memory that takes which has a bound", tags, used::getAsLong);
    meters.gaugeBytes(MAX, "How much memory it may take", tags, max::getAsLong);
    sources.add(new Source(name, used, max));
  }

  /** All of them; what the Socket.IO server counts, as the metrics have last read it. */
  List<Bound> now() {
    return sources.stream().map(Source::now).toList();
  }
}
