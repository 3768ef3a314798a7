package dev.verbatim.server.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a request comes from. */
public final class ClientAddress {
  /** By which a proxy says for whom it forwards a request; the second is RFC 7239's. */
  public static final List<String> FORWARDING_HEADERS = List.of("X-Forwarded-For", "Forwarded");

  private static final int SUBNET_BYTES = 8;

  private ClientAddress() {}

  /**
   * The address that a client has: as many places from the end of {@code X-Forwarded-For} as
   * proxies are trusted; the other end of the connection if none is, or none names what can be
   * read.
   *
   * @param peer null for a local connection
   * @param forwardedFor the values of {@code X-Forwarded-For}
   */
  public static @Nullable InetAddress of(
      @Nullable InetAddress peer, List<String> forwardedFor, int trustedProxies) {
    String hop = hop(forwardedFor, trustedProxies);
    if (hop == null) {
      return peer;
    }
    try {
      return InetAddress.ofLiteral(withoutPort(hop));
    } catch (IllegalArgumentException _) {
      return peer;
    }
  }

  /** What its requests count under: of IPv6 the /64, which one client commonly has to itself. */
  public static String key(@Nullable InetAddress address) {
    return switch (address) {
      case null -> "local";
      case Inet6Address v6 -> HexFormat.of().formatHex(v6.getAddress(), 0, SUBNET_BYTES);
      default -> address.getHostAddress();
    };
  }

  private static @Nullable String hop(List<String> forwardedFor, int trustedProxies) {
    if (trustedProxies == 0) {
      return null;
    }
    List<String> hops =
        forwardedFor.stream().flatMap(value -> List.of(value.split(",")).stream()).toList();
    return hops.isEmpty() ? null : hops.get(Math.max(0, hops.size() - trustedProxies)).strip();
  }

  /** Some proxies name the port too, {@code 192.0.2.1:4711} or {@code [2001:db8::1]:4711}. */
  private static String withoutPort(String hop) {
    int colon = hop.indexOf(':');
    if (hop.startsWith("[") && hop.indexOf(']') > 0) {
      return hop.substring(1, hop.indexOf(']'));
    }
    return colon > 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
  }
}
