package dev.verbatim.server.faults;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
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

  private static final Faults PROCESS = new Faults();

  private final Map<Owner, LongAdder> counts = new EnumMap<>(Owner.class);
  private final RecentFaults recent = new RecentFaults(System::nanoTime);

  private Faults() {
    for (Owner owner : Owner.values()) {
      counts.put(owner, new LongAdder());
    }
  }

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
    RecentFaults.Met met = PROCESS.recent.meet(cause);
    String id = met.id();
    if (!met.isNew()) {
      return id;
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
}
