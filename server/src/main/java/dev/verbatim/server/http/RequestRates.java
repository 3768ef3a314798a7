package dev.verbatim.server.http;

import dev.verbatim.server.Limits;
import dev.verbatim.server.settings.Settings;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the requests of each user or address in fixed windows, the same for all, and forgets
 * everybody when a window ends. Safe on any thread.
 */
final class RequestRates {
  private final int max;
  private final long windowMillis;
  private volatile Window current = new Window(-1);

  RequestRates(Settings.Rates rates) {
    max = rates.requestsMax();
    windowMillis = rates.requestWindow().toMillis();
  }

  /**
   * What is left to one user or address.
   *
   * @param isAllowed whether the request that was counted may pass
   * @param limit requests in a window
   * @param remaining of these
   * @param resetSeconds until the next window, at least 1
   */
  record Standing(boolean isAllowed, int limit, int remaining, long resetSeconds) {}

  /** One window's counts. */
  private static final class Window {
    final long number;
    final ConcurrentHashMap<String, AtomicInteger> counts = new ConcurrentHashMap<>();

    Window(long number) {
      this.number = number;
    }
  }

  /** Whether there is a limit at all. */
  boolean isOn() {
    return max > 0;
  }

  /** Counts one request. */
  Standing count(String key, long nowMillis) {
    Window window = window(nowMillis / windowMillis);
    AtomicInteger count = window.counts.get(key);
    if (count == null && window.counts.size() < Limits.RATE_KEYS_MAX) {
      count = window.counts.computeIfAbsent(key, _ -> new AtomicInteger());
    }
    int used = count == null ? 1 : count.accumulateAndGet(1, RequestRates::addWithoutOverflow);
    return standing(used, nowMillis);
  }

  private Standing standing(int used, long nowMillis) {
    long millisLeft = windowMillis - nowMillis % windowMillis;
    return new Standing(used <= max, max, Math.max(0, max - used), (millisLeft + 999) / 1000);
  }

  private static int addWithoutOverflow(int count, int more) {
    return count == Integer.MAX_VALUE ? count : count + more;
  }

  private Window window(long number) {
    Window window = current;
    if (window.number == number) {
      return window;
    }
    synchronized (this) {
      if (current.number != number) {
        current = new Window(number);
      }
      return current;
    }
  }
}
