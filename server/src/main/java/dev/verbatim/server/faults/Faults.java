package dev.verbatim.server.faults;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Where whoever catches what nobody expected leaves it: each is counted, logged once with its
 * cause, and gets an id, which the log and the client both have. The process's own, as its log is;
 * for any thread.
 *
 * <p>That a store does not answer is no fault of the server, and not told here.
 */
public final class Faults {
  private static final Logger log = LoggerFactory.getLogger(Faults.class);

  /**
   * Throwables of which the id is known. One and the same is met by those it passes within
   * microseconds: first where it is caught, then where the client is answered.
   */
  private static final int REMEMBERED_MAX = 64;

  private static final Faults PROCESS = new Faults();

  private final Map<Owner, LongAdder> counts = new EnumMap<>(Owner.class);
  private final ArrayDeque<Remembered> remembered = new ArrayDeque<>(REMEMBERED_MAX);

  private Faults() {
    for (Owner owner : Owner.values()) {
      counts.put(owner, new LongAdder());
    }
  }

  private record Remembered(Throwable cause, String id) {}

  /** Where something was caught. */
  public enum Owner {
    /** An event of a socket. */
    EVENT,
    /** A route. */
    ROUTE,
    /** Something that was done later. */
    TIMER,
    /** The store's writer, with what it tells. */
    WRITER,
    /** The Socket.IO engine. */
    ENGINE,
    /** What goes on by itself on threads that may block. */
    BACKGROUND,
    /** A thread that ended by it, or a framework's. */
    THREAD
  }

  /**
   * Counts and logs a fault, unless it was just recorded.
   *
   * @param doing what failed, as in "Failed …", from a closed set: ids and the like are facts
   * @param facts names and values that stand beside it in the log, in turn, without secrets and
   *     without what people say; those without a value are left out
   * @return its id: 16 hexadecimal digits
   */
  public static String record(
      Owner owner, String doing, Throwable cause, @Nullable String... facts) {
    String id;
    synchronized (PROCESS.remembered) {
      String known = PROCESS.find(cause);
      if (known != null) {
        return known;
      }
      id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      PROCESS.remember(cause, id);
    }
    count(owner);
    LoggingEventBuilder event =
        log.atError().setCause(cause).addKeyValue("errorId", id).addKeyValue("owner", label(owner));
    for (int i = 0; i + 1 < facts.length; i += 2) {
      if (facts[i + 1] != null) {
        event = event.addKeyValue(facts[i], facts[i + 1]);
      }
    }
    // In the pattern, so that a storm of one kind keeps no other out of the log.
    event.log("Failed " + doing);
    return id;
  }

  /** The id of a fault that somebody has recorded; if nobody has, it is recorded now. */
  public static String idOf(Throwable cause) {
    return record(Owner.EVENT, "answering", cause);
  }

  /** Counts one that others have logged. */
  public static void count(Owner owner) {
    Objects.requireNonNull(PROCESS.counts.get(owner)).increment();
  }

  /** How many there were since the process began. */
  public static long counted(Owner owner) {
    return Objects.requireNonNull(PROCESS.counts.get(owner)).sum();
  }

  /** An owner's name in logs and metrics. */
  public static String label(Owner owner) {
    return switch (owner) {
      case EVENT -> "event";
      case ROUTE -> "route";
      case TIMER -> "timer";
      case WRITER -> "writer";
      case ENGINE -> "engine";
      case BACKGROUND -> "background";
      case THREAD -> "thread";
    };
  }

  /** Takes what ends a thread, of any in the process. */
  public static void catchUncaught() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, cause) -> {
          var _ = record(Owner.THREAD, "on a thread", cause, "of", thread.getName());
        });
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

  private void remember(Throwable cause, String id) {
    if (remembered.size() == REMEMBERED_MAX) {
      remembered.removeFirst();
    }
    remembered.addLast(new Remembered(cause, id));
  }
}
