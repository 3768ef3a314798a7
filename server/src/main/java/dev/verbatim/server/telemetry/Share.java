package dev.verbatim.server.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Follows a share of what comes, by chance. By the trace's id, as samplers mostly do, a caller who
 * chooses it would choose what is followed. For any thread.
 *
 * @param share from 0 to 1
 */
record Share(double share) implements Sampler {
  /**
   * Decides where a trace begins here, and where a caller says that it is followed: behind proxies
   * that hand a {@code traceparent} on it may be anybody who says so. What a caller does not follow
   * is not followed here either, and what is a part of something goes with it.
   */
  static Sampler of(double share) {
    Share sampler = new Share(share);
    return Sampler.parentBasedBuilder(sampler).setRemoteParentSampled(sampler).build();
  }

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    return ThreadLocalRandom.current().nextDouble() < share
        ? SamplingResult.recordAndSample()
        : SamplingResult.drop();
  }

  @Override
  public String getDescription() {
    return "share " + share;
  }
}
