package dev.verbatim.socketio;

import dev.verbatim.socketio.ConnectionError.Context;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the connections there are, in all and of each address, and lets in no more than {@link
 * Limits} allows. Safe for all threads.
 *
 * <p>A connection enters with its handshake and leaves when nothing of its session is left,
 * whatever connections of TCP it takes meanwhile.
 */
final class Turnstile {
  /**
   * In the place of an IPv6 network, for IPv4: the upper half of multicast addresses, which nobody
   * connects from.
   */
  private static final long IPV4 = 0xffffffffL << Integer.SIZE;

  private final Limits limits;
  private final AtomicInteger connections = new AtomicInteger();

  /** Connections of each address that has some; empty without that limit. */
  private final ConcurrentHashMap<Long, Integer> perAddress = new ConcurrentHashMap<>();

  private final @Nullable HandshakeRates rates;

  /**
   * @param nanoTime the clock
   */
  Turnstile(Limits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.rates = limits.handshakesPerSecond() == 0 ? null : new HandshakeRates(limits, nanoTime);
  }

  /**
   * Lets a connection in, or says why not.
   *
   * @param address the client's, or null for one that has none, for which its limits do not count
   */
  @Nullable Context enter(@Nullable InetAddress address) {
    if (rates != null && address != null) {
      Context tooMany = rates.count(key(address));
      if (tooMany != null) {
        return tooMany;
      }
    }
    if (connections.incrementAndGet() > limits.connectionsMax()) {
      connections.decrementAndGet();
      return new Context.TooManyConnections();
    }
    if (isLimited(address) && !addTo(key(address))) {
      connections.decrementAndGet();
      return new Context.TooManyConnectionsOfAddress();
    }
    return null;
  }

  /** One that was let in is gone. */
  void leave(@Nullable InetAddress address) {
    connections.decrementAndGet();
    if (isLimited(address)) {
      removeFrom(key(address));
    }
  }

  /** Those that were let in and are not gone. Any thread. */
  int connections() {
    return connections.get();
  }

  private boolean isLimited(@Nullable InetAddress address) {
    return address != null && limits.connectionsPerAddressMax() > 0;
  }

  private boolean addTo(Long key) {
    boolean fits = perAddress.merge(key, 1, Integer::sum) <= limits.connectionsPerAddressMax();
    if (!fits) {
      removeFrom(key);
    }
    return fits;
  }

  private void removeFrom(Long key) {
    perAddress.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
  }

  /** What counts as one address: of IPv6 the /64, which one client commonly has to itself. */
  static long key(@Nullable InetAddress address) {
    if (address == null) {
      return 0;
    }
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet6Address
        ? bytes.getLong()
        : IPV4 | (bytes.getInt() & 0xffffffffL);
  }
}
