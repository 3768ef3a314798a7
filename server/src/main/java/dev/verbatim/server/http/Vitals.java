package dev.verbatim.server.http;

import dev.verbatim.chat.BrokenPromises;
import dev.verbatim.chat.Chat;
import dev.verbatim.chat.StoreAudit;
import dev.verbatim.chat.Writer;
import dev.verbatim.server.identity.IssuerKeys;
import dev.verbatim.server.metrics.Bound;
import dev.verbatim.server.metrics.ReplayMeter;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Counters;
import dev.verbatim.socketio.SocketIoOptions.TransportName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JsonGenerator;

/**
 * How the service is doing at one moment, as it counts anyway.
 *
 * @param counters of the sockets
 * @param deliveries of late
 * @param loopDelays of late
 * @param sessions of authenticated sockets
 * @param usersOnline with a socket, or within the grace time without one
 * @param refusedTokens by reason, as {@code RefusedTokens} counts them
 * @param replays of those who came back, by what became of them
 * @param audit what the store's audit has looked at
 * @param findings the first of what was found that must not be
 */
record Vitals(
    boolean isDraining,
    Counters counters,
    Counters.Latencies deliveries,
    Counters.Latencies loopDelays,
    int sessions,
    int usersOnline,
    Commits commits,
    Map<String, Long> refusedTokens,
    IssuerKeys issuerKeys,
    Map<ReplayMeter.Outcome, Long> replays,
    StoreAudit.State audit,
    Map<BrokenPromises.Kind, Long> brokenPromises,
    List<BrokenPromises.Finding> findings,
    List<Bound> bounds,
    long heapUsedBytes,
    long heapMaxBytes) {
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * What the store's writer has done.
   *
   * @param waiting writes that wait for it now
   * @param done commits, failed ones aside
   * @param writes that they held
   * @param failed commits
   */
  record Commits(int waiting, long done, long writes, long failed) {}

  static Vitals of(Backend backend) {
    Chat chat = backend.chat();
    Writer writer = chat.writer();
    Runtime runtime = Runtime.getRuntime();
    return new Vitals(
        backend.isDraining().getAsBoolean(),
        backend.sockets().counters(),
        backend.metrics().deliveries().now(),
        backend.metrics().loopDelays().now(),
        chat.sessions().count(),
        chat.presence().onlineCount(),
        new Commits(
            writer.waiting(), writer.commits(), writer.committedWrites(), writer.failedCommits()),
        backend.admission().refused().counts(),
        backend.admission().keys(),
        backend.metrics().replays().counts(),
        chat.audit().state(),
        chat.brokenPromises().counts(),
        chat.brokenPromises().first(),
        backend.metrics().boundsNow(),
        runtime.totalMemory() - runtime.freeMemory(),
        runtime.maxMemory());
  }

  /** Writes the fields. */
  void write(JsonGenerator json) {
    json.writeBooleanProperty("draining", isDraining);
    json.writeObjectPropertyStart("connections");
    for (TransportName transport : TransportName.values()) {
      json.writeNumberProperty(
          transport.text(),
          Objects.requireNonNull(counters.transports().get(transport)).sessionsOpen());
    }
    json.writeEndObject();
    json.writeNumberProperty(
        "sockets", counters.sockets().values().stream().mapToInt(Integer::intValue).sum());
    json.writeNumberProperty("sessions", sessions);
    json.writeNumberProperty("usersOnline", usersOnline);
    json.writeObjectPropertyStart("slowReaders");
    json.writeNumberProperty("count", counters.backlog().readers());
    json.writeNumberProperty("bytes", counters.backlog().bytes());
    json.writeEndObject();
    json.writeObjectPropertyStart("writer");
    json.writeNumberProperty("waiting", commits.waiting());
    json.writeNumberProperty("commits", commits.done());
    json.writeNumberProperty("writes", commits.writes());
    json.writeNumberProperty("failedCommits", commits.failed());
    json.writeEndObject();
    json.writeObjectPropertyStart("refusedTokens");
    refusedTokens.forEach(json::writeNumberProperty);
    json.writeEndObject();
    writeIdentity(json);
    writeTimes(json, "delivery", deliveries);
    writeTimes(json, "eventLoopDelay", loopDelays);
    json.writeObjectPropertyStart("replays");
    replays.forEach((outcome, count) -> json.writeNumberProperty(outcome.label(), count));
    json.writeEndObject();
    writeAudit(json);
    json.writeArrayPropertyStart("bounds");
    for (Bound bound : bounds) {
      json.writeStartObject();
      json.writeStringProperty("name", bound.name());
      json.writeNumberProperty("used", bound.used());
      json.writeNumberProperty("max", bound.max());
      json.writeBooleanProperty("near", bound.isNear());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectPropertyStart("heap");
    json.writeNumberProperty("usedBytes", heapUsedBytes);
    json.writeNumberProperty("maxBytes", heapMaxBytes);
    json.writeEndObject();
  }

  private void writeIdentity(JsonGenerator json) {
    json.writeObjectPropertyStart("identity");
    json.writeBooleanProperty("keysHeld", issuerKeys.areHeld());
    json.writeBooleanProperty("keysFailing", issuerKeys.isFailing());
    Instant fetchedAt = issuerKeys.fetchedAt();
    if (fetchedAt != null) {
      WireJson.time(json, "keysFetchedAt", fetchedAt);
    }
    json.writeEndObject();
  }

  /** How many there were, and what half and 99 percent of them took at the most. */
  private static void writeTimes(JsonGenerator json, String name, Counters.Latencies times) {
    json.writeObjectPropertyStart(name);
    json.writeNumberProperty("count", times.count());
    if (times.count() > 0) {
      json.writeNumberProperty("p50Seconds", seconds(times.within(0.5)));
      json.writeNumberProperty("p99Seconds", seconds(times.within(0.99)));
    }
    json.writeEndObject();
  }

  private static double seconds(Duration time) {
    return time.toNanos() / NANOS_PER_SECOND;
  }

  private void writeAudit(JsonGenerator json) {
    json.writeObjectPropertyStart("audit");
    json.writeNumberProperty("pages", audit.steps());
    json.writeNumberProperty("groups", audit.groups());
    json.writeNumberProperty("messages", audit.messages());
    json.writeNumberProperty("rounds", audit.rounds());
    json.writeNumberProperty("failures", audit.failures());
    json.writeNumberProperty("busySeconds", seconds(audit.busy()));
    Instant roundEndedAt = audit.roundEndedAt();
    if (roundEndedAt != null) {
      WireJson.time(json, "roundEndedAt", roundEndedAt);
    }
    json.writeEndObject();
    json.writeObjectPropertyStart("brokenPromises");
    brokenPromises.forEach(
        (kind, count) -> json.writeNumberProperty(kind.name().toLowerCase(Locale.ROOT), count));
    json.writeEndObject();
    json.writeArrayPropertyStart("findings");
    for (BrokenPromises.Finding finding : findings) {
      json.writeStartObject();
      json.writeStringProperty("kind", finding.kind().name().toLowerCase(Locale.ROOT));
      json.writeStringProperty("what", finding.words());
      WireJson.time(json, "at", finding.at());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
