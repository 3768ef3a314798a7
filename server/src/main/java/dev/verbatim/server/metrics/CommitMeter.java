package dev.verbatim.server.metrics;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** How large the store's commits are, and how long they take, those aside that only read. */
public final class CommitMeter {
  private final DistributionSummary writes;
  private final Timer took;

  CommitMeter(MeterRegistry registry) {
    writes =
        DistributionSummary.builder("verbatim.commit.writes")
            .description("Writes in one commit that held any")
            .serviceLevelObjectives(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
            .register(registry);
    took =
        Timer.builder("verbatim.commit")
            .description("From handing a commit to the store until it is durable")
            .serviceLevelObjectives(Buckets.LATENCIES)
            .register(registry);
  }

  /** A commit is durable. */
  public void onCommitted(int count, Duration duration) {
    writes.record(count);
    took.record(duration);
  }
}
