package dev.verbatim.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What became of those who came back and named the newest message that they have. */
public final class ReplayMeter {
  private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
  private final Counter messages;

  /** What became of a replay. */
  public enum Outcome {
    /** All that was missed was sent, which may have been nothing. */
    COMPLETE,
    /** It was a gap, for more messages were missed than are replayed. */
    GAP_MESSAGES,
    /** It was a gap, for what was missed is larger than a connection takes. */
    GAP_BYTES,
    /** The client has more than there is: it was told so. */
    AHEAD,
    /** It could not be read: it was refused. */
    FAILED;

    /** As it is named outside. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  ReplayMeter(MeterRegistry registry) {
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(
          outcome,
          Counter.builder("verbatim.replays")
              .description("Clients that came back with lastSeq, by what became of it")
              .tag("outcome", outcome.label())
              .register(registry));
    }
    messages =
        Counter.builder("verbatim.replayed.messages")
            .description("Messages that were replayed")
            .register(registry);
  }

  /** One is over. */
  public void onReplay(Outcome outcome, int replayed) {
    Objects.requireNonNull(outcomes.get(outcome)).increment();
    messages.increment(replayed);
  }

  /** How many there were of each outcome; all are there. */
  public Map<Outcome, Long> counts() {
    Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
    outcomes.forEach((outcome, counter) -> counts.put(outcome, (long) counter.count()));
    return Collections.unmodifiableMap(counts);
  }
}
