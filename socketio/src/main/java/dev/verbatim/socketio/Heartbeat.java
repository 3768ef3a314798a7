package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.EngineRevision;
import java.time.Duration;

/**
 * Confined to its session's event loop: the pings of one session, and the wait for each pong. In
 * revision 3 the client pings, and what is awaited is its ping.
 *
 * <p>A client is held to its time only while this side could have heard it: not while the session
 * is paused, and not for a time in which the whole loop stood still.
 */
final class Heartbeat extends DeadlineWheel.Entry {
  /** What has a heartbeat. Called on its event loop. */
  interface Owner {
    /** Sends a ping. */
    void ping();

    /** Whether nothing is read from the client, so that no pong can come. */
    boolean isPaused();

    /** The pong did not come in time. */
    void onPingTimeout();

    /** The heartbeat itself failed, and beats no more. */
    void onHeartbeatFailure();
  }

  /** Ticks by which the wheel is late at most, unless the loop stood still. */
  private static final int TICKS_LATE_MAX = 2;

  private final Owner owner;
  private final DeadlineWheel deadlines;
  private final EngineRevision revision;
  private final Duration interval;
  private final Duration timeout;

  /** Whether the client's pong is awaited; in revision 3 its ping always is. */
  private boolean pongAwaited;

  /** Whether something else has come since the ping. */
  private boolean heard;

  /** When the latest ping was sent. */
  private long pingNanos;

  /**
   * @param interval from a pong to the next ping
   * @param timeout how long a ping may stay unanswered; in revision 3 how late it may come
   */
  Heartbeat(
      Owner owner,
      DeadlineWheel deadlines,
      EngineRevision revision,
      Duration interval,
      Duration timeout) {
    this.owner = owner;
    this.deadlines = deadlines;
    this.revision = revision;
    this.interval = interval;
    this.timeout =
        switch (revision) {
          case V4 -> timeout;
          case V3 -> interval.plus(timeout);
        };
  }

  void start() {
    switch (revision) {
      case V4 -> {
        pongAwaited = false;
        deadlines.scheduleIn(this, interval);
      }
      case V3 -> {
        pongAwaited = true;
        deadlines.scheduleIn(this, timeout);
      }
    }
  }

  void stop() {
    deadlines.cancel(this);
  }

  /** A ping came, in revision 3. */
  void onPing() {
    start();
  }

  /**
   * A pong came; one that was not asked for counts for nothing.
   *
   * @return nanoseconds since its ping, or -1 if there was none
   */
  long onPong() {
    if (!pongAwaited) {
      return -1;
    }
    start();
    return deadlines.nanoTime() - pingNanos;
  }

  /**
   * A packet came other than what is awaited. The first behind a ping shows that the client is
   * there and gives it the time anew, as in Node: the pong may be behind much on a slow line.
   */
  void onPacket() {
    if (pongAwaited && !heard && revision == EngineRevision.V4) {
      heard = true;
      deadlines.scheduleIn(this, timeout);
    }
  }

  /** The session is read again: the pong may be in what has waited. */
  void onResume() {
    if (pongAwaited) {
      deadlines.scheduleIn(this, timeout);
    }
  }

  /** Whether the pong is overdue, even if the wheel has not come round to say so. */
  boolean isOverdue() {
    return hasDeadline()
        && pongAwaited
        && !owner.isPaused()
        && deadlines.nanoTime() - deadlineNanos() >= 0
        && !isLate();
  }

  @Override
  void onDeadline() {
    if (!pongAwaited) {
      // From when the ping was due, not from when it was sent, so that ticks do not add up; but a
      // loop that stood still has sent it late.
      long sent = Math.max(deadlineNanos(), deadlines.nanoTime() - deadlines.tickNanos());
      pongAwaited = true;
      heard = false;
      pingNanos = deadlines.nanoTime();
      deadlines.schedule(this, sent + timeout.toNanos());
      owner.ping();
    } else if (owner.isPaused()) {
      deadlines.scheduleIn(this, timeout);
    } else if (isLate()) {
      // What came meanwhile is read before the next tick.
      deadlines.scheduleIn(this, Duration.ofNanos(deadlines.tickNanos()));
    } else {
      owner.onPingTimeout();
    }
  }

  private boolean isLate() {
    return deadlines.nanoTime() - deadlineNanos() > TICKS_LATE_MAX * deadlines.tickNanos();
  }

  @Override
  void onFailure() {
    owner.onHeartbeatFailure();
  }
}
