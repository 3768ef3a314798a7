package dev.verbatim.socketio;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Confined to its socket's event loop: the acknowledgements that are awaited from one client. */
final class AwaitedAcks {
  private final DeadlineWheel deadlines;
  private final int max;
  private final Map<Long, Awaited> awaited = new HashMap<>();

  AwaitedAcks(DeadlineWheel deadlines, int max) {
    this.deadlines = deadlines;
    this.max = max;
  }

  /** Begins to wait; false, with the future failed, if too many are awaited. */
  boolean add(long id, Duration timeout, CompletableFuture<Args> future) {
    if (awaited.size() >= max) {
      future.completeExceptionally(new AckMissingException(AckMissingException.Reason.TOO_MANY));
      return false;
    }
    Awaited ack = new Awaited(id, future);
    awaited.put(id, ack);
    deadlines.scheduleIn(ack, timeout);
    return true;
  }

  /** An acknowledgement came; one that nobody awaits any more is ignored. */
  void onAck(long id, Args args) {
    Awaited ack = awaited.remove(id);
    if (ack != null) {
      deadlines.cancel(ack);
      ack.future.complete(args);
    }
  }

  /** No acknowledgement will come any more. */
  void onDisconnect() {
    List<Awaited> rest = List.copyOf(awaited.values());
    awaited.clear();
    for (Awaited ack : rest) {
      deadlines.cancel(ack);
      ack.future.completeExceptionally(
          new AckMissingException(AckMissingException.Reason.DISCONNECTED));
    }
  }

  private final class Awaited extends DeadlineWheel.Entry {
    private final long id;
    private final CompletableFuture<Args> future;

    Awaited(long id, CompletableFuture<Args> future) {
      this.id = id;
      this.future = future;
    }

    @Override
    void onDeadline() {
      awaited.remove(id);
      future.completeExceptionally(new AckMissingException(AckMissingException.Reason.TIMEOUT));
    }
  }
}
