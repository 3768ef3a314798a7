package dev.verbatim.bench;

import dev.verbatim.server.metrics.CommitMeter;
import dev.verbatim.server.metrics.EventMeter;
import dev.verbatim.server.metrics.Metrics;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What counting and timing costs a message on its way, on as many threads as there are loops. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(2)
@Fork(5)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 2, time = 1)
public class MessageMeters {
  private final Metrics metrics = new Metrics();
  private final EventMeter event = metrics.event("send_message");
  private final CommitMeter commits = metrics.commits();

  /** Of each message: that it came, and how long its answer took, the clock's two readings too. */
  @Benchmark
  public void message() {
    event.onReceived();
    long arrived = System.nanoTime();
    event.onAnswered(System.nanoTime() - arrived);
  }

  /** Of each commit, which is of many messages where there is much to do. */
  @Benchmark
  public void commit() {
    commits.onCommitted(10, Duration.ofNanos(500_000));
  }

  @TearDown
  public void close() {
    metrics.close();
  }
}
