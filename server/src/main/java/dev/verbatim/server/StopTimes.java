package dev.verbatim.server;

import java.time.Duration;

/**
 * What each part of a stop may take of {@link #whole}, the time from the signal to the end of the
 * process. Together they leave a twentieth of it.
 *
 * @param whole as it is set
 */
public record StopTimes(Duration whole) {
  /**
   * Connections that are closed a second: more than a new server lets in, before which their
   * clients stand in line, so that closing them is not what takes long.
   */
  static final int CLOSES_PER_SECOND = 1_000;

  /** A client that is there answers within this, however poor its line. */
  private static final Duration CLIENT_WAIT_MAX = Duration.ofSeconds(1);

  private static final Duration LOOPS_END_MAX = Duration.ofSeconds(2);

  /** A collector that is there takes what is left within this. */
  private static final Duration TELEMETRY_END_MAX = Duration.ofSeconds(1);

  /** Enough for the log's last lines, wherever somebody reads it. */
  private static final Duration LOG_END = Duration.ofMillis(500);

  /** Of closing everything: the rest is for the end of the log. */
  Duration closing() {
    return whole.minus(shorter(LOG_END, whole.dividedBy(2)));
  }

  /** Of closing all connections: the most, for they are many and their clients far away. */
  Duration sockets() {
    return whole.multipliedBy(2).dividedBy(5);
  }

  /** Over how long closing them is spread: so that the last have their time, too. */
  Duration spread() {
    return whole.dividedBy(4);
  }

  /** Of waiting for one client. */
  Duration client() {
    return shorter(CLIENT_WAIT_MAX, whole.dividedBy(10));
  }

  /** Of the requests that are being answered, and again of those that came at the last moment. */
  Duration requests() {
    return whole.dividedBy(20);
  }

  /** Of committing what waits then. */
  Duration store() {
    return whole.dividedBy(5);
  }

  /** Of sending what is left to a collector. */
  public Duration telemetry() {
    return shorter(TELEMETRY_END_MAX, whole.dividedBy(20));
  }

  /** Of no longer listening, and again of ending the event loops, with whatever is left. */
  public Duration loops() {
    return shorter(LOOPS_END_MAX, whole.dividedBy(20));
  }

  /** Of the latter, what cutting the connections that are left may take. */
  Duration cut() {
    return loops().dividedBy(2);
  }

  /** And one of the two groups of event loops, that of the connections and that of the port. */
  public Duration group() {
    return loops().dividedBy(4);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
