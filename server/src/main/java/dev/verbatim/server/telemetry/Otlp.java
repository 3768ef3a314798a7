package dev.verbatim.server.telemetry;

import dev.verbatim.server.About;
import dev.verbatim.server.logs.Logs;
import dev.verbatim.server.settings.Settings;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.LogLimits;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * OpenTelemetry's SDK with its exporter over HTTP. Made by hand from the settings: of itself it
 * would read the environment.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/">OTLP specification</a>
 */
final class Otlp implements AutoCloseable {
  private static final String SCOPE = "dev.verbatim";

  private final Waiting waitingLogs;
  private final Waiting waitingSpans;
  private final SdkLoggerProvider logs;
  private final SdkTracerProvider spans;
  private final OtlpFaults faults;
  private final OtlpTraces traces;
  private final Duration endTimeMax;

  private Otlp(Settings.Collector collector, boolean trustsCallers, Duration endTimeMax) {
    this.endTimeMax = endTimeMax;
    waitingLogs = new Waiting("faults", String.valueOf(collector.endpoint()));
    waitingSpans = new Waiting("spans", String.valueOf(collector.endpoint()));
    Resource resource =
        Resource.create(
            Attributes.builder()
                .put("service.name", collector.serviceName())
                .put("service.version", About.version())
                .build());
    OtlpHttpLogRecordExporter logExporter =
        OtlpHttpLogRecordExporter.builder()
            .setEndpoint(collector.endpoint() + "/v1/logs")
            .setHeaders(collector.headers()::values)
            .setTimeout(OtlpLimits.REQUEST_TIME_MAX)
            .build();
    OtlpHttpSpanExporter spanExporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(collector.endpoint() + "/v1/traces")
            .setHeaders(collector.headers()::values)
            .setTimeout(OtlpLimits.REQUEST_TIME_MAX)
            .build();
    LogLimits limits =
        LogLimits.builder().setMaxAttributeValueLength(OtlpLimits.VALUE_CHARS_MAX).build();
    logs =
        SdkLoggerProvider.builder()
            .setResource(resource)
            .setLogLimits(() -> limits)
            .addLogRecordProcessor(OtlpLogs.to(logExporter, waitingLogs))
            .build();
    spans =
        SdkTracerProvider.builder()
            .setResource(resource)
            .setSampler(Share.of(collector.tracedShare()))
            .setSpanLimits(
                SpanLimits.builder()
                    .setMaxAttributeValueLength(OtlpLimits.VALUE_CHARS_MAX)
                    .setMaxNumberOfLinks(OtlpLimits.LINKS_MAX)
                    .build())
            .addSpanProcessor(OtlpSpans.to(spanExporter, waitingSpans))
            .build();
    faults = new OtlpFaults(logs.get(SCOPE));
    traces = new OtlpTraces(spans.get(SCOPE), trustsCallers);
  }

  /**
   * @param endTimeMax how long {@link #close} waits for what is left to be sent
   */
  static Otlp start(Settings.Collector collector, boolean trustsCallers, Duration endTimeMax) {
    // The SDK logs to java.util.logging, which would write to standard error.
    if (!SLF4JBridgeHandler.isInstalled()) {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
    Otlp otlp = new Otlp(collector, trustsCallers, endTimeMax);
    Logs.alsoTo(otlp.faults);
    return otlp;
  }

  Traces traces() {
    return traces;
  }

  long lostRecords() {
    return waitingLogs.lost();
  }

  long lostSpans() {
    return waitingSpans.lost();
  }

  @Override
  public void close() {
    Logs.noLongerTo(faults);
    CompletableResultCode _ =
        CompletableResultCode.ofAll(List.of(logs.shutdown(), spans.shutdown()))
            .join(endTimeMax.toMillis(), TimeUnit.MILLISECONDS);
  }
}
