package dev.verbatim.socketio;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Confined to its event loop: what all connections of one event loop share.
 *
 * <p>It owns the loop's rooms, its deadlines and the list of transports that have something to
 * flush. Nothing is flushed when it is written: the loop flushes all that became dirty once, at the
 * end of its iteration, or earlier if that lasts, which is what makes a burst of messages a few
 * system calls.
 */
final class EngineLoop {
  private static final Logger log = LoggerFactory.getLogger(EngineLoop.class);

  /**
   * How long a flush may wait for its iteration to end. Netty goes on with an iteration for as long
   * as other threads hand in tasks, up to a second; some milliseconds of them make one flush worth
   * it.
   */
  private static final long FLUSH_DELAY_NANOS = Duration.ofMillis(20).toNanos();

  /**
   * Batches between two flushes whose time is taken; those beyond are not. More than a writer
   * commits in {@link #FLUSH_DELAY_NANOS}.
   */
  private static final int BATCHES_TIMED_MAX = 256;

  private final EventLoop eventLoop;
  private final DeadlineWheel deadlines;
  private final LoopCounters counters = new LoopCounters();
  private final LoopBacklog backlog;
  private final Map<Namespace, LoopRooms> rooms = new HashMap<>();
  private final Runnable flush = this::flushDirty;

  /** What users of the library give it. */
  private final Executor executor = this::execute;

  private @Nullable Transport[] dirty = new @Nullable Transport[64];
  private int dirtyCount;
  private boolean flushIsDue;
  private long flushDueSince;

  /** When the batches were sent that the next flush brings on their way. */
  private final long[] batchesSentNanos = new long[BATCHES_TIMED_MAX];

  private int batchesTimed;

  /** The first of them that is not flushed yet. */
  private int nextDirty;

  private long lastMark;

  /** Made at first use: it takes memory, and many servers' clients compress nothing. */
  private @Nullable Zlib zlib;

  /** Made at first use. */
  private @Nullable PollCompression pollCompression;

  EngineLoop(EventLoop eventLoop, long tickNanos, TotalBacklog total) {
    this.eventLoop = eventLoop;
    this.deadlines =
        new DeadlineWheel(eventLoop, tickNanos, eventLoop.ticker()::nanoTime, counters.delays());
    this.backlog = new LoopBacklog(this, total);
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  boolean inEventLoop() {
    return eventLoop.inEventLoop();
  }

  Executor executor() {
    return executor;
  }

  DeadlineWheel deadlines() {
    assert inEventLoop();
    return deadlines;
  }

  /** What waits for the clients of this loop. */
  LoopBacklog backlog() {
    return backlog;
  }

  /** What happened on this loop. */
  LoopCounters counters() {
    return counters;
  }

  /** What compresses, until the loop ends. */
  Zlib zlib() {
    assert inEventLoop();
    Zlib known = zlib;
    if (known == null) {
      Zlib made = new Zlib();
      eventLoop.terminationFuture().addListener(_ -> made.close());
      zlib = made;
      known = made;
    }
    return known;
  }

  /** What compresses answers to polls. */
  PollCompression pollCompression() {
    assert inEventLoop();
    PollCompression known = pollCompression;
    if (known == null) {
      known = new PollCompression(zlib());
      pollCompression = known;
    }
    return known;
  }

  /** The loop's part of a namespace's rooms. */
  LoopRooms rooms(Namespace namespace) {
    assert inEventLoop();
    if (namespace.isEnded()) {
      return new LoopRooms(this);
    }
    return rooms.computeIfAbsent(namespace, _ -> new LoopRooms(this));
  }

  /** A namespace is no more. */
  void forgetRooms(Namespace namespace) {
    assert inEventLoop();
    rooms.remove(namespace);
  }

  /** A number that no socket of this loop is marked with. */
  long newMark() {
    assert inEventLoop();
    return ++lastMark;
  }

  /**
   * Runs a task on the loop: at once when called on it, else after what the calling thread handed
   * in before. Tasks that come after the loop's end are dropped, as its connections are. What a
   * task throws is logged here, whoever runs it: nobody else would hear of it.
   *
   * @return false if the task was dropped
   */
  boolean run(Runnable task) {
    if (inEventLoop()) {
      attempt(task);
      return true;
    }
    return runLater(task);
  }

  /**
   * Runs a task on the loop by itself, even when called on it: the caller may be in the middle of
   * something, such as walking a room, that the task must not change. Dropped after the loop's end.
   *
   * @return false if the task was dropped
   */
  boolean runLater(Runnable task) {
    try {
      execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      log.debug("event loop has ended", e);
      return false;
    }
  }

  /**
   * The same, throwing when the loop has ended.
   *
   * @throws RejectedExecutionException if it has
   */
  void execute(Runnable task) {
    eventLoop.execute(inEventLoop() ? () -> attempt(task) : () -> runHandedIn(task));
  }

  /**
   * The same, when some time has passed.
   *
   * @throws RejectedExecutionException if the loop has ended
   */
  void schedule(Runnable task, long nanos) {
    var _ = eventLoop.schedule(() -> attempt(task), nanos, TimeUnit.NANOSECONDS);
  }

  private void runHandedIn(Runnable task) {
    attempt(task);
    if (flushIsDue && nanoTime() - flushDueSince > FLUSH_DELAY_NANOS) {
      flushDirty();
    }
  }

  private static void attempt(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      log.error("a task of an event loop failed", e);
    }
  }

