package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.MalformedPacketException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What happened on one event loop, counted by it alone; {@link Counters} sums up the loops. Read
 * from any thread.
 */
final class LoopCounters {
  /** What is counted for each transport. */
  enum Flow {
    SESSIONS_OPEN,
    HANDSHAKES,
    PACKETS_IN,
    PACKETS_OUT,
    BYTES_IN,
    BYTES_OUT
  }

  /** What becomes of upgrades. */
  enum Change {
    TRIED,
    DONE,
    FAILED
  }

  /** How long a pong took: less than as many milliseconds, and not less than the one before. */
  enum Wait {
    MS_1,
    MS_2,
    MS_4,
    MS_8,
    MS_16,
    MS_32,
    MS_64,
    MS_128,
    MS_256,
    MS_512,
    MS_1024,
    MS_2048,
    MS_4096,
    MS_8192,
    MS_16384,
    LONGER;

    private static final Wait[] ALL = values();

    /** The milliseconds, rounded down, of a wait have as many bits as there are shorter ones. */
    static Wait of(long nanos) {
      long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
      return ALL[Math.min(Long.SIZE - Long.numberOfLeadingZeros(millis), ALL.length - 1)];
    }

    /** What it is shorter than; null for the longest. */
    static Duration bound(int index) {
      return Duration.ofMillis(1L << index);
    }
  }

  /** What is summed up of all pongs. */
  enum Total {
    WAIT_NANOS
  }

  private final Tally<Flow> polling = new Tally<>(Flow.class);
  private final Tally<Flow> webSocket = new Tally<>(Flow.class);
  private final Tally<Refusal> refusals = new Tally<>(Refusal.class);
  private final Tally<Change> upgrades = new Tally<>(Change.class);
  private final Tally<Wait> waits = new Tally<>(Wait.class);
  private final Tally<Total> totals = new Tally<>(Total.class);
  private final Tally<Drop> dropped = new Tally<>(Drop.class);
  private final Tally<DisconnectReason> closed = new Tally<>(DisconnectReason.class);
  private final Tally<MalformedPacketException.Reason> malformed =
      new Tally<>(MalformedPacketException.Reason.class);

  /** The counts of one transport. */
  Tally<Flow> of(SocketIoOptions.TransportName transport) {
    return switch (transport) {
      case POLLING -> polling;
      case WEBSOCKET -> webSocket;
    };
  }

  Tally<Refusal> refusals() {
    return refusals;
  }

  Tally<Change> upgrades() {
    return upgrades;
  }

  Tally<Wait> waits() {
    return waits;
  }

  Tally<Total> totals() {
    return totals;
  }

  Tally<Drop> dropped() {
    return dropped;
  }

  Tally<DisconnectReason> closed() {
    return closed;
  }

  Tally<MalformedPacketException.Reason> malformed() {
    return malformed;
  }

  /** A ping was answered. */
  void onPong(long nanos) {
    waits.add(Wait.of(nanos));
    totals.add(Total.WAIT_NANOS, nanos);
  }
}
