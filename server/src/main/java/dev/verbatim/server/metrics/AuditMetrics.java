package dev.verbatim.server.metrics;

import dev.verbatim.chat.BrokenPromises;
import dev.verbatim.chat.Chat;
import dev.verbatim.chat.StoreAudit;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What the server finds out about its own promises. */
final class AuditMetrics implements MeterBinder {
  private static final double MILLIS_PER_SECOND = 1e3;

  private final Chat chat;
  private final InstantSource clock;
  private final Instant startedAt;

  AuditMetrics(Chat chat, InstantSource clock) {
    this.chat = chat;
    this.clock = clock;
    startedAt = clock.instant();
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters meters = new Meters(registry);
    BrokenPromises promises = chat.brokenPromises();
    for (BrokenPromises.Kind kind : BrokenPromises.Kind.values()) {
      meters.count(
          "verbatim.broken.promises",
          "What was found that must not be, each kind once in each group",
          Tags.of("kind", kind.name().toLowerCase(Locale.ROOT)),
          () -> Objects.requireNonNull(promises.counts().get(kind)));
    }
    StoreAudit audit = chat.audit();
    Tags none = Tags.empty();
    meters.count(
        "verbatim.audit.pages",
        "Steps of the audit, each a few groups or a page of messages",
        none,
        () -> audit.state().steps());
    meters.count(
        "verbatim.audit.messages",
        "Messages that the audit has looked at, again in each round",
        none,
        () -> audit.state().messages());
    meters.count(
        "verbatim.audit.rounds",
        "How often the audit has looked at the whole store",
        none,
        () -> audit.state().rounds());
    meters.count(
        "verbatim.audit.failures",
        "Steps of the audit that failed",
        none,
        () -> audit.state().failures());
    FunctionCounter.builder("verbatim.audit.busy", audit, each -> seconds(each.state().busy()))
        .description("How long the steps of the audit took together")
        .baseUnit("seconds")
        .register(registry);
    TimeGauge.builder("verbatim.audit.round.age", this::roundAge, TimeUnit.SECONDS)
        .description("How long ago the audit had looked at the whole store last, or was started")
        .register(registry);
  }

  private double roundAge() {
    Instant ended = chat.audit().state().roundEndedAt();
    return seconds(Duration.between(ended == null ? startedAt : ended, clock.instant()));
  }

  private static double seconds(Duration time) {
    return time.toMillis() / MILLIS_PER_SECOND;
  }
}
