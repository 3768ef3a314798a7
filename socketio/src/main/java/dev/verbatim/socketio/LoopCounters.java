package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.MalformedPacketException;
import java.time.Duration;

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

  /** What broadcasts bring. */
  enum Reach {
    DELIVERIES
  }

  /** From within a machine to what no client takes that is there: 1 ms to 16 s. */
  static final LoopLatencies.Scale HEARTBEATS =
      new LoopLatencies.Scale(Duration.ofMillis(1), /* buckets= */ 16);

  /** From less than an idle server takes to when who waits has given up: 64 µs to 8.4 s. */
  static final LoopLatencies.Scale WORK =
      new LoopLatencies.Scale(Duration.ofNanos(64_000), /* buckets= */ 19);

  private final Tally<Flow> polling = new Tally<>(Flow.class);
  private final Tally<Flow> webSocket = new Tally<>(Flow.class);
  private final Tally<Refusal> refusals = new Tally<>(Refusal.class);
  private final Tally<Change> upgrades = new Tally<>(Change.class);
  private final Tally<Reach> reach = new Tally<>(Reach.class);
  private final LoopLatencies heartbeats = new LoopLatencies(HEARTBEATS);
  private final LoopLatencies batches = new LoopLatencies(WORK);
  private final LoopLatencies delays = new LoopLatencies(WORK);
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

  Tally<Reach> reach() {
    return reach;
  }

  /** How long clients took to answer pings. */
  LoopLatencies heartbeats() {
    return heartbeats;
  }

  /** How long batches took from their sending until this loop had flushed its part of them. */
  LoopLatencies batches() {
    return batches;
  }

  /** By how much the loop came too late to what was due. */
  LoopLatencies delays() {
    return delays;
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
}
