package dev.verbatim.server.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;

/** Where a request comes from. */
final class ClientAddress {
  private static final int SUBNET_BYTES = 8;

  private ClientAddress() {}

  /**
   * The address a client's requests count under: as many places from the end of {@code
   * X-Forwarded-For} as proxies are trusted, else the other end of the connection. Of IPv6 it is
   * the /64, which one client commonly has to itself.
   *
   * @param forwardedFor the values of {@code X-Forwarded-For}
   */
  static String of(InetSocketAddress peer, List<String> forwardedFor, int trustedProxies) {
    if (trustedProxies > 0) {
      List<String> hops =
          forwardedFor.stream().flatMap(value -> List.of(value.split(",")).stream()).toList();
      if (!hops.isEmpty()) {
        return hops.get(Math.max(0, hops.size() - trustedProxies)).strip();
      }
    }
    InetAddress address = peer.getAddress();
    if (address instanceof Inet6Address) {
      return HexFormat.of().formatHex(address.getAddress(), 0, SUBNET_BYTES);
    }
    return address == null ? peer.getHostString() : address.getHostAddress();
  }
}
