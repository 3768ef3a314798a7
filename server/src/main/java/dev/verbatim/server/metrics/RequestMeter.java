package dev.verbatim.server.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How long routes take to answer: by the template of the route, the method and the hundreds of the
 * status, each from a closed set. For any thread.
 */
public final class RequestMeter {
  /** What stands for the path of a request that no route takes. */
  public static final String NO_ROUTE = "none";

  /** What stands for a method that no route has. */
  private static final String NO_METHOD = "other";

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS");

  private final MeterRegistry registry;
  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

  RequestMeter(MeterRegistry registry) {
    this.registry = registry;
  }

  /** A request's method, of a closed set: a client may send any. */
  public static String method(String sent) {
    return METHODS.contains(sent) ? sent : NO_METHOD;
  }

  private record Key(String route, String method, int hundreds) {}

  /**
   * One was answered.
   *
   * @param route the template of its path, or {@link #NO_ROUTE}
   * @param method as {@link #method} has it
   */
  public void onAnswered(String route, String method, int status, long nanos) {
    Key key = new Key(route, method, status / 100);
    timers.computeIfAbsent(key, this::timer).record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Key key) {
    return Timer.builder("verbatim.http.requests")
        .description("From a request's head until its answer is written, those of Socket.IO aside")
        .tag("route", key.route())
        .tag("method", key.method())
        .tag("status", key.hundreds() + "xx")
        .serviceLevelObjectives(Buckets.LATENCIES)
        .register(registry);
  }
}