  /**
   * As {@link #run}, telling when it is done, and with what it has thrown if it did; a task that is
   * dropped counts as done.
   */
  CompletableFuture<Void> submit(Consumer<EngineLoop> task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    boolean taken =
        run(
            () -> {
              try {
                task.accept(this);
                done.complete(null);
              } catch (Throwable e) {
                done.completeExceptionally(e);
                throw e;
              }
            });
    if (!taken) {
      done.complete(null);
    }
    return done;
  }

  /** Has a transport flushed at the end of this iteration; called once for each flush. */
  void markDirty(Transport transport) {
    assert inEventLoop();
    if (dirtyCount == dirty.length) {
      dirty = Arrays.copyOf(dirty, 2 * dirtyCount);
    }
    dirty[dirtyCount++] = transport;
    flushSoon();
  }

  /** Has all that is dirty flushed at the end of this iteration, and what waits then looked at. */
  void flushSoon() {
    if (!flushIsDue) {
      flushIsDue = true;
      flushDueSince = nanoTime();
      scheduleFlush();
    }
  }

  private void scheduleFlush() {
    if (eventLoop instanceof SingleThreadEventLoop loop) {
      loop.executeAfterEventLoopIteration(flush);
    } else {
      eventLoop.execute(flush);
    }
  }

  private void flushDirty() {
    if (pollCompression != null) {
      pollCompression.onRun();
    }
    try {
      // A flush may make others dirty, even the same one again; they are flushed in this run too.
      while (nextDirty < dirtyCount) {
        Transport transport = Objects.requireNonNull(dirty[nextDirty]);
        dirty[nextDirty++] = null;
        flush(transport);
      }
      timeBatches();
      backlog.onFlushed();
    } finally {
      if (nextDirty == dirtyCount) {
        nextDirty = 0;
        dirtyCount = 0;
        flushIsDue = false;
      } else {
        // There was no memory even to catch an error; the others' turn still comes.
        scheduleFlush();
      }
    }
  }

  /** Now, by the loop's clock. Any thread. */
  long nanoTime() {
    return eventLoop.ticker().nanoTime();
  }

  /**
   * What a batch brings to the clients of this loop is written, and goes out with the next flush.
   */
  void onBatchWritten(long sentNanos) {
    if (flushIsDue && batchesTimed < BATCHES_TIMED_MAX) {
      batchesSentNanos[batchesTimed++] = sentNanos;
    }
  }

  private void timeBatches() {
    if (batchesTimed > 0) {
      long now = nanoTime();
      for (int i = 0; i < batchesTimed; i++) {
        counters.batches().add(now - batchesSentNanos[i]);
      }
      batchesTimed = 0;
    }
  }

  private static void flush(Transport transport) {
    try {
      transport.flush();
    } catch (Throwable e) {
      // One connection's fault must not keep the others' bytes back.
      log.error("flush failed", e);
      try {
        transport.onFlushFailed();
      } catch (Throwable again) {
        log.error("connection could not be closed", again);
      }
    }
  }
}
