package dev.verbatim.server.metrics;

import dev.verbatim.server.identity.IdentityCalls;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** How long the identity provider takes for what it is asked, and what comes of it. */
final class IdentityMeter implements IdentityCalls {
  private final Map<Call, Map<Outcome, Timer>> timers = new EnumMap<>(Call.class);

  IdentityMeter(MeterRegistry registry) {
    for (Call call : Call.values()) {
      Map<Outcome, Timer> ofCall = new EnumMap<>(Outcome.class);
      for (Outcome outcome : Outcome.values()) {
        ofCall.put(
            outcome,
            Timer.builder("verbatim.identity.call")
                .description("How long questions to the identity provider took")
                .tag("call", call.name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(Buckets.LATENCIES)
                .register(registry));
      }
      timers.put(call, ofCall);
    }
  }

  @Override
  public void onAnswered(Call call, Outcome outcome, Duration took) {
    Objects.requireNonNull(Objects.requireNonNull(timers.get(call)).get(outcome)).record(took);
  }
}
