package dev.verbatim.socketio;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Confined to its event loop, but for {@link #begin}: closes the loop's sessions, a slice at a
 * time. Each loop goes by itself, so that one that is stuck keeps nobody else.
 */
final class LoopDrain {
  private static final Logger log = LoggerFactory.getLogger(LoopDrain.class);

  /** From one slice to the next: ten a second are as good as evenly spread. */
  private static final Duration SLICE_TIME = Duration.ofMillis(100);

  /** A cut takes no time, unless a loop is stuck; then nobody waits for it any longer. */
  private static final Duration CUT_TIME_MAX = Duration.ofSeconds(2);

  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Sessions sessions;
  private final EngineLoop loop;
  private final Drain drain;

  /** How many connections of this loop are to be closed a second. */
  private final double perSecond;

  private final ArrayDeque<Session> left = new ArrayDeque<>();
  private int sliceSize;

  /**
   * @param loops how many there are that close at the same time
   */
  LoopDrain(Sessions sessions, EngineLoop loop, Drain drain, int loops) {
    this.sessions = sessions;
    this.loop = loop;
    this.drain = drain;
    this.perSecond = (double) drain.connectionsPerSecond() / loops;
  }

  /**
   * Begins, on any thread.
   *
   * @return completed when all of the loop's sessions have ended, or the time is over
   */
  CompletableFuture<Void> begin() {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    // A handshake that was let in before is one task; behind it, its session is known.
    if (!loop.runLater(() -> onBegin(ended))) {
      sessions.onLoopDead(loop);
      return CompletableFuture.completedFuture(null);
    }
    return ended
        .copy()
        .completeOnTimeout(null, drain.within().toNanos(), TimeUnit.NANOSECONDS)
        .thenCompose(
            _ -> {
              if (!ended.isDone() && !loop.run(this::abortAll)) {
                sessions.onLoopDead(loop);
              }
              return ended.completeOnTimeout(null, CUT_TIME_MAX.toNanos(), TimeUnit.NANOSECONDS);
            });
  }

  private void onBegin(CompletableFuture<Void> ended) {
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (Session session : sessions.of(loop)) {
      ends.add(sessions.whenEnded(session));
      if (sessions.isOpen(session)) {
        left.add(session);
      }
    }
    CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
        .whenComplete((_, _) -> ended.complete(null));
    double slicesAtPace = left.size() / (perSecond * SLICE_TIME.toNanos() / NANOS_PER_SECOND);
    double slicesMax = (double) drain.spreadMax().toNanos() / SLICE_TIME.toNanos();
    double slices = Math.clamp(slicesAtPace, 1, Math.max(1, slicesMax));
    sliceSize = (int) Math.ceil(left.size() / slices);
    closeNext();
  }

  private void closeNext() {
    List<Session> slice = new ArrayList<>(Math.min(sliceSize, left.size()));
    while (slice.size() < sliceSize && !left.isEmpty()) {
      slice.add(left.remove());
    }
    if (!left.isEmpty()) {
      onLoopIn(SLICE_TIME, this::closeNext);
    }
    slice.forEach(Session::quiesce);
    handled(slice)
        .thenCompose(_ -> drain.settled().get().thenAccept(_ -> {}))
        .exceptionally(
            failure -> {
              log.warn("what clients wait for could not be settled before the close", failure);
              return null;
            })
        .completeOnTimeout(null, drain.clientWaitMax().toNanos(), TimeUnit.NANOSECONDS)
        .thenRun(
            () -> {
              if (!loop.run(() -> shutDown(slice))) {
                sessions.onLoopDead(loop);
              }
            });
  }

  private static CompletableFuture<Void> handled(List<Session> slice) {
    return CompletableFuture.allOf(
        slice.stream().map(Session::whenHandled).toArray(CompletableFuture[]::new));
  }

  private void shutDown(List<Session> slice) {
    for (Session session : slice) {
      if (sessions.isOpen(session)) {
        session.shutDown();
      }
    }
    onLoopIn(drain.clientWaitMax(), () -> slice.forEach(Session::cut));
  }

  private void abortAll() {
    left.clear();
    sessions.of(loop).forEach(Session::abort);
  }

  private void onLoopIn(Duration wait, Runnable task) {
    var _ = loop.eventLoop().schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
  }
}
