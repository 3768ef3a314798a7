package dev.verbatim.socketio.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AcceptEncodingTest {
  private static final List<ContentCoding> BOTH = List.of(ContentCoding.values());

  private static @Nullable ContentCoding preferred(String... headers) {
    return AcceptEncoding.preferred(List.of(headers), BOTH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip",
        "GZip",
        "gzip, deflate, br, zstd",
        "br;q=1.0, gzip;q=0.8, *;q=0.1",
        "deflate;q=0.5,gzip;q=0.501",
        "deflate;q=0 , gzip ; Q=0.001",
        "gzip, gzip;q=0",
        "*",
        "br, *;q=0.1",
        "deflate;q=0, *",
        "identity, gzip",
        "gzip;q=1.000, identity;q=0.999",
        "deflate;q=2, deflate;q=0.5555, deflate;q=x, deflate;level=1, gzip;q=1."
      })
  void prefersGzip(String header) {
    assertEquals(ContentCoding.GZIP, preferred(header));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deflate",
        "deflate, gzip",
        "gzip;q=0.5, deflate;q=0.8",
        "gzip;q=0, *",
        "*, deflate",
        "gzip;q=1.1, deflate;q=0.1"
      })
  void prefersDeflate(String header) {
    assertEquals(ContentCoding.DEFLATE, preferred(header));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",;,",
        "br",
        "identity",
        "identity;q=0",
        "gzip;q=0",
        "gzip;q=0.000, deflate;q=0.",
        "*;q=0",
        "gzip;q=0.5, identity",
        "gzipped",
        "gzip;q=1;q=1",
        "gzip deflate"
      })
  void wantsNeither(String header) {
    assertNull(preferred(header));
  }

  @Test
  void isSaidInSeveralHeadersOrNone() {
    assertNull(preferred());
    assertEquals(ContentCoding.DEFLATE, preferred("gzip;q=0.1", "deflate"));
  }

  @Test
  void choosesFromWhatIsOffered() {
    assertNull(AcceptEncoding.preferred(List.of("deflate"), List.of(ContentCoding.GZIP)));
    assertNull(AcceptEncoding.preferred(List.of("gzip"), List.of()));
  }

  @Property(seed = "1")
  void survivesAnyHeader(@ForAll String header) {
    ContentCoding preferred = preferred(header);
    assertTrue(preferred == null || BOTH.contains(preferred));
    assertEquals(preferred, preferred("", header));
  }
}
