package dev.verbatim.server.metrics;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is worked out once for all who ask for it shortly after each other. */
final class Memo<T> implements Supplier<T> {
  /** A scrape takes some milliseconds, and the next one comes seconds later. */
  private static final long NANOS_MAX = Duration.ofMillis(100).toNanos();

  private final Supplier<T> source;
  private volatile @Nullable Known<T> known;

  private record Known<T>(T value, long atNanos) {}

  Memo(Supplier<T> source) {
    this.source = source;
  }

  @Override
  public T get() {
    Known<T> last = known;
    long now = System.nanoTime();
    if (last != null && now - last.atNanos < NANOS_MAX) {
      return last.value;
    }
    T value = source.get();
    known = new Known<>(value, now);
    return value;
  }
}
