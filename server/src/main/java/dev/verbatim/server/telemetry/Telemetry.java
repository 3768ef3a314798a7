package dev.verbatim.server.telemetry;

import dev.verbatim.server.StopTimes;
import dev.verbatim.server.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * What goes to a collector besides logs and metrics. For any thread.
 *
 * @param traces follow what is chosen to be followed
 * @param otlp sends it; null if there is no collector
 */
public record Telemetry(Traces traces, @Nullable Otlp otlp) implements AutoCloseable {
  /** Without a collector. */
  public static final Telemetry NONE = new Telemetry(Traces.NONE, null);

  /** As the settings say. */
  public static Telemetry of(Settings settings) {
    Settings.Collector collector = settings.collector();
    if (collector == null) {
      return NONE;
    }
    Otlp otlp =
        Otlp.start(
            collector,
            settings.trustProxy() > 0,
            new StopTimes(settings.shutdownTimeout()).telemetry());
    return new Telemetry(collector.tracedShare() > 0 ? otlp.traces() : Traces.NONE, otlp);
  }

  /** Records that did not arrive: too many waited, or the collector did not take them. */
  public long lostRecords() {
    return otlp == null ? 0 : otlp.lostRecords();
  }

  /** Spans that did not arrive, likewise. */
  public long lostSpans() {
    return otlp == null ? 0 : otlp.lostSpans();
  }

  /** Sends what waits, for {@link StopTimes#telemetry} at the most. */
  @Override
  public void close() {
    if (otlp != null) {
      otlp.close();
    }
  }
}
