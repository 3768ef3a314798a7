package dev.verbatim.socketio;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Confined to its event loop, but for {@link #begin}: closes the loop's sessions, a slice at a
 * time. Each loop goes by itself, so that one that is stuck keeps nobody else.
 */
final class LoopDrain {
  private static final Logger log = LoggerFactory.getLogger(LoopDrain.class);

  /** From one slice to the next at least: ten a second are as good as evenly spread. */
  private static final long SLICE_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(100);

  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Sessions sessions;
  private final EngineLoop loop;
  private final Drain drain;

  /** How many connections of this loop are to be closed a second. */
  private final double perSecond;

  /** When nobody's answers are waited for any longer: all closes are due. */
  private final CompletableFuture<Void> closesDue = new CompletableFuture<>();

  private final ArrayDeque<Session> left = new ArrayDeque<>();
  private int sliceSize;
  private long sliceNanos;

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
              // A cut takes no time, unless the loop is stuck.
              return ended.completeOnTimeout(
                  null, drain.clientWaitMax().toNanos(), TimeUnit.NANOSECONDS);
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
    double nanosAtPace = left.size() / perSecond * NANOS_PER_SECOND;
    double nanos = Math.min(nanosAtPace, (double) drain.spreadMax().toNanos());
    int count = Math.max(1, left.size());
    sliceSize = (int) Math.clamp(Math.ceil(count * SLICE_NANOS_MIN / nanos), 1, count);
    sliceNanos = Math.max(SLICE_NANOS_MIN, (long) (sliceSize * nanos / count));
    onLoopIn(drain.settleMax().toNanos(), () -> closesDue.complete(null));
    closeNext();
  }

  private void closeNext() {
    List<Session> slice = new ArrayList<>(Math.min(sliceSize, left.size()));
    while (slice.size() < sliceSize && !left.isEmpty()) {
      slice.add(left.remove());
    }
    if (!left.isEmpty()) {
      onLoopIn(sliceNanos, this::closeNext);
    }
    forEach(slice, Session::quiesce);
    CompletableFuture<Void> settled =
        handled(slice)
            .thenComposeAsync(
                _ -> drain.settled().apply(sockets(slice)).thenAccept(_ -> {}), loop::run)
            .exceptionally(
                failure -> {
                  log.warn("what clients wait for could not be settled before the close", failure);
                  return null;
                });
    CompletableFuture.anyOf(settled, closesDue)
        .thenRun(
            () -> {
              // Behind all that was handed to the loop for these clients, even when told on the
              // loop.
              if (!loop.runLater(() -> shutDown(slice))) {
                sessions.onLoopDead(loop);
              }
            });
  }

  private static List<Socket> sockets(List<Session> slice) {
    return slice.stream().flatMap(session -> session.sockets().stream()).toList();
  }

  private static CompletableFuture<Void> handled(List<Session> slice) {
    List<CompletableFuture<Void>> handled = new ArrayList<>(slice.size());
    forEach(slice, session -> handled.add(session.whenHandled()));
    return CompletableFuture.allOf(handled.toArray(CompletableFuture[]::new));
  }

  private void shutDown(List<Session> slice) {
    forEach(
        slice,
        session -> {
          if (sessions.isOpen(session)) {
            session.shutDown();
          }
        });
    onLoopIn(drain.clientWaitMax().toNanos(), () -> forEach(slice, Session::cut));
  }

  private void abortAll() {
    left.clear();
    forEach(sessions.of(loop), Session::abort);
  }

  /** One that fails keeps none of the others. */
  private static void forEach(Collection<Session> some, Consumer<Session> action) {
    for (Session session : some) {
      try {
        action.accept(session);
      } catch (Throwable e) {
        session.about(log.atError()).setCause(e).log("a session could not be closed");
      }
    }
  }

  private void onLoopIn(long nanos, Runnable task) {
    loop.schedule(task, nanos);
  }
}
