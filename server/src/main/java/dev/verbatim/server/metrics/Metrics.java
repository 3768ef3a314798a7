package dev.verbatim.server.metrics;

import com.sun.management.OperatingSystemMXBean;
import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Timers;
import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.identity.IdentityCalls;
import dev.verbatim.server.logs.Logs;
import dev.verbatim.server.telemetry.Telemetry;
import dev.verbatim.socketio.Limits;
import dev.verbatim.socketio.SocketIoServer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the service has measured since it was started, in the forms that Prometheus reads. For any
 * thread.
 *
 * <p>What is counted anyway is read when somebody scrapes, and costs nothing before; on the path of
 * a message there are the counts and times of {@link EventMeter} and {@link CommitMeter} alone. No
 * label has values that a client chooses.
 */
public final class Metrics implements AutoCloseable {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final String OPEN_METRICS = "application/openmetrics-text";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final CommitMeter commits;
  private final StoreMeter storeCalls;
  private final IdentityMeter identityCalls;
  private final ReplayMeter replays;
  private final Bounds bounds;
  private final RequestMeter requests = new RequestMeter(registry);
  private volatile @Nullable EngineMetrics engine;
  private volatile @Nullable RecentLatencies deliveries;
  private volatile @Nullable RecentLatencies loopDelays;

  /** With what is to be said of the process itself. */
  public Metrics() {
    nameAsPrometheusDoes();
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    collections.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    bindProcessorTime();
    new FaultMetrics().bindTo(registry);
    new Meters(registry)
        .count(
            "verbatim.log.records.lost",
            "Records of the log that were lost because too many waited",
            Tags.empty(),
            () -> Logs.waiting().lost());
    commits = new CommitMeter(registry);
    storeCalls = new StoreMeter(registry);
    identityCalls = new IdentityMeter(registry);
    replays = new ReplayMeter(registry);
    bounds = new Bounds(registry);
  }

  /** Two of Micrometer's own have names that Prometheus' conventions do not know. */
  private void nameAsPrometheusDoes() {
    registry
        .config()
        .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
        .meterFilter(
            new MeterFilter() {
              @Override
              public Meter.Id map(Meter.Id id) {
                return id.getName().equals("system.cpu.count") ? id.withName("system.cpus") : id;
              }
            });
  }

  private void bindProcessorTime() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      FunctionCounter.builder(
              "process.cpu", system, each -> each.getProcessCpuTime() / NANOS_PER_SECOND)
          .description("Processor time of the process")
          .baseUnit("seconds")
          .register(registry);
    }
  }

  /**
   * Reads from these whatever they count.
   *
   * @param isDraining whether the service is about to end
   */
  public void bind(
      SocketIoServer sockets,
      Chat chat,
      Admission admission,
      InstantSource clock,
      Timers timers,
      BooleanSupplier isDraining,
      Telemetry telemetry) {
    EngineMetrics bound = new EngineMetrics(sockets::counters);
    bound.bindTo(registry);
    Limits limits = sockets.options().limits();
    bound.bindTo(bounds, limits);
    bounds.add("connections", sockets::connectionCount, limits::connectionsMax);
    bound.bindTo(new Histograms(registry.getPrometheusRegistry()));
    engine = bound;
    deliveries = RecentLatencies.of(() -> sockets.counters().batches(), timers);
    loopDelays = RecentLatencies.of(() -> sockets.counters().loopDelays(), timers);
    new ChatMetrics(chat).bindTo(registry);
    new Meters(registry)
        .gauge(
            "verbatim.draining",
            "Whether the service is about to end: 1, or 0",
            Tags.empty(),
            () -> isDraining.getAsBoolean() ? 1 : 0);
    new AuditMetrics(chat, clock).bindTo(registry);
    new TokenMetrics(admission, clock).bindTo(registry);
    bounds.add("log_queue", () -> Logs.waiting().records(), () -> Logs.waiting().recordsMax());
    bounds.add("log_queue_chars", () -> Logs.waiting().chars(), () -> Logs.waiting().charsMax());
    bounds.add("writer_queue", chat.writer()::waiting, chat.writer()::waitingMax);
    bounds.add("questions", chat.questions()::underWay, chat.questions()::underWayMax);
    new TelemetryMetrics(telemetry).bindTo(registry);
  }

  /** The meter of one of the contract's events. */
  public EventMeter event(String name) {
    return new EventMeter(registry, name);
  }

  /** The meter of what routes answer. */
  public RequestMeter requests() {
    return requests;
  }

  /** The meter of the store's commits. */
  public CommitMeter commits() {
    return commits;
  }

  /** What measures the questions to a store. */
  public StoreMeter storeCalls() {
    return storeCalls;
  }

  /** What is told of the questions to the identity provider. */
  public IdentityCalls identityCalls() {
    return identityCalls;
  }

  /** The meter of replays. */
  public ReplayMeter replays() {
    return replays;
  }

  /** What has a bound. */
  public Bounds bounds() {
    return bounds;
  }

  /** What has a bound, as it now is. */
  public List<Bound> boundsNow() {
    refresh();
    return bounds.now();
  }

  /** How long deliveries took of late; once there are sockets. */
  public RecentLatencies deliveries() {
    return Objects.requireNonNull(deliveries);
  }

  /** By how much event loops came too late of late; once there are sockets. */
  public RecentLatencies loopDelays() {
    return Objects.requireNonNull(loopDelays);
  }

  private void refresh() {
    EngineMetrics bound = engine;
    if (bound != null) {
      bound.refresh();
    }
  }

  /**
   * All of it as text.
   *
   * @param contentType of the text, with its version and character set
   */
  public record Scrape(String contentType, String text) {}

  /**
   * All of it as it now is.
   *
   * @param accept what the one who asks would like, as in HTTP; null for anything
   */
  public Scrape scrape(@Nullable String accept) {
    refresh();
    boolean isOpen = accept != null && accept.toLowerCase(Locale.ROOT).contains(OPEN_METRICS);
    String contentType =
        isOpen
            ? OPEN_METRICS + "; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8";
    return new Scrape(contentType, registry.scrape(contentType));
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
