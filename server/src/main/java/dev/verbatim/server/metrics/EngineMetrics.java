package dev.verbatim.server.metrics;

import dev.verbatim.socketio.Counters;
import dev.verbatim.socketio.DisconnectReason;
import dev.verbatim.socketio.Drop;
import dev.verbatim.socketio.Limits;
import dev.verbatim.socketio.Refusal;
import dev.verbatim.socketio.SocketIoOptions.TransportName;
import dev.verbatim.socketio.protocol.MalformedPacketException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What the Socket.IO server counts. */
final class EngineMetrics implements MeterBinder {
  private static final String TRANSPORT = "transport";
  private static final String REASON = "reason";
  private static final String OUTCOME = "outcome";

  private final Supplier<Counters> source;

  /** As they were when somebody asked last: each of some fifty meters reads them for itself. */
  private volatile Counters counters;

  EngineMetrics(Supplier<Counters> source) {
    this.source = source;
    this.counters = source.get();
  }

  /** Looks at the counters again, for whoever reads them next. */
  void refresh() {
    counters = source.get();
  }

  /** Looks at what has a bound, as it was read last. */
  void bindTo(Bounds bounds, Limits limits) {
    bounds.addBytes(
        "slow_reader_bytes", () -> counters.backlog().bytes(), limits::queuedBytesTotalMax);
    bounds.add(
        "admissions_waiting",
        () -> counters.admissions().waiting(),
        () -> counters.admissions().waitingMax());
  }

  /** Binds what Micrometer has no meter for. */
  void bindTo(Histograms histograms) {
    histograms.times(
        "verbatim_heartbeat_seconds",
        "How long clients took to answer pings",
        () -> counters.heartbeats());
    histograms.times(
        "verbatim_delivery_seconds",
        "From a commit's end, when its senders' acknowledgements and all it brought to others are"
            + " sent, until an event loop has flushed its part",
        () -> counters.batches());
    histograms.times(
        "verbatim_event_loop_delay_seconds",
        "By how much event loops came too late to what was due",
        () -> counters.loopDelays());
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters meters = new Meters(registry);
    meters.count(
        "verbatim.deliveries",
        "Packets that broadcasts and commits brought to sockets",
        Tags.empty(),
        () -> counters.deliveries());
    for (TransportName transport : TransportName.values()) {
      bindTraffic(meters, transport);
    }
    meters.count(
        "verbatim.admissions.waited",
        "Handshakes that have stood in line",
        Tags.empty(),
        () -> counters.admissions().waited());
    bindUpgrades(meters);
    bindEnds(meters);
    meters.gauge(
        "verbatim.sockets",
        "Sockets that are connected",
        Tags.empty(),
        () -> counters.sockets().values().stream().mapToInt(Integer::intValue).sum());
    meters.gauge(
        "verbatim.backlog.readers",
        "Connections whose client has not read what it got before",
        Tags.empty(),
        () -> counters.backlog().readers());
  }

  private void bindTraffic(Meters meters, TransportName transport) {
    Tags tags = Tags.of(TRANSPORT, transport.text());
    Tags in = tags.and("direction", "in");
    Tags out = tags.and("direction", "out");
    Supplier<Counters.Traffic> traffic =
        () -> Objects.requireNonNull(counters.transports().get(transport));
    meters.gauge("verbatim.connections", "Open sessions", tags, () -> traffic.get().sessionsOpen());
    meters.count(
        "verbatim.handshakes", "Sessions that began", tags, () -> traffic.get().handshakes());
    String packets = "Engine.IO packets";
    meters.count("verbatim.packets", packets, in, () -> traffic.get().packetsIn());
    meters.count("verbatim.packets", packets, out, () -> traffic.get().packetsOut());
    String bytes = "Bytes of WebSocket frames and of polling's bodies";
    meters.countBytes("verbatim.traffic", bytes, in, () -> traffic.get().bytesIn());
    meters.countBytes("verbatim.traffic", bytes, out, () -> traffic.get().bytesOut());
  }

  private void bindUpgrades(Meters meters) {
    String description = "WebSockets that were to take polling's place";
    ToLongFunction<Counters.Upgrades> done = Counters.Upgrades::done;
    ToLongFunction<Counters.Upgrades> failed = Counters.Upgrades::failed;
    for (var each : Map.of("done", done, "failed", failed).entrySet()) {
      meters.count(
          "verbatim.upgrades",
          description,
          Tags.of(OUTCOME, each.getKey()),
          () -> each.getValue().applyAsLong(counters.upgrades()));
    }
  }

  private void bindEnds(Meters meters) {
    byReason(
        meters,
        "verbatim.refusals",
        "Requests and CONNECTs that were refused",
        Refusal.class,
        each -> counters.refusals().get(each));
    byReason(
        meters,
        "verbatim.dropped.packets",
        "Packets that were not sent to a socket whose connection goes on",
        Drop.class,
        each -> counters.dropped().get(each));
    byReason(
        meters,
        "verbatim.closed.connections",
        "Sessions that have ended",
        DisconnectReason.class,
        each -> counters.closed().get(each));
    byReason(
        meters,
        "verbatim.malformed.packets",
        "Packets that were none, each of which ended its session",
        MalformedPacketException.Reason.class,
        each -> counters.malformed().get(each));
  }

  private static <R extends Enum<R>> void byReason(
      Meters meters,
      String name,
      String description,
      Class<R> reasons,
      Function<R, @Nullable Long> count) {
    for (R reason : reasons.getEnumConstants()) {
      meters.count(
          name,
          description,
          Tags.of(REASON, reason.name().toLowerCase(Locale.ROOT)),
          () -> Objects.requireNonNull(count.apply(reason)));
    }
  }
}
