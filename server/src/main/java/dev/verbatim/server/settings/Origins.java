package dev.verbatim.server.settings;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The origins of pages that may use the service from a browser.
 *
 * @param listed compared exactly with the {@code Origin} header, without wildcards
 * @param isLocalhostAllowed whether any scheme and port of localhost, 127.0.0.1 and [::1] will do
 */
public record Origins(Set<String> listed, boolean isLocalhostAllowed) {
  public Origins {
    listed = Set.copyOf(listed);
  }

  /** Those of either. */
  public Origins and(Origins others) {
    Set<String> all = new HashSet<>(listed);
    all.addAll(others.listed);
    return new Origins(all, isLocalhostAllowed || others.isLocalhostAllowed);
  }

  /**
   * Whether a page of this origin may ask.
   *
   * @param origin the {@code Origin} header
   * @param host the {@code Host} header: the service's own page is always allowed
   */
  public boolean allows(String origin, @Nullable String host) {
    return listed.contains(origin)
        || (host != null && isOwn(origin, host))
        || (isLocalhostAllowed && isLocalhost(origin));
  }

  private static boolean isOwn(String origin, String host) {
    return origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
  }

  private static boolean isLocalhost(String origin) {
    String host = hostAndPort(origin);
    int port = host.startsWith("[") ? host.indexOf("]:") + 1 : host.indexOf(':');
    if (port > 0) {
      if (!isNumber(host.substring(port + 1))) {
        return false;
      }
      host = host.substring(0, port);
    }
    return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
  }

  private static String hostAndPort(String origin) {
    if (origin.startsWith("http://")) {
      return origin.substring("http://".length());
    }
    return origin.startsWith("https://") ? origin.substring("https://".length()) : "";
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= 5
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
