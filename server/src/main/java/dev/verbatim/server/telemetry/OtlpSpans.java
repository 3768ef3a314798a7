package dev.verbatim.server.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** The way of spans to the collector, with what is lost on it counted. */
record OtlpSpans(Waiting waiting, SpanProcessor batches) implements SpanProcessor {
  static OtlpSpans to(SpanExporter exporter, Waiting waiting) {
    return new OtlpSpans(
        waiting,
        BatchSpanProcessor.builder(new Counted(exporter, waiting))
            .setMaxQueueSize(2 * OtlpLimits.WAITING_MAX)
            .setMaxExportBatchSize(OtlpLimits.BATCH_MAX)
            .setScheduleDelay(OtlpLimits.DELAY)
            .setExporterTimeout(OtlpLimits.REQUEST_TIME_MAX)
            .build());
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (span.getSpanContext().isSampled() && waiting.take()) {
      batches.onEnd(span);
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  @Override
  public CompletableResultCode forceFlush() {
    return batches.forceFlush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return batches.shutdown();
  }

  private record Counted(SpanExporter exporter, Waiting waiting) implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      return waiting.send(spans.size(), () -> exporter.export(spans));
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }
}
