package dev.verbatim.server.metrics;

import dev.verbatim.server.wire.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * How often one of the contract's events came and was refused, and how long its answers took. A
 * handshake with a token counts as one.
 */
public final class EventMeter {
  private final Counter received;
  private final Timer answered;
  private final Map<ErrorCode, Counter> refused = new EnumMap<>(ErrorCode.class);

  EventMeter(MeterRegistry registry, String event) {
    received =
        Counter.builder("verbatim.events")
            .description("Events from clients, and as connect the handshakes with a token")
            .tag("event", event)
            .register(registry);
    answered =
        Timer.builder("verbatim.answer")
            .description(
                "From an event's arrival at its handler until its answer is made, refusals aside")
            .tag("event", event)
            .serviceLevelObjectives(Buckets.LATENCIES)
            .register(registry);
    for (ErrorCode code : ErrorCode.values()) {
      refused.put(
          code,
          Counter.builder("verbatim.event.errors")
              .description("Events from clients that were refused or failed")
              .tag("event", event)
              .tag("code", code.name())
              .register(registry));
    }
  }

  public void onReceived() {
    received.increment();
  }

  /** Its answer was made, so long after its handler had it. */
  public void onAnswered(long nanos) {
    answered.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** It was refused, or failed. */
  public void onRefused(ErrorCode code) {
    Objects.requireNonNull(refused.get(code)).increment();
  }
}
