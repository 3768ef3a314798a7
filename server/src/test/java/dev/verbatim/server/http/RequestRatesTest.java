package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.server.Limits;
import dev.verbatim.server.settings.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RequestRatesTest {
  private final RequestRates rates = of(2);

  private static RequestRates of(int max) {
    return new RequestRates(new Settings.Rates(0, 0, 0, 0, 0, 0, max, Duration.ofSeconds(60)));
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
}
