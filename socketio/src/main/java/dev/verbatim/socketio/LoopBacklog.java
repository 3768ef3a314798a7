package dev.verbatim.socketio;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Confined to its event loop: the memory that is taken by what waits for the clients of one loop.
 *
 * <p>It is counted for those alone that have not taken everything, and counts what memory really
 * goes into: the objects of each write that waits, the bytes that are one client's own, and the
 * bytes that many share once, until the last of them has read them. To know when that is, a shared
 * buffer that somebody still holds after the flush is held here too; a hand goes round the held
 * ones, some at each flush, and lets go of those that nobody else holds.
 *
 * <p>Clients may read on without a flush of ours, so what is counted may be out of date by a
 * second, and only upwards; before anybody is closed for it, all is counted anew.
 */
final class LoopBacklog {
  /** Shared buffers that are looked at in one flush; some microseconds. */
  private static final int LOOKS_MAX = 64;

  private static final Duration RECOUNT_INTERVAL = Duration.ofSeconds(1);

  private final EngineLoop loop;
  private final TotalBacklog total;
  private final Tally<Measure> measures = new Tally<>(Measure.class);
  private final AtomicBoolean reliefIsDue = new AtomicBoolean();
  private final Deadline recount = new Deadline(this::recount);

  /** Those for whom something waits, in no order. */
  private @Nullable Backlog[] behind = new @Nullable Backlog[16];

  private int behindCount;

  /** Shared buffers of this flush. */
  private final List<ByteBuf> fresh = new ArrayList<>();

  /** Those of earlier flushes that somebody else holds, or did when they were looked at. */
  private final List<ByteBuf> shared = new ArrayList<>();

  /** Whether it has ever kept one. */
  private boolean keeps;

  private int hand;
  private long bytes;
  private boolean grown;

  /** What other threads may know. */
  enum Measure {
    READERS,
    BYTES,
    TOTAL_BYTES_HIGHEST
  }

  LoopBacklog(EngineLoop loop, TotalBacklog total) {
    this.loop = loop;
    this.total = total;
  }

  /** The loop has ended, and all connections before it. */
  private void release() {
    fresh.forEach(ByteBuf::release);
    fresh.clear();
    shared.forEach(ByteBuf::release);
    shared.clear();
  }

  /** Clients of this loop for whom something waits. Any thread. */
  long readers() {
    return measures.get(Measure.READERS);
  }

  /** Memory of what waits on this loop. Any thread. */
  long bytes() {
    return measures.get(Measure.BYTES);
  }

  /** The most that this loop has ever found to wait on all loops together. Any thread. */
  long totalBytesHighest() {
    return measures.get(Measure.TOTAL_BYTES_HIGHEST);
  }

  /** One client's part has become more, or less. */
  void onChange(Backlog of, long more) {
    assert loop.inEventLoop();
    if (of.place() < 0) {
      add(of);
    } else if (of.countedBytes() == 0) {
      remove(of);
    }
    addBytes(more);
  }

  private void add(Backlog of) {
    if (behindCount == behind.length) {
      behind = Arrays.copyOf(behind, 2 * behindCount);
    }
    of.place(behindCount);
    behind[behindCount++] = of;
    measures.set(Measure.READERS, behindCount);
    if (!recount.hasDeadline()) {
      loop.deadlines().scheduleIn(recount, RECOUNT_INTERVAL);
    }
  }

  private void remove(Backlog of) {
    Backlog last = Objects.requireNonNull(behind[--behindCount]);
    behind[of.place()] = last;
    last.place(of.place());
    behind[behindCount] = null;
    of.place(-1);
    measures.set(Measure.READERS, behindCount);
  }

  private void addBytes(long more) {
    bytes += more;
    measures.set(Measure.BYTES, bytes);
    if (more > 0 && !grown) {
      grown = true;
      loop.flushSoon();
    }
  }

  /** What several clients share takes more memory, or less. */
  void addShared(long more) {
    assert loop.inEventLoop();
    addBytes(more);
  }

  /** Takes over a buffer that was written to many. The reference goes with it. */
  void keep(ByteBuf wire) {
    assert loop.inEventLoop();
    if (wire.refCnt() == 1) {
      wire.release();
    } else {
      if (!keeps) {
        keeps = true;
        loop.eventLoop().terminationFuture().addListener(_ -> release());
      }
      fresh.add(wire);
      loop.flushSoon();
    }
  }

  /** All that was written has been flushed. */
  void onFlushed() {
    assert loop.inEventLoop();
    settle();
    for (int looks = Math.min(LOOKS_MAX, shared.size()); looks > 0; looks--) {
      hand = hand < shared.size() ? hand : 0;
      look(hand++);
    }
    if (grown) {
      grown = false;
      long found = total.check();
      if (found > totalBytesHighest()) {
        measures.set(Measure.TOTAL_BYTES_HIGHEST, found);
      }
    }
  }

  /** Counts the buffers of this flush that somebody still holds. */
  private void settle() {
    for (ByteBuf wire : fresh) {
      if (wire.refCnt() == 1) {
        wire.release();
      } else {
        shared.add(wire);
        addBytes(bytes(wire));
      }
    }
    fresh.clear();
  }

  /** Lets go of a buffer that nobody else holds any more. */
  private void look(int index) {
    if (index < shared.size() && shared.get(index).refCnt() == 1) {
      ByteBuf wire = shared.get(index);
      ByteBuf last = shared.removeLast();
      if (index < shared.size()) {
        shared.set(index, last);
      }
      addBytes(-bytes(wire));
      wire.release();
    }
  }

  private static long bytes(ByteBuf wire) {
    return (long) wire.capacity() + Weights.SHARED_BYTES;
  }

  private void lookAtAll() {
    for (int i = shared.size() - 1; i >= 0; i--) {
      look(i);
    }
  }

  private void recount() {
    for (int i = behindCount - 1; i >= 0; i--) {
      Objects.requireNonNull(behind[i]).update();
    }
    lookAtAll();
    if (behindCount > 0 || !shared.isEmpty()) {
      loop.deadlines().scheduleIn(recount, RECOUNT_INTERVAL);
    }
  }

  // When all loops together have too much

  /** Has this loop close its slowest readers soon. Any thread. */
  void relieveSoon() {
    if (reliefIsDue.compareAndSet(false, true) && !loop.run(this::beginRelief)) {
      reliefIsDue.set(false);
    }
  }

  private void beginRelief() {
    // Not now: on this loop, the caller may be walking what a close changes.
    loop.execute(this::relieve);
  }

  private void relieve() {
    reliefIsDue.set(false);
    recount();
    if (!total.isExceeded()) {
      return;
    }
    Backlog[] slowest = new Backlog[behindCount];
    for (int i = 0; i < slowest.length; i++) {
      slowest[i] = Objects.requireNonNull(behind[i]);
    }
    for (Backlog each : slowest) {
      each.shed();
    }
    if (!total.isExceeded()) {
      return;
    }
    Arrays.sort(slowest, Comparator.comparingLong(Backlog::bytes).reversed());
    // Some at a time, for what they share is only known to be free after a look at all of it.
    int some = 1 + slowest.length / 16;
    for (int i = 0; i < slowest.length && total.isRelieving(); i++) {
      slowest[i].session().relieve();
      slowest[i].update();
      if (i % some == some - 1 || i == slowest.length - 1) {
        lookAtAll();
      }
    }
    // Another loop may have the most now.
    total.check();
  }
}
