package dev.verbatim.server.metrics;

import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.NotYetException;
import dev.verbatim.chat.store.OtherWriters;
import dev.verbatim.chat.store.StoreException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Times the questions to a store, by the names of its port's methods, and counts those that fail.
 * Commits have a meter of their own, {@link CommitMeter}.
 *
 * <p>By reflection: forty methods that only forward would say nothing, and a call of it costs some
 * tens of nanoseconds where the store takes microseconds at the least.
 */
public final class StoreMeter {
  /** What is no question: it happens once, or is what the writer does. */
  private static final Set<String> UNMEASURED = Set.of("commit", "close", "others", "settle");

  private final Map<String, Operation> operations = new HashMap<>();

  StoreMeter(MeterRegistry registry) {
    for (Class<?> port : new Class<?>[] {ChatStore.class, OtherWriters.class}) {
      for (Method method : port.getMethods()) {
        if (!UNMEASURED.contains(method.getName())) {
          operations.computeIfAbsent(method.getName(), name -> new Operation(registry, name));
        }
      }
    }
  }

  private static final class Operation {
    final Timer took;
    final Counter failed;

    Operation(MeterRegistry registry, String method) {
      // As Prometheus writes names.
      String name = method.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
      took =
          Timer.builder("verbatim.store.call")
              .description("How long the store took for a question, commits aside")
              .tag("operation", name)
              .serviceLevelObjectives(Buckets.LATENCIES)
              .register(registry);
      failed =
          Counter.builder("verbatim.store.errors")
              .description("Questions that the store failed to answer, commits aside")
              .tag("operation", name)
              .register(registry);
    }
  }

  /** The same store, measured. */
  public ChatStore measure(ChatStore store) {
    Optional<OtherWriters> others =
        store.others().map(each -> measured(OtherWriters.class, each, Map.of()));
    return measured(ChatStore.class, store, Map.of("others", others));
  }

  /**
   * @param known what methods that are no question return
   */
  private <P> P measured(Class<P> port, P real, Map<String, Object> known) {
    InvocationHandler handler =
        (_, method, arguments) -> {
          Object answer = known.get(method.getName());
          return answer != null ? answer : call(real, method, arguments);
        };
    return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, handler));
  }

  private Object call(Object real, Method method, Object[] arguments) throws Throwable {
    Operation operation = operations.get(method.getName());
    long began = System.nanoTime();
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      // What is not ready yet says so: nothing is wrong with a store that answers that.
      if (operation != null
          && cause instanceof StoreException
          && !(cause instanceof NotYetException)) {
        operation.failed.increment();
      }
      throw cause;
    } finally {
      if (operation != null) {
        operation.took.record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
      }
    }
  }
}
