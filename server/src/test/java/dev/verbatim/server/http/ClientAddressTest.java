package dev.verbatim.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClientAddressTest {
  private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.99");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0; 192.0.2.1; 192.0.2.99",
        "1; 192.0.2.1; 192.0.2.1",
        "2; 192.0.2.1,192.0.2.2; 192.0.2.1",
        "1; 192.0.2.1, 192.0.2.2; 192.0.2.2",
        "2; 192.0.2.1, 192.0.2.2; 192.0.2.1",
        "9; 192.0.2.1, 192.0.2.2; 192.0.2.1",
        "1; 192.0.2.1:4711; 192.0.2.1",
        "1; 2001:db8::1; 2001:db8::1",
        "1; [2001:db8::1]:4711; 2001:db8::1",
        "1; unknown; 192.0.2.99",
        "1; a.example; 192.0.2.99",
        "1; ''; 192.0.2.99",
      })
  void readsTheHopThatIsTrusted(int trusted, String forwardedFor, String expected) {
    assertEquals(
        InetAddress.ofLiteral(expected), ClientAddress.of(PEER, List.of(forwardedFor), trusted));
  }

  @Test
  void takesTheOtherEndWhereNobodyForwards() {
    assertEquals(PEER, ClientAddress.of(PEER, List.of(), 1));
    assertEquals(
        InetAddress.ofLiteral("192.0.2.2"),
        ClientAddress.of(PEER, List.of("192.0.2.1", "192.0.2.2"), 1));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "2001:db8:1:2:3:4:5:6, 20010db800010002",
    "2001:db8:1:2::1, 20010db800010002",
    "::ffff:10.0.0.1, 10.0.0.1",
  })
  void countsClientsByWhatTheyHaveToThemselves(String address, String key) {
    assertEquals(key, ClientAddress.key(InetAddress.ofLiteral(address)));
  }

  @Test
  void countsLocalConnectionsTogether() {
    assertEquals("local", ClientAddress.key(null));
  }
}
