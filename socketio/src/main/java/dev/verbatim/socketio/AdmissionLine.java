package dev.verbatim.socketio;

import dev.verbatim.socketio.ConnectionError.Context;
import dev.verbatim.socketio.PendingHandshake.Outcome;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets handshakes in at the pace that {@link Limits#admissionsPerSecond} says: those beyond it
 * stand in line, on no thread, those of each address behind each other and the addresses side by
 * side. Safe for all threads; whoever stands here is told on the event loop that is theirs.
 *
 * <p>A token bucket, which is full after a quiet time. While somebody waits it holds no more than
 * what {@link #CATCH_UP} brings: where the loop on which the line moves is late it has more to do
 * than is good already, and what was missed is not made up for.
 */
final class AdmissionLine {
  private static final Duration CATCH_UP = Duration.ofMillis(50);

  /** The line does not move more often: a few at a time cost others as little as one. */
  private static final long STEP_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(2);

  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Limits limits;
  private final double tokensPerNano;
  private final FairQueue<Waiting> line;
  private final LongAdder waited = new LongAdder();
  private double tokens;
  private long refilledAtNanos;
  private boolean hasBegun;
  private boolean isMoving;
  private boolean isClosed;

  /** One who stands in line. Confined to its loop, but for what never changes. */
  private static final class Waiting {
    private final EngineLoop loop;
    private final long address;
    private final Consumer<Outcome> then;
    private final long sinceNanos;
    private boolean isOver;

    Waiting(EngineLoop loop, long address, Consumer<Outcome> then, long sinceNanos) {
      this.loop = loop;
      this.address = address;
      this.then = then;
      this.sinceNanos = sinceNanos;
    }

    void end(Outcome outcome) {
      assert loop.inEventLoop();
      if (!isOver) {
        isOver = true;
        then.accept(outcome);
      }
    }
  }

  AdmissionLine(Limits limits) {
    this.limits = limits;
    this.tokensPerNano = limits.admissionsPerSecond() / NANOS_PER_SECOND;
    this.line = new FairQueue<>(waitingMax(limits));
  }

  /**
   * As many as may stand there, and no more than get in within the time; without a rate nobody
   * does.
   */
  private static int waitingMax(Limits limits) {
    int most = limits.admissionsWaitingMax();
    if (limits.admissionsPerSecond() == 0) {
      return most;
    }
    double seconds = limits.admissionWaitMax().toNanos() / NANOS_PER_SECOND;
    return (int) Math.min(most, Math.ceil(limits.admissionsPerSecond() * seconds));
  }

  /**
   * Lets a handshake in, now or later, or refuses it.
   *
   * @param loop its channel's, on which this is called
   * @param client its address, or null for one that has none
   * @param then told the outcome, once, on the loop
   */
  void enter(
      EngineLoop loop, Exchange exchange, @Nullable InetAddress client, Consumer<Outcome> then) {
    assert loop.inEventLoop();
    if (limits.admissionsPerSecond() == 0) {
      then.accept(new Outcome.Allowed());
      return;
    }
    long now = now(loop);
    Waiting waiting = new Waiting(loop, Turnstile.key(client), then, now);
    Outcome outcome = null;
    Waiting pushedOut = null;
    Duration timeOfAll;
    synchronized (this) {
      refill(now);
      if (line.isEmpty() && tokens >= 1) {
        tokens--;
        outcome = new Outcome.Allowed();
      } else if (isClosed) {
        outcome = new Outcome.Refused(new Context.ShuttingDown());
      } else {
        pushedOut = line.add(waiting.address, waiting);
        if (pushedOut != waiting) {
          waited.increment();
          move();
        }
      }
      timeOfAll = timeOfAll();
    }
    if (pushedOut != null) {
      tell(List.of(pushedOut), new Outcome.Refused(new Context.TooManyWaiting(timeOfAll)));
    }
    if (outcome != null) {
      waiting.end(outcome);
    } else if (pushedOut != waiting) {
      exchange.whenGone(() -> leave(waiting));
    }
  }

  /** Refuses all who wait: the server goes down. */
  void close() {
    List<Waiting> all;
    synchronized (this) {
      isClosed = true;
      all = new ArrayList<>(line.size());
      while (!line.isEmpty()) {
        all.add(line.poll());
      }
    }
    tell(all, new Outcome.Refused(new Context.ShuttingDown()));
  }

  /** How many stand in line. */
  synchronized int waiting() {
    return line.size();
  }

  /** How many may stand in line. */
  int waitingMax() {
    return line.sizeMax();
  }

  /** How many had to stand in line since the start. */
  long waited() {
    return waited.sum();
  }

  /** How long it takes, at the best, until all who wait are in. */
  private Duration timeOfAll() {
    return Duration.ofNanos((long) (line.size() / tokensPerNano));
  }

  private void refill(long now) {
    double most = limits.admissionBurst();
    if (!hasBegun) {
      hasBegun = true;
      tokens = most;
    } else {
      if (!line.isEmpty()) {
        most = Math.min(most, Math.max(1, CATCH_UP.toNanos() * tokensPerNano));
      }
      tokens = Math.min(most, tokens + (now - refilledAtNanos) * tokensPerNano);
    }
    refilledAtNanos = now;
  }

  /** Has the line move when there is a token for the first, on the loop of that one. */
  private void move() {
    while (!isMoving && !line.isEmpty()) {
      EngineLoop loop = line.first().loop;
      long wait = Math.max(STEP_NANOS_MIN, (long) Math.ceil((1 - tokens) / tokensPerNano));
      try {
        loop.schedule(() -> onToken(loop), wait);
        isMoving = true;
      } catch (RejectedExecutionException _) {
        // The loop is dead, and so is the connection.
        line.poll();
      }
    }
  }

  private void onToken(EngineLoop loop) {
    long now = now(loop);
    List<Waiting> admitted = new ArrayList<>();
    List<Waiting> late = new ArrayList<>();
    Duration timeOfAll;
    synchronized (this) {
      isMoving = false;
      refill(now);
      while (!line.isEmpty() && tokens >= 1) {
        Waiting first = line.poll();
        if (now - first.sinceNanos > limits.admissionWaitMax().toNanos()) {
          late.add(first);
        } else {
          admitted.add(first);
          tokens--;
        }
      }
      timeOfAll = timeOfAll();
      move();
    }
    tell(admitted, new Outcome.Allowed());
    tell(late, new Outcome.Refused(new Context.TooManyWaiting(timeOfAll)));
  }

  private static void tell(List<Waiting> all, Outcome outcome) {
    for (Waiting each : all) {
      each.loop.run(() -> each.end(outcome));
    }
  }

  private void leave(Waiting waiting) {
    synchronized (this) {
      line.remove(waiting.address, waiting);
    }
    waiting.end(new Outcome.Gone());
  }

  private static long now(EngineLoop loop) {
    return loop.eventLoop().ticker().nanoTime();
  }
}
