package dev.verbatim.server.metrics;

import dev.verbatim.server.identity.RefusedTokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/** What identity counts. */
final class TokenMetrics implements MeterBinder {
  private final RefusedTokens refused;

  TokenMetrics(RefusedTokens refused) {
    this.refused = refused;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters meters = new Meters(registry);
    for (String reason : refused.counts().keySet()) {
      meters.count(
          "verbatim.refused.tokens",
          "Tokens that let nobody in, and webhooks that nobody is known to have signed",
          Tags.of("reason", reason),
          () -> Objects.requireNonNull(refused.counts().get(reason)));
    }
  }
}
