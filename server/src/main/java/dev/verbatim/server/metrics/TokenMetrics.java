package dev.verbatim.server.metrics;

import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.identity.IssuerKeys;
import dev.verbatim.server.identity.RefusedTokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What identity counts, and how it stands. */
final class TokenMetrics implements MeterBinder {
  private static final double MILLIS_PER_SECOND = 1e3;

  private final Admission admission;
  private final InstantSource clock;

  TokenMetrics(Admission admission, InstantSource clock) {
    this.admission = admission;
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters meters = new Meters(registry);
    RefusedTokens refused = admission.refused();
    for (String reason : refused.counts().keySet()) {
      meters.count(
          "verbatim.refused.tokens",
          "Tokens that let nobody in, and webhooks that nobody is known to have signed",
          Tags.of("reason", reason),
          () -> Objects.requireNonNull(refused.counts().get(reason)));
    }
    meters.count(
        "verbatim.admitted.tokens",
        "Tokens that let their user in",
        Tags.empty(),
        admission::admitted);
    meters.gauge(
        "verbatim.identity.keys.held",
        "Whether there are keys to verify tokens with; before the first token perhaps not",
        Tags.empty(),
        () -> admission.keys().areHeld() ? 1 : 0);
    meters.gauge(
        "verbatim.identity.keys.failing",
        "Whether the keys were asked for last without success",
        Tags.empty(),
        () -> admission.keys().isFailing() ? 1 : 0);
    TimeGauge.builder("verbatim.identity.keys.age", this::keysAge, TimeUnit.SECONDS)
        .description(
            "How long ago the keys were fetched that are held; 0 for those that need not be")
        .register(registry);
  }

  private double keysAge() {
    IssuerKeys keys = admission.keys();
    Instant fetchedAt = keys.fetchedAt();
    return fetchedAt == null
        ? 0
        : Duration.between(fetchedAt, clock.instant()).toMillis() / MILLIS_PER_SECOND;
  }
}
