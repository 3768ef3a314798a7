package dev.verbatim.server.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import java.util.Collection;

/** The way of records to the collector, with what is lost on it counted. */
record OtlpLogs(Waiting waiting, LogRecordProcessor batches) implements LogRecordProcessor {
  static OtlpLogs to(LogRecordExporter exporter, Waiting waiting) {
    return new OtlpLogs(
        waiting,
        BatchLogRecordProcessor.builder(new Counted(exporter, waiting))
            .setMaxQueueSize(2 * OtlpLimits.WAITING_MAX)
            .setMaxExportBatchSize(OtlpLimits.BATCH_MAX)
            .setScheduleDelay(OtlpLimits.DELAY)
            .setExporterTimeout(OtlpLimits.REQUEST_TIME_MAX)
            .build());
  }

  @Override
  public void onEmit(Context context, ReadWriteLogRecord record) {
    if (waiting.take()) {
      batches.onEmit(context, record);
    }
  }

  @Override
  public CompletableResultCode forceFlush() {
    return batches.forceFlush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return batches.shutdown();
  }

  private record Counted(LogRecordExporter exporter, Waiting waiting) implements LogRecordExporter {
    @Override
    public CompletableResultCode export(Collection<LogRecordData> records) {
      return waiting.send(records.size(), () -> exporter.export(records));
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
