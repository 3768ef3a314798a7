package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.EnginePacket;
import java.time.Duration;

/**
 * Confined to its session's event loop: a WebSocket that was opened beside a session's polling, and
 * may take its place.
 *
 * <p>The client asks {@code 2probe}, is told {@code 3probe}, lets its last poll end and says {@code
 * 5}. From the probe on a poll that finds nothing is answered with a NOOP before long, so that the
 * client can leave polling; not before, for a client that has no answer to its probe polls again at
 * once.
 *
 * @see <a href="https://socket.io/docs/v4/engine-io-protocol/#upgrade">The upgrade in Engine.IO</a>
 */
final class Upgrade {
  private static final EnginePacket NOOP = new EnginePacket.Noop();

  /** How often polls are ended, as the reference server does. */
  private static final Duration POLL_END_INTERVAL = Duration.ofMillis(100);

  private final Session session;
  private final PollingTransport polling;
  private final WebSocketTransport probe;
  private final DeadlineWheel deadlines;
  private final Deadline timeout;
  private final Deadline pollEnd = new Deadline(this::endPoll);

  Upgrade(Session session, PollingTransport polling, WebSocketTransport probe, Duration within) {
    this.session = session;
    this.polling = polling;
    this.probe = probe;
    this.deadlines = session.loop().deadlines();
    this.timeout = new Deadline(() -> session.endUpgrade(CloseCause.POLICY));
    deadlines.scheduleIn(timeout, within);
  }

  WebSocketTransport probe() {
    return probe;
  }

  PollingTransport polling() {
    return polling;
  }

  /** A packet came on the WebSocket. */
  void onPacket(EnginePacket packet) {
    switch (packet) {
      case EnginePacket.Ping(boolean isProbe) when isProbe -> onProbe();
      case EnginePacket.Upgrade() -> session.onUpgraded(this);
      case EnginePacket.Open _,
          EnginePacket.Close _,
          EnginePacket.Ping _,
          EnginePacket.Pong _,
          EnginePacket.Message _,
          EnginePacket.Binary _,
          EnginePacket.Noop _ ->
          session.endUpgrade(CloseCause.PROTOCOL_ERROR);
    }
  }

  private void onProbe() {
    probe.write(new EnginePacket.Pong(true));
    // A WebSocket that takes no more pongs has ended by now, and all this with it.
    if (timeout.hasDeadline() && !pollEnd.hasDeadline()) {
      endPoll();
    }
  }

  private void endPoll() {
    if (polling.isHeld()) {
      polling.write(NOOP);
    }
    deadlines.scheduleIn(pollEnd, POLL_END_INTERVAL);
  }

  /** Ends the waiting; what becomes of the transports is the session's to say. */
  void end() {
    deadlines.cancel(timeout);
    deadlines.cancel(pollEnd);
  }
}
