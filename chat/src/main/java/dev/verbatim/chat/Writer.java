package dev.verbatim.chat;

import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store's single writer: one platform thread of its own behind a bounded queue.
 *
 * <p>It takes all that waits, up to {@link ChatSettings#commitBatchMax}, commits it as one, brings
 * the {@link Directory} up to it, tells every outcome in commit order and ends with {@link
 * ChatListener#onCommitEnd}. So batches grow with the load by themselves, and nothing is told that
 * is not durable. A commit that fails fails all of its writes, a write that the store rejects only
 * itself, and the writer goes on. Writes of one submitting thread are committed in the order in
 * which it submitted them.
 *
 * <p>How the queue works: submitters are event loops and never park, so the queue is lock-free and
 * its bound is a counter. A submitter counts itself in before it enqueues; the writer counts out
 * what it took. Closing adds {@link #CLOSED} to the counter, which refuses whoever comes later, and
 * the writer ends only when nobody who was counted in is left: everything that {@link #submit} took
 * is told an outcome. The writer says {@code parked} before it looks a last time and parks; a
 * submitter enqueues before it looks at {@code parked}: one of them sees the other.
 */
public final class Writer {
  /** The longest queue there can be. */
  static final int QUEUE_LIMIT = 1 << 24;

  private static final int CLOSED = 1 << 30;

  private final ChatStore store;
  private final Directory directory;
  private final ChatListener listener;
  private final Faults faults;
  private final InstantSource clock;
  private final int queueMax;
  private final int batchMax;
  private final Duration commitWaitMax;
  private final Thread thread;

  private final ConcurrentLinkedQueue<Waiting<?>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile boolean parked;

  /** Since when it waits for the store; null while it does not. */
  private volatile @Nullable Instant atStoreSince;

  private volatile boolean abandoned;

  /** The writer's thread alone adds to it. */
  private volatile long turns;

  private final LongAdder commits = new LongAdder();
  private final LongAdder committedWrites = new LongAdder();
  private final LongAdder failedCommits = new LongAdder();

  Writer(
      ChatStore store,
      Directory directory,
      ChatListener listener,
      Faults faults,
      InstantSource clock,
      ChatSettings settings) {
    this.store = store;
    this.directory = directory;
    this.listener = listener;
    this.faults = faults;
    this.clock = clock;
    queueMax = settings.writerQueueMax();
    batchMax = settings.commitBatchMax();
    commitWaitMax = settings.commitWaitMax();
    thread = Thread.ofPlatform().name("store-writer").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /**
   * Hands a write over. Never blocks; for any thread.
   *
   * @return whether it was taken: if so the outcome is told exactly once, if not (the queue is full
   *     or closed) never
   */
  public <R> boolean submit(Write<R> write, Outcome<? super R> outcome) {
    if (waiting.incrementAndGet() > queueMax) {
      waiting.decrementAndGet();
      return false;
    }
    queue.add(new Waiting<>(write, outcome));
    if (parked) {
      LockSupport.unpark(thread);
    }
    return true;
  }

  /**
   * Hands a write over and waits for its outcome. Blocks; not for the writer's own thread.
   *
   * @param committed gets the outcome on the writer's thread before this method returns it
   * @throws StoreException if the queue is full or closed, the commit failed, or it takes too long;
   *     in the last case the write may still be committed
   */
  <R> R commit(Write<R> write, Consumer<? super R> committed) throws StoreException {
    return commit(write, Outcome.<R>of(committed, _ -> {}));
  }

  /**
   * The same, with an outcome that is told exactly once, also when this method throws: on the
   * caller's thread if the write was not taken, else on the writer's, perhaps only later.
   */
  <R> R commit(Write<R> write, Outcome<? super R> told) throws StoreException {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("The writer cannot wait for itself");
    }
    CompletableFuture<R> done = new CompletableFuture<>();
    Outcome<R> outcome =
        Outcome.of(
            result -> {
              try {
                told.committed(result);
              } finally {
                done.complete(result);
              }
            },
            cause -> {
              try {
                told.failed(cause);
              } finally {
                done.completeExceptionally(cause);
              }
            });
    if (!submit(write, outcome)) {
      StoreException refusal = new StoreException("The writer takes nothing more for now");
      told.failed(refusal);
      throw refusal;
    }
    try {
      return done.get(commitWaitMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new StoreException("The commit failed", e);
    } catch (TimeoutException e) {
      throw new StoreException("The commit takes longer than " + commitWaitMax, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("Interrupted while waiting for a commit", e);
    }
  }

  <R> R commit(Write<R> write) throws StoreException {
    return commit(write, _ -> {});
  }

  /** How many writes may wait. For any thread. */
  public int waitingMax() {
    return queueMax;
  }

  /** How many writes wait. For any thread. */
  public int waiting() {
    return waiting.get() & ~CLOSED;
  }

  /**
   * Where the writer is on its way. For any thread.
   *
   * @param turns it has begun, one for each commit
   * @param isWaiting for something to do, or for the store; however long, it is right to
   */
  public record Progress(long turns, boolean isWaiting) {}

  /** Where it is now: one that neither waits nor has begun another turn since is stuck. */
  public Progress progress() {
    return new Progress(turns, atStoreSince != null || (parked && queue.isEmpty()));
  }

  /** For how long it has waited for the store; zero while it does not. For any thread. */
  Duration atStoreFor() {
    Instant since = atStoreSince;
    return since == null ? Duration.ZERO : Duration.between(since, clock.instant());
  }

  /** How many commits have written something, failed ones aside. For any thread. */
  public long commits() {
    return commits.sum();
  }

  /** How many writes were committed, those aside that only read. For any thread. */
  public long committedWrites() {
    return committedWrites.sum();
  }

  /** How many commits failed, whatever was in them. For any thread. */
  public long failedCommits() {
    return failedCommits.sum();
  }

  /**
   * Takes nothing more and commits what waits. Blocks for at most the given time; what is not
   * committed then fails. Without effect when called again.
   *
   * @return whether the writer's thread has ended, so that the store can be closed
   */
  boolean close(Duration waitMax) {
    if (closing.compareAndSet(false, true)) {
      waiting.getAndAdd(CLOSED);
      LockSupport.unpark(thread);
    }
    try {
      boolean ended = thread.join(waitMax);
      abandoned = !ended;
      return ended;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      abandoned = true;
      return !thread.isAlive();
    }
  }

  private void run() {
    List<Waiting<?>> batch = new ArrayList<>(batchMax);
    long turn = 0;
    while (awaitWork()) {
      turns = ++turn;
      Waiting<?> next;
      while (batch.size() < batchMax && (next = queue.poll()) != null) {
        batch.add(next);
      }
      waiting.addAndGet(-batch.size());
      commit(batch);
      batch.clear();
    }
  }

  /** Returns true when there is something to take, false when there never will be. */
  private boolean awaitWork() {
    while (queue.isEmpty()) {
      int counted = waiting.get();
      if (counted == CLOSED) {
        return false;
      }
      if (counted > CLOSED) {
        // Somebody is between being counted in and the queue, or about to be refused.
        Thread.onSpinWait();
        continue;
      }
      parked = true;
      if (queue.isEmpty() && !closing.get()) {
        LockSupport.park(this);
      }
      parked = false;
      // Nobody has a reason to interrupt this thread, but an interrupt would keep it from parking.
      boolean _ = Thread.interrupted();
    }
    return true;
  }

  private void commit(List<Waiting<?>> batch) {
    List<Write<?>> writes = new ArrayList<>(batch.size());
    for (Waiting<?> each : batch) {
      writes.add(each.write);
    }
    List<Object> results;
    long began = System.nanoTime();
    try {
      results = commitWrites(writes);
    } catch (StoreException | RuntimeException | Error cause) {
      // An error too: without its thread the chat would take messages and never answer.
      failedCommits.increment();
      faults.report("committing", cause);
      for (Waiting<?> each : batch) {
        faults.guard("telling a failed commit", () -> each.outcome.failed(cause));
      }
      faults.guard("ending a commit", listener::onCommitEnd);
      return;
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    int written = (int) writes.stream().filter(Write::writes).count();
    faults.guard("counting a commit", () -> listener.onCommitted(written, took));
    commits.add(written > 0 ? 1 : 0);
    int made = 0;
    for (int i = 0; i < results.size(); i++) {
      Write<?> write = writes.get(i);
      Object result = results.get(i);
      if (result instanceof Write.Rejected(RejectedException cause)) {
        faults.report("committing a " + write.getClass().getSimpleName(), cause);
      } else {
        made += write.writes() ? 1 : 0;
        faults.guard("keeping the directory", () -> directory.onCommitted(write, result));
      }
    }
    committedWrites.add(made);
    for (int i = 0; i < results.size(); i++) {
      Waiting<?> each = batch.get(i);
      Object result = results.get(i);
      if (result instanceof Write.Rejected(RejectedException cause)) {
        faults.guard("telling a rejected write", () -> each.outcome.failed(cause));
      } else {
        faults.guard("telling a commit", () -> each.committed(result));
      }
    }
    faults.guard("ending a commit", listener::onCommitEnd);
  }

  private List<Object> commitWrites(List<Write<?>> writes) throws StoreException {
    if (abandoned) {
      throw new StoreException("The writer was closed before it came to this");
    }
    List<Object> results;
    atStoreSince = clock.instant();
    try {
      results = store.commit(writes);
    } finally {
      atStoreSince = null;
    }
    if (results.size() != writes.size()) {
      throw new IllegalStateException(
          results.size() + " outcomes for " + writes.size() + " writes");
    }
    return results;
  }

  private record Waiting<R>(Write<R> write, Outcome<? super R> outcome) {
    @SuppressWarnings("unchecked") // the store answers each write in the write's own type
    void committed(Object result) {
      outcome.committed((R) result);
    }
  }
}
