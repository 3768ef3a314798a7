package dev.verbatim.server.faults;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Throwables of the last moment and the ids that they were given. One and the same is met by those
 * it passes within microseconds: first where it is caught, then where the client is answered. Later
 * it is another fault, for a JVM may throw one object again and again. Guarded by its own lock.
 */
final class RecentFaults {
  /** A fault has passed all whom it passes by then, on a loop that is late as well. */
  private static final Duration TIME_MAX = Duration.ofSeconds(1);

  private static final int REMEMBERED_MAX = 64;

  private final LongSupplier nanoTime;
  private final ArrayDeque<Remembered> remembered = new ArrayDeque<>(REMEMBERED_MAX);

  RecentFaults(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private record Remembered(Throwable cause, String id, long atNanos) {}

  /**
   * A fault, met for the first time or again.
   *
   * @param id 16 hexadecimal digits
   */
  record Met(String id, boolean isNew) {}

  synchronized Met meet(Throwable cause) {
    long now = nanoTime.getAsLong();
    while (!remembered.isEmpty() && now - remembered.getFirst().atNanos() > TIME_MAX.toNanos()) {
      remembered.removeFirst();
    }
    String known = find(cause);
    if (known != null) {
      return new Met(known, false);
    }
    if (remembered.size() == REMEMBERED_MAX) {
      remembered.removeFirst();
    }
    String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    remembered.addLast(new Remembered(cause, id, now));
    return new Met(id, true);
  }

  @SuppressWarnings("ReferenceEquality") // the same one, not one like it
  private @Nullable String find(Throwable cause) {
    for (Iterator<Remembered> newest = remembered.descendingIterator(); newest.hasNext(); ) {
      Remembered one = newest.next();
      if (one.cause() == cause) {
        return one.id();
      }
    }
    return null;
  }
}
