package dev.verbatim.socketio;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Confined to its socket's event loop: the acknowledgements that are awaited from one client. */
final class AwaitedAcks {
  private final DeadlineWheel deadlines;
  private final int max;
  private final Map<Long, Awaited> awaited = new HashMap<>();

  /** Hears of one acknowledgement, once, on the event loop. */
  interface Listener {
    /** It came. */
    void onAck(Args args);

    /** It will not come. */
    void onMissing(AckMissingException.Reason reason);
  }

  AwaitedAcks(DeadlineWheel deadlines, int max) {
    this.deadlines = deadlines;
    this.max = max;
  }

  /** Begins to wait; false, and the listener told, if too many are awaited. */
  boolean add(long id, Duration timeout, Listener listener) {
    if (awaited.size() >= max) {
      listener.onMissing(AckMissingException.Reason.TOO_MANY);
      return false;
    }
    Awaited ack = new Awaited(id, listener);
    awaited.put(id, ack);
    deadlines.scheduleIn(ack, timeout);
    return true;
  }

  /** An acknowledgement came; one that nobody awaits any more is ignored. */
  void onAck(long id, Args args) {
    Awaited ack = awaited.remove(id);
    if (ack != null) {
      deadlines.cancel(ack);
      ack.listener.onAck(args);
    }
  }

  /** No acknowledgement will come any more. */
  void onDisconnect() {
    List<Awaited> rest = List.copyOf(awaited.values());
    awaited.clear();
    for (Awaited ack : rest) {
      deadlines.cancel(ack);
      ack.listener.onMissing(AckMissingException.Reason.DISCONNECTED);
    }
  }

  private final class Awaited extends DeadlineWheel.Entry {
    private final long id;
    private final Listener listener;

    Awaited(long id, Listener listener) {
      this.id = id;
      this.listener = listener;
    }

    @Override
    void onDeadline() {
      awaited.remove(id);
      listener.onMissing(AckMissingException.Reason.TIMEOUT);
    }
  }
}
