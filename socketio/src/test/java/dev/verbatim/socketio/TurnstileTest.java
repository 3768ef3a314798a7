package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.verbatim.socketio.ConnectionError.Context;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class TurnstileTest {
  private static final InetAddress A = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress B = InetAddress.ofLiteral("192.0.2.2");

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000);

  private Turnstile turnstile(Limits.Builder limits) {
    return new Turnstile(limits.build(), now::get);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private static Context tooMany(Duration retryAfter) {
    return new Context.TooManyHandshakes(retryAfter);
  }

  @Test
  void letsInAsManyAtOnceAsTheBurstAndThenAsManyAsTheRate() {
    Turnstile turnstile = turnstile(Limits.builder().handshakeRate(10, 3));
    for (int i = 0; i < 3; i++) {
      assertNull(turnstile.enter(A));
    }
    assertEquals(tooMany(Duration.ofMillis(100)), turnstile.enter(A));
    pass(Duration.ofMillis(60));
    assertEquals(tooMany(Duration.ofMillis(40)), turnstile.enter(A));
    assertNull(turnstile.enter(B));
    pass(Duration.ofMillis(40));
    assertNull(turnstile.enter(A));
    assertEquals(tooMany(Duration.ofMillis(100)), turnstile.enter(A));
    // However long nobody comes, the bucket holds no more than the burst.
    pass(Duration.ofDays(1));
    for (int i = 0; i < 3; i++) {
      assertNull(turnstile.enter(A));
    }
    assertEquals(tooMany(Duration.ofMillis(100)), turnstile.enter(A));
  }

  @Test
  void doesNotCountAddressesBeyondTheTable() {
    Limits limits = Limits.builder().handshakeRate(1, 1).handshakeAddressesMax(2).build();
    HandshakeRates rates = new HandshakeRates(limits, now::get);
    for (long address = 0; address < 10; address++) {
      assertNull(rates.count(address));
      assertEquals(Math.min(address + 1, 2), rates.addresses());
    }
    assertNull(rates.count(9));
    assertEquals(tooMany(Duration.ofSeconds(1)), rates.count(0));
    // Buckets that are full again are forgotten.
    pass(Duration.ofSeconds(1));
    assertNull(rates.count(9));
    assertEquals(1, rates.addresses());
    assertEquals(tooMany(Duration.ofSeconds(1)), rates.count(9));
  }

  @Test
  void givesFreePlacesToOthers() {
    Turnstile turnstile = turnstile(Limits.builder().connectionsMax(2));
    assertNull(turnstile.enter(A));
    assertNull(turnstile.enter(null));
    assertEquals(new Context.TooManyConnections(), turnstile.enter(B));
    turnstile.leave(null);
    assertNull(turnstile.enter(B));
    assertEquals(new Context.TooManyConnections(), turnstile.enter(A));
  }

  @Test
  void keepsNoPlaceForWhoIsRefusedForItsAddress() {
    Turnstile turnstile = turnstile(Limits.builder().connectionsMax(2).connectionsPerAddressMax(1));
    assertNull(turnstile.enter(A));
    assertEquals(new Context.TooManyConnectionsOfAddress(), turnstile.enter(A));
    assertEquals(new Context.TooManyConnectionsOfAddress(), turnstile.enter(A));
    assertNull(turnstile.enter(B));
    turnstile.leave(A);
    assertNull(turnstile.enter(A));
  }

  @Test
  void takesANetworkOfIpv6ForOneAddress() {
    assertEquals(key("2001:db8::1"), key("2001:db8::ffff:1:2:3"));
    assertNotEquals(key("2001:db8::1"), key("2001:db8:0:1::1"));
    assertEquals(key("192.0.2.1"), key("::ffff:192.0.2.1"));
    assertNotEquals(key("192.0.2.1"), key("192.0.2.2"));
    assertNotEquals(key("255.255.255.255"), key("::1"));
  }

  private static long key(String literal) {
    return Turnstile.key(InetAddress.ofLiteral(literal));
  }
}
