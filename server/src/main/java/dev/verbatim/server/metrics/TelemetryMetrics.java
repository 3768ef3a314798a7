package dev.verbatim.server.metrics;

import dev.verbatim.server.telemetry.Telemetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** What did not reach the collector. */
record TelemetryMetrics(Telemetry telemetry) {
  void bindTo(MeterRegistry registry) {
    Meters meters = new Meters(registry);
    String name = "verbatim.telemetry.lost";
    String description = "What did not reach the OTLP collector";
    meters.count(name, description, Tags.of("kind", "logs"), telemetry::lostRecords);
    meters.count(name, description, Tags.of("kind", "spans"), telemetry::lostSpans);
  }
}
