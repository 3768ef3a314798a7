package dev.verbatim.server.metrics;

import dev.verbatim.server.faults.Faults;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** Faults of the server, as they are counted anyway. */
record FaultMetrics() {
  void bindTo(MeterRegistry registry) {
    Meters meters = new Meters(registry);
    for (Faults.Owner owner : Faults.Owner.values()) {
      meters.count(
          "verbatim.faults",
          "Faults of the server, by where they were caught",
          Tags.of("owner", Faults.label(owner)),
          () -> Faults.counted(owner));
    }
  }
}
