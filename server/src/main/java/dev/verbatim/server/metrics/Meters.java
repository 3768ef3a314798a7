package dev.verbatim.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.Supplier;

/**
 * Meters of what is counted elsewhere, each read when somebody scrapes. Of the object that is
 * counted a counter knows weakly alone, and so would forget a value that nobody else holds: that
 * object is the registry.
 */
final class Meters {
  private final MeterRegistry registry;

  Meters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Something that only grows. */
  void count(String name, String description, Tags tags, Supplier<Number> value) {
    FunctionCounter.builder(name, registry, _ -> value.get().doubleValue())
        .description(description)
        .tags(tags)
        .register(registry);
  }

  /** The same in bytes. */
  void countBytes(String name, String description, Tags tags, Supplier<Number> value) {
    FunctionCounter.builder(name, registry, _ -> value.get().doubleValue())
        .description(description)
        .baseUnit("bytes")
        .tags(tags)
        .register(registry);
  }

  /** Something that goes up and down. */
  void gauge(String name, String description, Tags tags, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).tags(tags).register(registry);
  }

  /** The same in bytes. */
  void gaugeBytes(String name, String description, Tags tags, Supplier<Number> value) {
    Gauge.builder(name, value)
        .description(description)
        .baseUnit("bytes")
        .tags(tags)
        .register(registry);
  }
}
