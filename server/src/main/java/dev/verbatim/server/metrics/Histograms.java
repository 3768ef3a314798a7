package dev.verbatim.server.metrics;

import dev.verbatim.socketio.Counters.Latencies;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Histograms of times that are sorted elsewhere, each read when somebody scrapes. They stand in the
 * Prometheus client below Micrometer, which has no meter for them.
 */
final class Histograms {
  private static final double NANOS_PER_SECOND = 1e9;

  private final PrometheusRegistry registry;

  Histograms(PrometheusRegistry registry) {
    this.registry = registry;
  }

  /**
   * Times.
   *
   * @param name with its unit, {@code _seconds}
   */
  void times(String name, String help, Supplier<Latencies> source) {
    registry.register(
        () ->
            HistogramSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(
                    HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(buckets(source.get()))
                        .sum(seconds(source.get().total()))
                        .build())
                .build());
  }

  /** Each count stands by itself there too: the text adds them up. */
  private static ClassicHistogramBuckets buckets(Latencies times) {
    List<Long> counts = times.counts();
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < counts.size() - 1; i++) {
      buckets.bucket(seconds(times.bound(i)), counts.get(i));
    }
    return buckets.bucket(Double.POSITIVE_INFINITY, counts.getLast()).build();
  }

  private static double seconds(Duration time) {
    return time.toNanos() / NANOS_PER_SECOND;
  }
}
