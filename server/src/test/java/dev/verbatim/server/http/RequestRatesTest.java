package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.Limits;
import dev.verbatim.server.settings.Settings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestRatesTest {
  private final RequestRates rates = of(2);

  private static RequestRates of(int max) {
    return new RequestRates(new Settings.Rates(0, 0, 0, 0, 0, max, Duration.ofSeconds(60)));
  }

  @Test
  void allowsSoManyInAWindowAndNoMore() {
    assertEquals(new RequestRates.Standing(true, 2, 1, 60), rates.count("a", 0));
    assertEquals(new RequestRates.Standing(true, 2, 0, 59), rates.count("a", 1001));
    assertEquals(new RequestRates.Standing(false, 2, 0, 1), rates.count("a", 59_999));
    assertTrue(rates.count("b", 59_999).isAllowed());
  }

  @Test
  void beginsAnewWithEachWindow() {
    for (int i = 0; i < 3; i++) {
      rates.count("a", 59_999);
    }
    assertTrue(rates.count("a", 60_000).isAllowed());
  }

  @Test
  void isOffAtZero() {
    assertFalse(of(0).isOn());
  }

  @Test
  void letsPassUncountedWhomItCannotRemember() {
    for (int i = 0; i < Limits.RATE_KEYS_MAX; i++) {
      rates.count("key " + i, 0);
    }
    for (int i = 0; i < 5; i++) {
      assertTrue(rates.count("one more", 0).isAllowed());
    }
    rates.count("key 0", 0);
    assertFalse(rates.count("key 0", 0).isAllowed());
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, '', 0, 10.0.0.1",
    "10.0.0.1, 6.6.6.6, 0, 10.0.0.1",
    "10.0.0.1, '6.6.6.6, 7.7.7.7', 1, 7.7.7.7",
    "10.0.0.1, '6.6.6.6,7.7.7.7', 2, 6.6.6.6",
    "10.0.0.1, 7.7.7.7, 3, 7.7.7.7",
    "10.0.0.1, '', 1, 10.0.0.1",
    "2001:db8:1:2:3:4:5:6, '', 0, 20010db800010002",
  })
  void knowsClientsByTheirAddress(String peer, String forwarded, int trusted, String expected) {
    List<String> headers = forwarded.isEmpty() ? List.of() : List.of(forwarded);
    assertEquals(expected, ClientAddress.of(new InetSocketAddress(peer, 1), headers, trusted));
  }
}
