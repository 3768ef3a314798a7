package dev.verbatim.server.metrics;

import java.time.Duration;
import java.util.stream.LongStream;

/** The bounds of histograms. */
final class Buckets {
  /** From half of what an answer takes on an idle machine to what clients wait for one. */
  static final Duration[] LATENCIES =
      LongStream.of(
              250,
              500,
              1_000,
              2_500,
              5_000,
              10_000,
              25_000,
              50_000,
              100_000,
              250_000,
              500_000,
              1_000_000,
              2_500_000,
              5_000_000,
              10_000_000)
          .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
          .toArray(Duration[]::new);

  private Buckets() {}
}
