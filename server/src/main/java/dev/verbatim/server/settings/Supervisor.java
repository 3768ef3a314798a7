package dev.verbatim.server.settings;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The service manager that started the process and wants to be told how it does, as systemd says it
 * in the environment (sd_notify(3), sd_watchdog_enabled(3)). Nobody else sets these.
 *
 * @param address of a Unix datagram socket: an absolute path, or a name behind {@code @}
 * @param watchdog within which it wants to hear that all is well, each time; null if it does not
 */
public record Supervisor(String address, @Nullable Duration watchdog) {
  /** The one in this environment. */
  public static @Nullable Supervisor of(Map<String, String> environment) {
    String address = environment.getOrDefault("NOTIFY_SOCKET", "");
    if (!address.startsWith("/") && !address.startsWith("@")) {
      return null;
    }
    return new Supervisor(address, watchdog(environment.getOrDefault("WATCHDOG_USEC", "")));
  }

  private static @Nullable Duration watchdog(String micros) {
    if (micros.isEmpty()
        || micros.length() > 15
        || !micros.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    Duration watchdog = Duration.ofMillis(Long.parseLong(micros) / 1000);
    return watchdog.isZero() ? null : watchdog;
  }
}
