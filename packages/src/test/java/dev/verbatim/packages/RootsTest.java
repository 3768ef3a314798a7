package dev.verbatim.packages;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RootsTest {
  private static final Path SOURCES = Path.of("roots");

  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----");

  @Test
  void storesThoseOfTheSourcesAndNoOther() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    // As the JDK opens its own.
    store.load(new ByteArrayInputStream(Roots.in(SOURCES).store()), null);
    Set<String> stored = new HashSet<>();
    for (String alias : Collections.list(store.aliases())) {
      assertTrue(store.isCertificateEntry(alias) && alias.endsWith(" [jdk]"), alias);
      Certificate root = store.getCertificate(alias);
      stored.add(Base64.getEncoder().encodeToString(root.getEncoded()));
    }
    assertEquals(sources(), stored);
    assertTrue(stored.size() > 100);
  }

  @Test
  void isTheSameEachTime() throws Exception {
    assertArrayEquals(Roots.in(SOURCES).store(), Roots.in(SOURCES).store());
  }

  @Test
  void refusesOthersThanThoseOfTheirOrigin(@TempDir Path directory) throws Exception {
    for (String name : List.of("cacert.pem", "origin.properties")) {
      Files.copy(SOURCES.resolve(name), directory.resolve(name));
    }
    assertEquals("MPL-2.0", Roots.in(directory).part().licence());
    Files.writeString(directory.resolve("cacert.pem"), "\n", StandardOpenOption.APPEND);
    assertThrows(IllegalStateException.class, () -> Roots.in(directory));
  }

  private static Set<String> sources() throws Exception {
    String text = Files.readString(SOURCES.resolve("cacert.pem"));
    return CERTIFICATE
        .matcher(text)
        .results()
        .map((MatchResult each) -> each.group(1).replaceAll("\\s", ""))
        .collect(toSet());
  }
}
